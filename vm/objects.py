"""Methods of the machine's own values: futures, tasks, timer handles and generators.

They are CPython's names with CPython's behaviour; what a name that is not here means is the gate's affair.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from waymark.stdlib.natives.delegation import HandedOn

from . import async_generators, coroutines, failures, futures, generators, loop_services, protocol, timers
from .errors import operate
from .values.frames import AsyncEnd, AsyncGenerator, AsyncItem, Coroutine, Generator
from .values.functions import UNSET, VMFunction, executing
from .values.futures import LOOP, Future, Gathering, Handle, Loop, Task

if TYPE_CHECKING:
    from .interp import Interpreter

Method = Callable[..., Any]

# What may be read of them, beside methods.
ATTRIBUTES: dict[type, dict[str, Callable[[Any], Any]]] = {
    Gathering: {"_cancel_requested": lambda future: future.cancel_requested},
    Task: {
        "_fut_waiter": lambda task: None if futures.done(task) else task.waits_for,
        "_must_cancel": lambda task: task.must_cancel,
    },
    Future: {
        "_cancel_message": lambda future: future.cancel_message,
        "_log_traceback": lambda future: failures.is_kept(cast("Interpreter", executing.get()), future),
        "_loop": lambda future: LOOP,
        "_state": lambda future: future.state.upper(),
    },
}


def attribute(target: Any, name: str) -> Callable[[Any], Any] | None:
    """How an attribute of one of the machine's own values is read; None if it is no attribute."""
    if not name.startswith("_"):
        return None
    return next((held[name] for kind, held in ATTRIBUTES.items() if isinstance(target, kind) and name in held), None)


OWN = (Future, Handle, Generator, Coroutine, AsyncGenerator, Loop, VMFunction)


def call_method(vm: Interpreter, target: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call `target.name(...)`, a method that is known to be there. UNSET: a frame was entered, which delivers."""
    method = find(target, name)
    assert method is not None
    return operate(partial(method, vm, target, *args, **kwargs))


def find(target: Any, name: str) -> Method | None:
    """The method `target.name` of one of the machine's own values."""
    for kind, methods in _METHODS.items():
        if isinstance(target, kind) and name in methods:
            return methods[name]
    return None


def _set_result(vm: Interpreter, future: Future, value: Any) -> None:
    if isinstance(future, Task):
        raise RuntimeError("Task does not support set_result operation")
    futures.settle(vm, future, value)


def _set_exception(vm: Interpreter, future: Future, error: Any) -> None:
    if isinstance(future, Task):
        raise RuntimeError("Task does not support set_exception operation")
    futures.settle_with(vm, future, error)


def _add_done_callback(vm: Interpreter, future: Future, callback: Any, *, context: Any = None) -> None:
    futures.add_callback(vm, future, callback, context)


def _cancel(vm: Interpreter, future: Future, msg: Any = None) -> bool:
    return futures.cancel(vm, future, msg)


def _uncancel(vm: Interpreter, task: Task) -> int:
    if task.cancels > 0:
        task.cancels -= 1
        vm.tracker.touch(task)
    return task.cancels


def _remove_done_callback(vm: Interpreter, future: Future, callback: Any) -> int:
    kept = [held for held in future.callbacks if (held.target if type(held) is Handle else held) != callback]
    removed = len(future.callbacks) - len(kept)
    future.callbacks[:] = kept
    vm.tracker.touch(future)
    return removed


def _make_cancelled_error(vm: Interpreter, future: Future) -> BaseException:
    return futures.cancelled_error(vm, future)


def _set_name(vm: Interpreter, task: Task, value: Any) -> None:
    task.name = str(value)
    vm.tracker.touch(task)


def _when(vm: Interpreter, handle: Handle) -> float:
    if handle.when is None:
        raise AttributeError("'Handle' object has no attribute 'when'", name="when", obj=handle)
    return handle.when / loop_services.MICROSECONDS


def _loop_of(vm: Interpreter, of: Future) -> Loop:
    return LOOP


def _send(vm: Interpreter, generator: Generator, value: Any) -> Any:
    generators.resume(vm, generator, value)
    return UNSET


def _next(vm: Interpreter, generator: Generator) -> Any:
    return _send(vm, generator, None)


def _throw(vm: Interpreter, owner: Generator | Coroutine, *args: Any) -> Any:
    if not 1 <= len(args) <= 3:
        least = "at least 1 argument" if not args else "at most 3 arguments"
        raise TypeError(f"throw expected {least}, got {len(args)}")
    if isinstance(owner, Coroutine):
        return coroutines.throw(vm, owner, generators.error_of(*args))
    as_it_came = generators.hands_on(owner, args)
    generators.throw_into(vm, owner, HandedOn(*args) if as_it_came else generators.error_of(*args))
    return UNSET


def _close(vm: Interpreter, generator: Generator) -> Any:
    if generator.state == "running":
        raise ValueError("generator already executing")
    if generator.state != "closed":
        protocol.enter(vm, "generator.close", generator)
        return UNSET
    return None


def _bind(vm: Interpreter, function: VMFunction, instance: Any, owner: Any = None) -> Any:
    if instance is None and owner is None:
        raise TypeError("__get__(None, None) is invalid")
    return function.__get__(instance, owner)


_METHODS: dict[type, dict[str, Method]] = {
    Task: {
        "uncancel": _uncancel,
        "cancelling": lambda vm, task: task.cancels,
        "get_name": lambda vm, task: task.name,
        "set_name": _set_name,
    },
    Future: {
        "__await__": coroutines.iterator,
        "__iter__": coroutines.iterator,
        "_make_cancelled_error": _make_cancelled_error,
        "add_done_callback": _add_done_callback,
        "cancel": _cancel,
        "cancelled": lambda vm, future: future.state == "cancelled",
        "done": lambda vm, future: futures.done(future),
        "exception": futures.exception,
        "get_loop": _loop_of,
        "remove_done_callback": _remove_done_callback,
        "result": futures.result,
        "set_exception": _set_exception,
        "set_result": _set_result,
    },
    Handle: {
        "cancel": timers.cancel,
        "cancelled": lambda vm, handle: handle.cancelled,
        "when": _when,
    },
    Generator: {
        "__iter__": lambda vm, generator: generator,
        "__next__": _next,
        "close": _close,
        "send": _send,
        "throw": _throw,
    },
    AsyncItem: {"__next__": lambda vm, item: coroutines.send(vm, item, None), "__iter__": lambda vm, item: item},
    AsyncEnd: {"__next__": lambda vm, item: coroutines.send(vm, item, None), "__iter__": lambda vm, item: item},
    Coroutine: {
        "__await__": coroutines.iterator,
        "close": coroutines.close,
        "send": coroutines.send,
        "throw": _throw,
    },
    AsyncGenerator: {
        "__aiter__": lambda vm, generator: generator,
        "__anext__": async_generators.next_item,
        "aclose": async_generators.close,
        "asend": async_generators.send,
        "athrow": async_generators.throw,
    },
    VMFunction: {"__get__": _bind},
    Loop: loop_services.METHODS,
}
