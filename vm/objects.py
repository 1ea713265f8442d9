"""Methods of the machine's own values: futures, tasks, timer handles, coroutines and generators.

They are CPython's names with CPython's behaviour; a name that is not here does not exist for a program.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from . import futures
from .errors import Thrown, operate
from .values.frames import Coroutine, Frame, Generator
from .values.functions import UNSET
from .values.futures import Future, Handle, Task

OWN = (Future, Handle, Coroutine, Generator)

if TYPE_CHECKING:
    from .interp import Interpreter

Method = Callable[..., Any]


def call_method(
    vm: Interpreter, frame: Frame, target: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Call `target.name(...)`; its result is delivered, unless a frame was entered."""
    method = find(target, name)
    if method is None:
        kind = type(target).__name__.lower() if isinstance(target, Coroutine | Generator) else type(target).__name__
        raise Thrown(AttributeError(f"'{kind}' object has no attribute '{name}'", name=name, obj=target))
    value = operate(partial(method, vm, target, *args, **kwargs))
    if value is not UNSET:
        vm.deliver(frame, value)


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
    futures.settle(vm, future, error=error)


def _exception(vm: Interpreter, future: Future) -> BaseException | None:
    if future.state == "cancelled":
        raise futures.cancelled_error(future)
    if future.state == "pending":
        raise futures.InvalidStateError("Exception is not set.")
    return future.error


def _uncancel(vm: Interpreter, task: Task) -> int:
    if task.cancels > 0:
        task.cancels -= 1
        vm.tracker.touch(task)
    return task.cancels


def _remove_done_callback(vm: Interpreter, future: Future, callback: Any) -> int:
    kept = [held for held in future.callbacks if held != callback]
    removed = len(future.callbacks) - len(kept)
    future.callbacks = kept
    vm.tracker.touch(future)
    return removed


def _send(vm: Interpreter, generator: Generator, value: Any) -> Any:
    vm.resume_generator(generator, value)
    return UNSET


def _next(vm: Interpreter, generator: Generator) -> Any:
    return _send(vm, generator, None)


def _throw(vm: Interpreter, generator: Generator, error: Any) -> Any:
    if isinstance(error, type) and issubclass(error, BaseException):
        error = error()
    vm.resume_generator(generator, None, error)
    return UNSET


_METHODS: dict[type, dict[str, Method]] = {
    Task: {
        "uncancel": _uncancel,
        "cancelling": lambda vm, task: task.cancels,
        "get_name": lambda vm, task: task.name,
    },
    Future: {
        "add_done_callback": lambda vm, future, callback: futures.add_callback(vm, future, callback),
        "cancel": lambda vm, future, msg=None: futures.cancel(vm, future, msg),
        "cancelled": lambda vm, future: future.state == "cancelled",
        "done": lambda vm, future: futures.done(future),
        "exception": _exception,
        "remove_done_callback": _remove_done_callback,
        "result": lambda vm, future: futures.result(future),
        "set_exception": _set_exception,
        "set_result": _set_result,
    },
    Handle: {
        "cancel": lambda vm, handle: vm.scheduler.cancel_handle(vm, handle),
        "cancelled": lambda vm, handle: handle.cancelled,
    },
    Generator: {"__next__": _next, "send": _send, "throw": _throw},
}
