"""What may happen to futures and tasks: settling, cancelling, callbacks. The order is asyncio's.

Settling a future queues its callbacks; nothing else wakes a fiber. Every change marks the future's page as touched.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.services import Excess

from . import contexts, failures
from .errors import HOST_CONDITIONS
from .surface import CancelRequest, SendRun
from .values.futures import Future, Gathering, Handle, Request, Task

if TYPE_CHECKING:
    from .interp import Interpreter

InvalidStateError = asyncio.InvalidStateError
CancelledError = asyncio.CancelledError


def done(future: Future) -> bool:
    return future.state != "pending"


def result(vm: Interpreter, future: Future) -> Any:
    """The value, or raise what the future came to."""
    if future.state == "cancelled":
        raise cancelled_error(vm, future)
    if future.state == "pending":
        raise InvalidStateError("Result is not set.")
    if future.error is not None:
        retrieved(vm, future)
        raise Excess(future.error) if isinstance(future.error, HOST_CONDITIONS) else future.error
    return future.value


def exception(vm: Interpreter, future: Future) -> BaseException | None:
    """The exception, or None; raises if there is no saying."""
    if future.state == "cancelled":
        raise cancelled_error(vm, future)
    if future.state == "pending":
        raise InvalidStateError("Exception is not set.")
    retrieved(vm, future)
    return future.error


def cancelled_error(vm: Interpreter, future: Future) -> BaseException:
    """What a cancelled future raises: to the first who asks, the very error that a task ended with; then new ones."""
    error = future.error
    if error is not None and future.state == "cancelled":
        future.error = None
        vm.tracker.touch(future)
        return error
    return CancelledError() if future.cancel_message is None else CancelledError(future.cancel_message)


def settle(vm: Interpreter, future: Future, value: Any = None, error: BaseException | None = None) -> None:
    """Give a pending future its result or its exception, and queue its callbacks."""
    if future.state != "pending":
        raise InvalidStateError("invalid state")
    future.state = "finished"
    future.value = value
    future.error = error
    release(vm, future)


def settle_with(vm: Interpreter, future: Future, error: Any) -> None:
    """`future.set_exception(error)`: an instance, or a class to call."""
    if future.state == "pending" and isinstance(error, type) and issubclass(error, BaseException):
        error = error()
    if future.state != "pending":
        raise InvalidStateError("invalid state")
    if not isinstance(error, BaseException):
        raise TypeError("invalid exception object")
    if type(error) is StopIteration:
        raise TypeError("StopIteration interacts badly with generators and cannot be raised into a Future")
    settle(vm, future, error=error)
    failures.note(vm, future)


def cancel(vm: Interpreter, future: Future, message: Any = None) -> bool:
    """`future.cancel(msg)`; for a task, a request that its coroutine may still answer."""
    if future.state != "pending":
        retrieved(vm, future)  # asyncio says no more of a failure that somebody tried to cancel
        return False
    if isinstance(future, Task):
        return _cancel_task(vm, future, message)
    vm.tracker.touch(future)
    if isinstance(future, Gathering):
        return _cancel_children(vm, future, message)
    future.state = "cancelled"
    future.cancel_message = message
    if future.request is not None:
        _withdraw(vm, future.request)
    release(vm, future)
    return True


def _withdraw(vm: Interpreter, asked: Request) -> None:
    """Nobody waits for what was asked any more. A run that was started is to stop, if it is not detached."""
    if asked.child is None:
        vm.effects.append(CancelRequest(asked.number))
    elif not asked.child[2]:
        vm.effects.append(SendRun(asked.key, asked.child[0], asked.child[1], None, "", joined=False))


def _cancel_task(vm: Interpreter, task: Task, message: Any) -> bool:
    """Tasks wait for one another in chains of any length; the last one's future is cancelled, or the task itself."""
    seen: set[int] = set()
    while True:
        if id(task) in seen:
            raise RecursionError("maximum recursion depth exceeded while calling a Python object")
        seen.add(id(task))
        vm.tracker.touch(task)
        task.cancels += 1
        waited = task.waits_for
        if not isinstance(waited, Task) or waited.state != "pending":
            break
        task = waited
    if waited is None or not cancel(vm, waited, message):
        task.must_cancel = True
        task.cancel_message = message
    return True


def _cancel_children(vm: Interpreter, gathering: Gathering, message: Any) -> bool:
    """What gathers them is done when the last of them is."""
    asked = [cancel(vm, child, message) for child in gathering.children]
    gathering.cancel_requested |= any(asked)
    return any(asked)


def retrieved(vm: Interpreter, future: Future) -> None:
    """Somebody has asked what became of a future."""
    if future.error is not None:
        vm.state.failed.pop(id(future), None)


def write(vm: Interpreter, future: Future, name: str, content: Any) -> bool:
    """`future.name = content`. False: no program may write that."""
    if name == "_cancel_message":
        future.cancel_message = content
    elif name == "_log_traceback":
        if content:
            raise ValueError("_log_traceback can only be set to False")
        retrieved(vm, future)
    else:
        return False
    vm.tracker.touch(future)
    return True


def add_callback(vm: Interpreter, future: Future, callback: Any, context: Any = None) -> None:
    """Queue `callback` (a function of the program, or a waiting task) when the future is settled; now if it is."""
    vm.tracker.touch(future)
    if not isinstance(callback, Task):
        context = contexts.copied(vm, context)
        if context is not None:
            callback = Handle("call", callback, (future,), context)
    if future.state == "pending":
        future.callbacks.append(callback)
    else:
        vm.state.ready.append(_handle(future, callback))


def has_awaited_itself(task: Future) -> bool:
    """Whether the task has awaited itself. It stands before its own callbacks then, so that a snapshot keeps it."""
    return bool(task.callbacks) and task.callbacks[0] is task


def release(vm: Interpreter, future: Future) -> None:
    """The future is settled: queue its callbacks, and stop waiting for the outside."""
    vm.tracker.touch(future)
    callbacks, future.callbacks = future.callbacks, []
    vm.state.ready.extend(_handle(future, callback) for callback in callbacks if callback is not future)
    if future.request is not None:
        vm.state.requests.pop(future.request.number, None)
        unanchor(vm, future)
        future.request = None


def _handle(future: Future, callback: Any) -> Handle:
    if type(callback) is Handle:  # of a call in a context
        return callback
    return Handle("wake", callback) if isinstance(callback, Task) else Handle("call", callback, (future,))


def anchor(vm: Interpreter, thing: Future | Handle) -> None:
    """Keep an open request or a timer where a restore finds it: in the page of the task that made it."""
    task = vm.state.current
    thing.anchor = task
    if task is None:
        vm.state.anchors.append(thing)
    else:
        task.anchors.append(thing)
        vm.tracker.touch(task)


def unanchor(vm: Interpreter, thing: Future | Handle) -> None:
    task = thing.anchor
    anchors = vm.state.anchors if task is None else task.anchors
    for index, held in enumerate(anchors):
        if held is thing:
            del anchors[index]
            break
    thing.anchor = None
    if task is not None:
        vm.tracker.touch(task)
