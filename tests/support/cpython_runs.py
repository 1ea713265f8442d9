"""Run a workflow's module as CPython would: a real module, the real asyncio, actions that answer from a script.

The module imports a stub in place of `waymark`, whose decorators leave what they decorate as it is, but for actions:
awaiting one asks the script. Time is virtual, and an action comes to its outcome when nothing else is ready, in the
order of the script; `vm_runs.observe` drives the machine by the same rules. See `oracle_loop`.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import copy
import gc
import importlib
import inspect
import io
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Coroutine, Iterator, Mapping
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from oracle_logs import logging_to
from oracle_loop import OracleLoop, Stuck
from scripted import NEVER_RETRIEVED, STUCK, Call, Recorded
from views import view
from virtual_loop import in_order

from waymark.stdlib.values.policies import BackoffPolicy, RetryPolicy, policy_of
from waymark.stdlib.values.run_errors import RUN_ERRORS
from waymark.vm.intrinsics import check_arguments

SECONDS_MAX = 10  # of the processor's time: others may be at work on this machine
SECONDS_BLOCKED_MAX = 60  # of time, for what waits for something outside
TOP_LEVELS = 2  # that `_as_deep_as_in_a_script` counts, and a script has not
REPORTED = (
    "Exception in callback",
    "unhandled exception during asyncio.run() shutdown",
    "Unhandled error in exception handler",
    *(f"{kind} {NEVER_RETRIEVED}" for kind in ("Future", "Task", "_GatheringFuture")),
)
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, bytearray, range})


_more_levels = contextvars.ContextVar("_more_levels", default=0)


class DoesNotEnd(BaseException):
    """The program runs for too long under CPython: the test is at fault."""


def run_natively(
    text: str, modules: Mapping[str, str], name: str, arguments: Mapping[str, Any], recorded: Recorded
) -> str:
    """Import the module `name` of this text and run its first workflow. Returns what that came to; see `views`.

    What it does to context variables, that of `decimal` among them, ends with it.
    """
    context = contextvars.Context()
    context.run(_more_levels.set, _more_levels.get())
    return context.run(_run_here, text, modules, name, arguments, recorded)


def _run_here(
    text: str, modules: Mapping[str, str], name: str, arguments: Mapping[str, Any], recorded: Recorded
) -> str:
    started: list[type] = []
    quiet = warnings.catch_warnings(), _without_afterthoughts()
    with (
        _stub_of_waymark(started, recorded),
        _printing_to(recorded),
        logging_to(recorded),
        _limited(),
        quiet[0],
        quiet[1],
    ):
        warnings.simplefilter("ignore")  # `1 is 1`, coroutines that are never awaited: meant
        try:
            with _imported(text, modules, name):
                value = _run(started[0], copy.deepcopy(dict(arguments)), recorded)
        except DoesNotEnd:
            raise
        except Stuck:
            came_to = STUCK
        except BaseException as error:
            error.__traceback__ = None
            came_to = f"raised {view(error)}"
        else:
            came_to = f"returned {view(value)}"
        if recorded.closed:
            gc.collect()  # what is still under way ends here, unseen, and not in the middle of another run
    recorded.end()
    return came_to


def _run(kind: type, arguments: dict[str, Any], recorded: Recorded) -> object:
    with _as_deep_as_in_a_script():
        return _run_to_its_end(kind, arguments, recorded)


@contextlib.contextmanager
def more_levels(number: int) -> Iterator[None]:
    """CPython's limit of recursion is so much higher: what depends on it comes out otherwise."""
    token = _more_levels.set(number)
    try:
        yield
    finally:
        _more_levels.reset(token)


@contextlib.contextmanager
def _as_deep_as_in_a_script() -> Iterator[None]:
    """Whoever called us, `run` has as many levels of recursion left as behind `asyncio.run` at the top of a script."""
    limit, depth, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame is not None:
        frame, depth = frame.f_back, depth + 1  # type: ignore[assignment]
    sys.setrecursionlimit(limit + depth - TOP_LEVELS + _more_levels.get())
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _run_to_its_end(kind: type, arguments: dict[str, Any], recorded: Recorded) -> object:
    loop = OracleLoop(recorded.order, recorded.close, lambda context: _report(context, recorded))
    try:
        with in_order():
            return _to_its_end(asyncio.Runner(loop_factory=lambda: loop), kind().run(**arguments))  # type: ignore[attr-defined]
    finally:
        loop.tell_of_failed()
        if any(not task.done() for task in loop.made):
            recorded.close()


def _to_its_end(runner: asyncio.Runner, main: Coroutine[Any, Any, object]) -> object:
    """As `asyncio.run`.

    Not `Runner.run`: on its way out it looks at the handler of SIGINT, by which CPython comes to `repr` the result.
    """
    try:
        value = runner.get_loop().run_until_complete(main)
    except DoesNotEnd:
        raise
    except BaseException:
        runner.close()
        raise
    runner.close()
    return value


def _report(context: dict[str, Any], recorded: Recorded) -> None:
    """What asyncio has to say, with the name of the callback left out: CPython's has an address."""
    for message in REPORTED:
        if context["message"].startswith(message):
            recorded.logged("error", f"{message}: {told(context['exception'])}")


def told(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"


@contextlib.contextmanager
def _imported(text: str, modules: Mapping[str, str], name: str) -> Iterator[None]:
    """The modules, imported; nothing of them stays behind."""
    if not modules:
        module = ModuleType(name)
        module.__file__ = f"{name}.py"
        sys.modules[name] = module
        try:
            exec(compile(text, f"{name}.py", "exec", dont_inherit=True), vars(module))
            yield
        finally:
            del sys.modules[name]
        return
    before, bytecode = set(sys.modules), sys.dont_write_bytecode
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), {**modules, name: text})
        sys.path.insert(0, folder)
        sys.dont_write_bytecode = True
        try:
            importlib.invalidate_caches()
            importlib.import_module(name)
            yield
        finally:
            sys.path.remove(folder)
            sys.dont_write_bytecode = bytecode
            for each in set(sys.modules) - before:
                if (getattr(sys.modules[each], "__file__", None) or "").startswith(folder):
                    del sys.modules[each]


def write_project(folder: Path, modules: Mapping[str, str]) -> None:
    """Modules by dotted name as files; one that others are inside of is a package."""
    for name, text in modules.items():
        package = any(other.startswith(f"{name}.") for other in modules)
        path = folder.joinpath(*name.split("."), "__init__.py") if package else folder.joinpath(*name.split("."))
        path = path if package else path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _stub_of_waymark(started: list[type], recorded: Recorded) -> Iterator[None]:
    stub = ModuleType("waymark")

    class Workflow:
        async def receive(self, topic: str, timeout: Any = None) -> Any:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, OracleLoop)
            return await loop.messages.receive(topic, timeout)

        async def run_action(
            self, awaitable: Any, *, retry: Any = None, backoff: Any = None, timeout: Any = None, deadline: Any = None
        ) -> Any:
            said = policy_of(retry, backoff, timeout, deadline)
            if said and not (inspect.iscoroutine(awaitable) and awaitable.cr_code is _answered.__code__):
                if inspect.iscoroutine(awaitable):
                    awaitable.close()
                raise TypeError(
                    "run_action() puts a policy on the call of an action that has not begun, and not on a value of "
                    f"type {type(awaitable).__name__}"
                )
            return await awaitable

    def workflow(kind: type) -> type:
        started.append(kind)
        return kind

    def action(function: Any = None, /, *, name: str | None = None, **policy: Any) -> Any:
        policy_of(**policy)
        if function is None:
            return lambda decorated: _scripted_action(decorated, recorded, name)
        return _scripted_action(function, recorded, name)

    vars(stub).update(Workflow=Workflow, workflow=workflow, action=action)
    vars(stub).update(RetryPolicy=RetryPolicy, BackoffPolicy=BackoffPolicy)
    vars(stub).update({kind.__name__: kind for kind in RUN_ERRORS.values()})
    real = {name: module for name, module in sys.modules.items() if name == "waymark"}
    sys.modules["waymark"] = stub
    try:
        yield
    finally:
        del sys.modules["waymark"]
        sys.modules.update(real)


def _scripted_action(function: Any, recorded: Recorded, name: str | None) -> Any:
    key = f"{function.__module__}:{name or function.__qualname__}"

    def asks(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs).close()  # CPython itself refuses wrong arguments
        return _answered(key, args, kwargs, recorded)

    asks.__name__, asks.__qualname__, asks.__module__ = function.__name__, function.__qualname__, function.__module__
    return asks


async def _answered(key: str, args: tuple[Any, ...], kwargs: dict[str, Any], recorded: Recorded) -> object:
    try:
        check_arguments(key, args, kwargs)  # our words for what no action can be sent
    except TypeError:
        assert not _is_plain((args, kwargs)), "an action can be sent these arguments, and they were refused"
        raise
    call: Call = recorded.asked(key, args, kwargs)
    loop = asyncio.get_running_loop()
    assert isinstance(loop, OracleLoop)
    return await loop.ask(lambda: recorded.come_to(call), lambda: recorded.cancelled(call))


def _is_plain(value: object) -> bool:
    """Whether all of it certainly can be sent: told here, so that a wrong refusal is not the oracle's, too."""
    pending, seen = [value], set[int]()
    while pending:
        each = pending.pop()
        if id(each) in seen or type(each) in _PLAIN:
            continue
        seen.add(id(each))
        if type(each) is dict:
            pending += (*each, *each.values())
        elif type(each) in (list, tuple, set, frozenset):
            pending += each
        else:
            return False
    return True


class _Screen(io.TextIOBase):
    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded

    def write(self, text: str) -> int:
        self._recorded.printed(text)
        return len(text)


def _printing_to(recorded: Recorded) -> contextlib.AbstractContextManager[Any]:
    return contextlib.redirect_stdout(_Screen(recorded))


@contextlib.contextmanager
def _without_afterthoughts() -> Iterator[None]:
    """What goes wrong in a coroutine that nobody will run is nobody's."""
    before, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
    try:
        yield
    finally:
        sys.unraisablehook = before


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Stop a program that does not end; only the main thread can be stopped so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise DoesNotEnd(f"the program ran for {SECONDS_MAX} s under CPython")

    before = signal.signal(signal.SIGALRM, stop), signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_BLOCKED_MAX)
    signal.setitimer(signal.ITIMER_PROF, SECONDS_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before[0]), signal.signal(signal.SIGPROF, before[1])
