"""Views of memory that nobody can reach any more: they must not keep a bytearray from being resized.

CPython drops a view with the last reference to it. A register holds what it held until it is set again, and a restored
frame has only what is live. So before a program gets a BufferError, registers that are read no more give up what may
hold a view, and the instruction is carried out once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .errors import Uncatchable
from .isa import Kind
from .snapshot.letting_go import HOLDING
from .touching import MOVING
from .values.frames import Frame
from .values.functions import UNSET

if TYPE_CHECKING:
    from .interp import Interpreter


def given_up(vm: Interpreter) -> bool:
    """Whether dead registers held something that may have been in the way, and the instruction is to be tried again."""
    frame = vm.frame
    if frame is None:
        return False
    operands = frozenset(_read(frame))
    found = [_clear(each, operands if each is frame else frozenset()) for each in _frames(vm)]
    if not (vm.tracker.let_go() or any(found)):
        return False
    if any(type(frame.registers[register]) in MOVING for register in operands):
        raise Uncatchable("a workflow cannot fill a bytearray from an iterator while there may be a memoryview of it")
    return True


def _clear(frame: Frame, operands: frozenset[int]) -> bool:
    """Give up what the frame will not read. Whether there was any."""
    live = frame.loaded.live.get(frame.pc, range(len(frame.registers)))
    found = False
    for register, value in enumerate(frame.registers):
        if register not in live and register not in operands and isinstance(value, HOLDING):
            frame.registers[register] = UNSET
            found = True
    return found


def _frames(vm: Interpreter) -> Iterator[Frame]:
    for top in (vm.frame, *(task.top for task in vm.state.tasks.values())):
        frame = top
        while frame is not None:
            yield frame
            frame = frame.caller


def _read(frame: Frame) -> Iterator[int]:
    """The registers that the instruction reads."""
    pc, loaded = frame.pc, frame.loaded
    for (_, kind), operand in zip(loaded.operations[pc].value.operands, loaded.operands[pc], strict=True):
        if kind is Kind.REG:
            yield operand
        elif kind is Kind.REGS:
            yield from operand
