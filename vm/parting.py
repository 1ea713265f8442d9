"""Where an exception has parted a chain of awaits: who is awaited has been entered, who awaits has not.

    outer awaits middle awaits inner, which waits for an action that fails

As in CPython, the exception is thrown into the innermost frame, past the others. They are entered one by one, when what
they await is over, so until then what they handle is nobody's context. An exception that reaches one of them gets what
that one handles for its context, instead of what it had. With the next suspension the chain is whole again.

The innermost frame that has an outer one which is not entered is marked, by its `then`: pauses keep it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .isa import Op
from .values.frames import Coroutine, Frame
from .values.functions import UNSET

if TYPE_CHECKING:
    from .interp import Interpreter

PARTED = ("parted",)  # a name of `results.FINISHES`


def is_by_hand(caller: Frame) -> bool:
    """Whether a coroutine whose frame has this caller is driven by hand: the caller does not await it."""
    return caller.loaded.operations[caller.pc] is not Op.AWAIT


def driven(frame: Frame) -> Frame | None:
    """The frame of the innermost coroutine that is driven by hand, in this chain of frames."""
    found: Frame | None = frame
    while found is not None and found.caller is not None:
        if isinstance(found.owner, Coroutine) and is_by_hand(found.caller):
            return found
        found = found.caller
    return None


def part(vm: Interpreter, frame: Frame) -> None:
    """The frame is entered, and none of those that await it."""
    if frame.caller is not None and driven(frame) is not frame:
        frame.then = PARTED
        vm.parted = True


def is_parted(frame: Frame) -> bool:
    then = frame.then
    return then is not UNSET and then[0] == "parted"


def beyond(frame: Frame) -> Frame | None:
    """The next frame below that has been entered: the one that drives all of these by hand, if one does."""
    bottom = driven(frame)
    return None if bottom is None else bottom.caller


def rejoin(vm: Interpreter, top: Frame) -> None:
    """The frames from here on give way together, and will be entered together."""
    if not vm.parted:
        return
    bottom = driven(top)
    frame: Frame | None = top
    while frame is not None:
        if is_parted(frame):
            frame.then = UNSET
            return
        if frame is bottom:
            return
        frame = frame.caller
