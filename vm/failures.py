"""What the loop has to tell: callbacks that raised, failures that nobody asked about; and the handler of a program.

Without a handler it is told to the log. `loop.set_exception_handler` gives one, which is state of the run: a variable
of a module of the machine's own, as mailboxes are.

CPython tells of a failed future when nothing refers to it any more. With a handler, so does the machine where that can
happen at a known place (the task's end, the end of a callback of it); all others, and all without a handler, are told
of when the run is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import protocol
from .loop_text import called_text
from .surface import Log
from .values.functions import UNSET
from .values.futures import LOOP, Future, Handle, Loop

if TYPE_CHECKING:
    from .interp import Interpreter

MODULE = "waymark.loop"
LOOKED_FOR_MAX = (
    64  # with more failures than that, nobody looks whether something refers to one: it costs the whole state
)


# --- the handler ---


def handler_of(vm: Interpreter) -> Any:
    return vm.state.modules.get(MODULE, {}).get("handler")


def set_handler(vm: Interpreter, loop: Loop, handler: Any) -> None:
    if handler is not None and not callable(handler):
        raise TypeError(f"A callable object or None is expected, got {handler!r}")
    modules = vm.state.modules
    if handler is None:
        modules.pop(MODULE, None)
        return
    held = modules.setdefault(MODULE, {})
    held["handler"] = handler
    vm.tracker.touch(held)


def begun(vm: Interpreter, handle: Handle) -> None:
    """A callback begins. With a handler it is kept: it would be told of it."""
    held = vm.state.modules.get(MODULE)
    if held is not None:
        held["handle"] = handle
        vm.tracker.touch(held)


def tell(vm: Interpreter, context: Any) -> Any:
    """`loop.call_exception_handler(context)`. UNSET: a frame was entered, and delivers."""
    handler = handler_of(vm)
    if handler is None:
        tell_log(vm, context)
        return None
    protocol.enter(vm, "loop.tell", handler, LOOP, context)
    return UNSET


def tell_log(vm: Interpreter, context: Any) -> None:
    """`loop.default_exception_handler(context)`."""
    error = context.get("exception")
    said = "" if error is None else f": {type(error).__name__}: {error}"
    vm.effects.append(Log("error", f"{context.get('message') or 'Unhandled exception in event loop'}{said}"))


def handler_failed(vm: Interpreter, error: BaseException) -> None:
    tell_log(vm, {"message": "Unhandled error in exception handler", "exception": error})


# --- what is told ---


def callback_raised(vm: Interpreter, error: BaseException) -> None:
    """The loop goes on."""
    held = vm.state.modules.get(MODULE)
    if held is None:
        tell_log(vm, {"message": "Exception in callback", "exception": error})
        return
    handle = held.get("handle")
    message = "Exception in callback" if handle is None else f"Exception in callback {called_text(handle)}"
    tell(vm, {"message": message, "exception": error, "handle": handle})


def note(vm: Interpreter, future: Future) -> None:
    """A future has failed: unless somebody asks it, that is told. The main task's failure is the run's."""
    if future is not vm.state.main:
        vm.state.failed[id(future)] = future
        vm.tracker.touch(future)


def is_kept(vm: Interpreter, future: Future) -> bool:
    return id(future) in vm.state.failed


def called(vm: Interpreter) -> None:
    """A callback is over: if it was one of a failed future, that may have been the last to refer to it."""
    held = vm.state.modules.get(MODULE)
    handle = None if held is None else held.pop("handle", None)
    if handle is not None:
        vm.tracker.touch(held)
        for each in handle.args[:1]:
            if isinstance(each, Future):
                look(vm, each)


def look(vm: Interpreter, future: Future) -> None:
    """Nothing runs, and maybe nothing refers to a failed future any more: then it is told of now."""
    failed = vm.state.failed
    if handler_of(vm) is None or id(future) not in failed or len(failed) > LOOKED_FOR_MAX:
        return
    if not vm.tracker.reaches(vm.state, None, future):
        tell_of(vm, future)


def tell_of(vm: Interpreter, future: Future) -> None:
    vm.state.failed.pop(id(future), None)
    tell(vm, context_of(future))


def context_of(future: Future) -> dict[str, Any]:
    message = f"{type(future).__name__} exception was never retrieved"
    return {"message": message, "exception": future.error, "future": future}
