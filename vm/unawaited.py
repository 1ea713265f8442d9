"""Coroutines that nobody will ever await: told once, where the program drops them.

CPython tells it when the last reference goes. Here what counts is in the code: the call's result is in a register that
nothing reads any more, so no path leads to an await of it. What a program keeps (in a list, in a variable that it might
read) and then forgets is not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .isa import Op
from .surface import Log
from .values.frames import Coroutine

if TYPE_CHECKING:
    from .interp import Interpreter

_CALLS = frozenset((Op.CALL, Op.CALL_SPREAD, Op.CALL_METHOD))


def check(vm: Interpreter, coroutine: Coroutine) -> None:
    """The instruction under way has made the coroutine, and gets it as its result."""
    frame = vm.frame
    if frame is None:
        return
    loaded, pc = frame.loaded, frame.pc
    if loaded.operations[pc] not in _CALLS or loaded.operations[pc + 1] is Op.AWAIT:
        return
    if pc in loaded.dropped:
        vm.effects.append(Log("warning", f"coroutine '{coroutine.name}' was never awaited"))
