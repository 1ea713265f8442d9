"""Iteration: making an iterator, the loop over one, and unpacking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import generators, protocol, quick
from ..errors import Thrown, operate, thrown
from ..isa import Op
from ..iteration import step_by_frames
from ..kinds import CONTAINERS, asks, is_active
from ..special import ABSENT
from ..touching import consumed
from ..values.frames import Frame, Generator
from ..values.functions import UNSET
from ..values.iterators import HOST_ITERATORS, iterate
from .registry import Operands, executes

if TYPE_CHECKING:
    from ..interp import Interpreter

_OF_C = frozenset(HOST_ITERATORS)
_EXHAUSTED = object()


@executes(Op.ITER)
def make_iterator(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, src = operands
    source = frame.registers[src]
    if type(source) not in CONTAINERS and asks(source, "__iter__"):
        value = quick.iterator(vm, source)
        if value is ABSENT:
            protocol.enter(vm, "iter", source, ())
        elif value is not UNSET:
            vm.deliver(frame, value)
        return
    frame.registers[dst] = operate(iterate, source)
    frame.pc += 1


@executes(Op.FOR)
def fetch(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, iterator = operands
    if vm.ticks > 0:  # as `vm.tick` does; a call would be a tenth of the turn
        vm.ticks -= 1
    elif not vm.tick():
        return
    source = frame.registers[iterator]
    kind = type(source)
    if kind is Generator:
        if source.frame is None:
            frame.pc = frame.loaded.targets[frame.pc]
        else:
            generators.resume(vm, source, None)
        return
    if kind in _OF_C:
        vm.tracker.touch(source)
    elif not _in_c(vm, frame, source):
        return
    try:
        item = next(source, _EXHAUSTED)
    except BaseException as error:
        caught = error
    else:
        if item is _EXHAUSTED:
            frame.pc = frame.loaded.targets[frame.pc]
        else:
            frame.registers[dst] = item
            frame.pc += 1
        return
    raise thrown(caught)


def _in_c(vm: Interpreter, frame: Frame, source: Any) -> bool:
    """Whether C makes the next item of a rarer iterator; else it is under way, or the loop has ended."""
    try:
        item = step_by_frames(vm, source)
    except Thrown as raised:
        error = raised
    else:
        if item is ABSENT:
            consumed(vm, source)
            return True
        if item is not UNSET:
            vm.deliver(frame, item)
        return False
    if vm.frame is not frame or not isinstance(error.error, StopIteration):
        raise error
    frame.pc = frame.loaded.targets[frame.pc]
    return False


@executes(Op.UNPACK)
def unpack(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    targets, src = operands
    source = frame.registers[src]
    kind = type(source)
    if kind is tuple or kind is list:
        values = source
        if len(values) != len(targets):
            values = operate(_exactly, source, len(targets))
    elif kind not in CONTAINERS and is_active(source):
        protocol.enter(vm, "unpack", source, len(targets))
        return
    else:
        consumed(vm, source)
        values = operate(_exactly, source, len(targets))
    registers = frame.registers
    for target, value in zip(targets, values, strict=True):
        registers[target] = value
    frame.pc += 1


def _exactly(source: Any, count: int) -> list[Any]:
    """The items of `source`, which must be `count`; at most one more is asked for, as CPython does."""
    if not hasattr(type(source), "__iter__") and not hasattr(type(source), "__getitem__"):
        raise TypeError(f"cannot unpack non-iterable {type(source).__name__} object")
    values: list[Any] = []
    for value in iterate(source):
        values.append(value)
        if len(values) > count:
            raise ValueError(f"too many values to unpack (expected {count})")
    if len(values) < count:
        raise ValueError(f"not enough values to unpack (expected {count}, got {len(values)})")
    return values
