"""The event loop for the prelude and for programs: what `get_running_loop()` gives, and intrinsics about tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import contexts, failures, futures, protocol, timers
from .errors import Uncatchable
from .kinds import is_instance
from .values.frames import Coroutine, Generator
from .values.functions import BoundMethod, VMFunction
from .values.futures import LOOP, Future, Gathering, Handle, Loop, Task

if TYPE_CHECKING:
    from .interp import Interpreter

MICROSECONDS = 1_000_000
_OF_COROUTINES = ("__await__", "send", "throw", "close")
INSTANT_MAX = (1 << 62) - 1  # "never": of a timer after an infinite time


def new_future(vm: Interpreter) -> Future:
    return Future()


def gathering(vm: Interpreter, children: list[Any]) -> Gathering:
    return Gathering(children)


def is_coroutine(vm: Interpreter, value: Any) -> bool:
    """As asyncio 3.11 has it: generators are coroutines, too, and what an async generator's methods give."""
    return isinstance(value, Coroutine | Generator) or _is_driven_like_one(value)


def _is_driven_like_one(value: Any) -> bool:
    """An object of the program that passes for a coroutine, as `collections.abc` sees it."""
    kind = type(value)
    return is_instance(value) and all(getattr(kind, name, None) is not None for name in _OF_COROUTINES)


def makes_coroutines(vm: Interpreter, value: Any) -> bool:
    while type(value) is BoundMethod:
        value = value.function
    return type(value) is VMFunction and value.loaded.function.kind == "coroutine"


def new_task(vm: Interpreter, coroutine: Any, name: Any = None, context: Any = None) -> Task:
    if isinstance(coroutine, Generator) or _is_driven_like_one(coroutine):
        coroutine = vm.call(protocol.function(vm, "loop.drive"), (coroutine,), {})
    if not isinstance(coroutine, Coroutine):
        raise TypeError(f"a coroutine was expected, got {coroutine!r}")
    return vm.scheduler.start_task(vm, coroutine, name, context)


def call_soon(vm: Interpreter, function: Any, args: tuple[Any, ...], context: Any = None) -> Handle:
    handle = Handle("call", function, tuple(args), contexts.copied(vm, context))
    vm.state.ready.append(handle)
    return handle


def call_at(vm: Interpreter, when: float, function: Any, args: tuple[Any, ...], context: Any = None) -> Handle:
    if when != when:
        raise ValueError("Invalid delay: NaN (not a number)")
    instant = round(when * MICROSECONDS) if when < INSTANT_MAX / MICROSECONDS else INSTANT_MAX
    return timers.call_at(vm, instant, function, tuple(args), context)


def time(vm: Interpreter) -> float:
    return vm.state.now / MICROSECONDS


def open_tasks(vm: Interpreter) -> list[Task]:
    return [task for task in vm.state.tasks.values() if not futures.done(task)]


def running_loop(vm: Interpreter) -> Loop:
    if vm.state.initialising:
        raise RuntimeError("no running event loop")
    return LOOP


def report(vm: Interpreter, message: Any, error: BaseException | None = None, task: Any = None) -> Any:
    """What the prelude gives to the exception handler of the loop."""
    return failures.tell(vm, {"message": message, "exception": error, "task": task})


def make(vm: Interpreter, kind: type, /, *args: Any, **kwargs: Any) -> Any:
    """`asyncio.Future()`, `asyncio.Task(coroutine)`. A loop is the one that there is."""
    if kind is Handle:
        raise Uncatchable("a workflow cannot make a Handle by calling its type: `loop.call_soon` gives one")
    return (_make_future if kind is Future else _make_task)(vm, *args, **kwargs)


def _make_future(vm: Interpreter, *, loop: Any = None) -> Future:
    return Future()


def _make_task(vm: Interpreter, coro: Any, *, loop: Any = None, name: Any = None, context: Any = None) -> Task:
    return new_task(vm, coro, name, context)


MADE = frozenset(("asyncio.Future/1", "asyncio.Handle/1", "asyncio.Task/1"))

SERVICES: dict[str, Callable[..., Any]] = {
    "call_at": call_at,
    "call_soon": call_soon,
    "future": new_future,
    "gathering": gathering,
    "is_coroutine": is_coroutine,
    "loop": running_loop,
    "makes_coroutines": makes_coroutines,
    "open_tasks": open_tasks,
    "handler_failed": failures.handler_failed,
    "report": report,
    "task": new_task,
    "time": time,
}


# --- methods of the loop ---


def _create_future(vm: Interpreter, loop: Loop) -> Future:
    return new_future(vm)


def _create_task(vm: Interpreter, loop: Loop, coro: Any, *, name: Any = None, context: Any = None) -> Task:
    return new_task(vm, coro, name, context)


def _call_soon(vm: Interpreter, loop: Loop, callback: Any, *args: Any, context: Any = None) -> Handle:
    return call_soon(vm, callback, args, context)


def _call_later(vm: Interpreter, loop: Loop, delay: Any, callback: Any, *args: Any, context: Any = None) -> Handle:
    if delay is None:
        raise TypeError("delay must not be None")
    return call_at(vm, time(vm) + delay, callback, args, context)


def _call_at(vm: Interpreter, loop: Loop, when: Any, callback: Any, *args: Any, context: Any = None) -> Handle:
    if when is None:
        raise TypeError("when cannot be None")
    return call_at(vm, when, callback, args, context)


METHODS: dict[str, Callable[..., Any]] = {
    "call_at": _call_at,
    "call_exception_handler": lambda vm, loop, context: failures.tell(vm, context),
    "call_later": _call_later,
    "call_soon": _call_soon,
    "create_future": _create_future,
    "create_task": _create_task,
    "default_exception_handler": lambda vm, loop, context: failures.tell_log(vm, context),
    "get_exception_handler": lambda vm, loop: failures.handler_of(vm),
    "set_exception_handler": failures.set_handler,
    "get_debug": lambda vm, loop: False,
    "is_closed": lambda vm, loop: False,
    "is_running": lambda vm, loop: True,
    "time": lambda vm, loop: time(vm),
}
