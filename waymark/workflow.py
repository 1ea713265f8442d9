"""`@workflow` and `Workflow`: durable control flow, compiled where it is defined.

The body of `run()` is never executed by Python. Decorating compiles the file that the class stands in; calling `run()`
starts a run in the database and waits for what it comes to.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Awaitable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from waymark.stdlib.values.policies import BackoffPolicy as BackoffPolicy
from waymark.stdlib.values.policies import RetryPolicy as RetryPolicy
from waymark.stdlib.values.policies import Seconds, policy_of

from .options import options_of
from .places import importable_module
from .registry import registry as action_registry
from .registry import workflow_registry
from .starting import Startable, checked_object, skips_waiting, start_run

if TYPE_CHECKING:
    import graphviz

    from .programs import CompiledWorkflow

_BODY = "__waymark_body__"  # of the `run` that starts a run: the one that was written
ROLE_VARIABLE = "WAYMARK_PROCESS_ROLE"  # `worker`: only register what is decorated, compile nothing


T = TypeVar("T")


class _RunId:
    """`self.id`. An attribute of that name, of the class or of the object, goes before it."""

    def __get__(self, instance: object, owner: type | None = None) -> object:
        if instance is None:
            return self
        raise RuntimeError("a run has an id: read `self.id` in a workflow's code")


class Workflow(Startable):
    """Base class of every workflow. Write `async def run(self, ...)`, and decorate the class with `@workflow`.

    Example:
        @workflow
        class Trip(Workflow):
            async def run(self, place: str, days: int = 7) -> str:
                await asyncio.sleep(timedelta(days=days).total_seconds())
                return f"back from {place}"

        assert await Trip().run("Oslo") == "back from Oslo"
    """

    name: ClassVar[str | None] = None  # by default the class name in lower case
    version: ClassVar[str | None] = None

    __waymark_compiled__: ClassVar[CompiledWorkflow | None] = None

    if not TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            if args or kwargs:
                from .exceptions import BadArguments

                raise BadArguments(
                    f"{cls.__qualname__}() takes no arguments: a run makes an object of its own, so give them to run()"
                )
            return super().__new__(cls)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        body = vars(cls).get("run")
        if inspect.isfunction(body) and inspect.iscoroutinefunction(body):
            cls.run = _refused(body)  # type: ignore[method-assign]

    @classmethod
    def short_name(cls) -> str:
        """The name that runs of this workflow are stored under.

        Example:
            assert Order.short_name() == "order"
        """
        return cls.name or cls.__name__.lower()

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """Start a run and wait for its result. The class of a workflow says what arguments it takes.

        Example:
            assert await Report().run() == 7
        """
        raise TypeError(f"{type(self).__name__} has no `async def run(self, ...)` of its own")

    async def receive(self, topic: str, timeout: timedelta | float | None = None) -> Any:
        """In a run: the next message of a topic, each to one receiver, first come, first served.

        After `timeout` (a timedelta, or seconds) without one, it raises TimeoutError.

        Example:
            @workflow
            class Question(Workflow):
                async def run(self) -> str:
                    return await self.receive("answer", timeout=timedelta(days=7))

            asked = await Question().start()
            await asked.send("answer", "yes")
            assert await asked.result() == "yes"
        """
        raise RuntimeError("a run receives messages: call `self.receive(...)` in a workflow's code")

    async def run_action(
        self,
        awaitable: Awaitable[T],
        *,
        retry: RetryPolicy | None = None,
        backoff: BackoffPolicy | None = None,
        timeout: Seconds | None = None,
        deadline: Seconds | None = None,
    ) -> T:
        """In a run: what the call of an action comes to, under a policy of its own.

        `retry` says how often it is tried when it raises, `backoff` how long to wait between, `timeout` how long one
        attempt may take, and `deadline` all of them. What is not said is as its `@action(...)` says. The error is that
        of the last attempt. Outside of a run, as in a test of a helper method, it is awaited once.

        Example:
            @workflow
            class Patient(Workflow):
                async def run(self, order_id: int) -> bool:
                    return await self.run_action(charge(order_id), retry=RetryPolicy(attempts=5), timeout=10)

            assert await Patient().run(7)
        """
        policy_of(retry, backoff, timeout, deadline)
        return await awaitable

    def set_status(self, text: str) -> None:
        """In a run: say how far it is, for those who look at it. The last text counts.

        Example:
            @workflow
            class Copying(Workflow):
                async def run(self) -> None:
                    self.set_status("half of it")
                    await self.receive("go on")

            copying = await Copying().start()
            await stage.settle()
            assert (await copying.status()).text == "half of it"
        """
        raise RuntimeError("a run has a status: call `self.set_status(...)` in a workflow's code")

    if TYPE_CHECKING:

        @property
        def id(self) -> str:
            """In a run: its id, as it was started with."""
            raise RuntimeError("this is for type checkers")

    else:
        id = _RunId()

    @classmethod
    def visualize(cls) -> graphviz.Source:
        """The control flow as a graph: a notebook shows it, `.source` is its DOT text, `.render()` writes a picture.

        Needs the extra waymark[visualize]; `waymark visualize FILE` prints DOT text without it.

        Example:
            assert Order.visualize().source.startswith("digraph")
        """
        from .drawing import drawing_of

        return drawing_of(compiled_of(cls))


W = TypeVar("W", bound=type[Workflow])


def workflow(kind: W) -> W:
    """Compile and register a workflow class. UnsupportedPatternError names everything that cannot be compiled.

    Example:
        @workflow
        class Double(Workflow):
            async def run(self, number: int) -> int:
                return number * 2

        assert await Double().run(21) == 42
    """
    if not (isinstance(kind, type) and issubclass(kind, Workflow)):
        shown = getattr(kind, "__qualname__", repr(kind))
        raise TypeError(f"@workflow decorates a class that inherits from Workflow, and {shown} does not")
    body = _run_of(kind)
    if not (inspect.isfunction(body) and inspect.iscoroutinefunction(body)):
        raise TypeError(f"{kind.__qualname__} needs an `async def run(self, ...)`: it is what a run executes")
    if not in_worker():
        from .programs import compile_class

        kind.__waymark_compiled__ = compile_class(kind, body, importable_module(kind))
        action_registry.note_names(kind.__module__)
    workflow_registry.register(kind.short_name(), kind)
    kind.run = _started_and_awaited(body)  # type: ignore[method-assign]
    return kind


def _run_of(kind: type[Workflow]) -> Any:
    """The `run` of the class, or the one that it inherits; as it was written, if that class is a workflow by itself."""
    body = inspect.getattr_static(kind, "run")
    if body is vars(Workflow)["run"]:
        return None
    return getattr(body, _BODY, body)


def body_of(kind: type[Workflow]) -> Any:
    """The `run` of a workflow class, as it was written."""
    body = _run_of(kind)
    if body is None:
        raise TypeError(f"{kind.__qualname__} has no `async def run(self, ...)` of its own")
    return body


def in_worker() -> bool:
    """Whether this process runs actions and nothing else."""
    return os.environ.get(ROLE_VARIABLE) == "worker"


def compiled_of(kind: type[Workflow]) -> CompiledWorkflow:
    """What `@workflow` made of the class."""
    compiled = kind.__dict__.get("__waymark_compiled__")
    if compiled is not None:
        return compiled  # type: ignore[no-any-return]
    if in_worker() and workflow_registry.get(kind.short_name()) is kind:
        from .programs import compile_class  # an action starts a run: most often it was compiled elsewhere, and kept

        kind.__waymark_compiled__ = compile_class(kind, body_of(kind), importable_module(kind))
        return kind.__waymark_compiled__
    raise TypeError(f"{kind.__qualname__} is not a compiled workflow: decorate it with @workflow")


def _refused(body: Any) -> Any:
    """The `run` of a class that nobody has decorated, which Python would simply execute: no crash would be survived."""

    @functools.wraps(body)
    def run(self: Workflow, *args: Any, **kwargs: Any) -> Any:
        compiled_of(type(checked_object(self, body.__qualname__)))
        raise AssertionError("a decorated class has a `run` that starts a run")

    setattr(run, _BODY, body)
    return run


def _started_and_awaited(body: Any) -> Any:
    @functools.wraps(body)
    async def run(
        self: Workflow, *args: Any, _blocking: bool = True, _priority: int | None = None, **kwargs: Any
    ) -> Any:
        checked_object(self, body.__qualname__)
        handle = await start_run(self, args, kwargs, None, options_of(priority=_priority))
        return await handle.result() if _blocking and not skips_waiting() else handle.id

    setattr(run, _BODY, body)
    return run
