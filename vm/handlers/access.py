"""Attributes, items and iteration.

Every attribute read passes one gate (`vm/gate.py`): what a program may reach on a host's object is in a table, so that
no program gets to frames, globals or subclasses.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from .. import gate
from ..errors import operate
from ..isa import Op
from ..values.frames import Frame
from ..values.iterators import DictIterator
from .registry import executes
from .touching import consumed

if TYPE_CHECKING:
    from ..interp import Interpreter


@executes(Op.ATTR_GET)
def attr_get(vm: Interpreter, frame: Frame, dst: int, obj: int, name: str) -> None:
    frame.registers[dst] = operate(gate.read, frame.registers[obj], name)
    frame.pc += 1


@executes(Op.ATTR_SET)
def attr_set(vm: Interpreter, frame: Frame, obj: int, name: str, src: int) -> None:
    target = frame.registers[obj]
    operate(gate.write, target, name, frame.registers[src])
    vm.tracker.touch(target)
    frame.pc += 1


@executes(Op.ATTR_DEL)
def attr_del(vm: Interpreter, frame: Frame, obj: int, name: str) -> None:
    target = frame.registers[obj]
    operate(gate.delete, target, name)
    vm.tracker.touch(target)
    frame.pc += 1


@executes(Op.ITEM_GET)
def item_get(vm: Interpreter, frame: Frame, dst: int, obj: int, key: int) -> None:
    frame.registers[dst] = operate(operator.getitem, frame.registers[obj], frame.registers[key])
    frame.pc += 1


@executes(Op.ITEM_SET)
def item_set(vm: Interpreter, frame: Frame, obj: int, key: int, src: int) -> None:
    target = frame.registers[obj]
    vm.tracker.touch(target)
    consumed(vm, frame.registers[src])  # `items[1:2] = iterator` reads it
    operate(operator.setitem, target, frame.registers[key], frame.registers[src])
    frame.pc += 1


@executes(Op.ITEM_DEL)
def item_del(vm: Interpreter, frame: Frame, obj: int, key: int) -> None:
    target = frame.registers[obj]
    vm.tracker.touch(target)
    operate(operator.delitem, target, frame.registers[key])
    frame.pc += 1


def iterate(source: Any) -> Any:
    """`iter(source)`, as a value that a snapshot can hold."""
    if isinstance(source, dict) and type(source).__iter__ is dict.__iter__:
        return DictIterator(source)
    return iter(source)


@executes(Op.ITER)
def make_iterator(vm: Interpreter, frame: Frame, dst: int, src: int) -> None:
    frame.registers[dst] = operate(iterate, frame.registers[src])
    frame.pc += 1


@executes(Op.UNPACK)
def unpack(vm: Interpreter, frame: Frame, targets: tuple[int, ...], src: int) -> None:
    source = frame.registers[src]
    consumed(vm, source)
    values = operate(_exactly, source, len(targets))
    for target, value in zip(targets, values, strict=True):
        frame.registers[target] = value
    frame.pc += 1


def _exactly(source: Any, count: int) -> list[Any]:
    """The items of `source`, which must be `count`; at most one more is asked for, as CPython does."""
    if not hasattr(type(source), "__iter__") and not hasattr(type(source), "__getitem__"):
        raise TypeError(f"cannot unpack non-iterable {type(source).__name__} object")
    values: list[Any] = []
    for value in source:
        values.append(value)
        if len(values) > count:
            raise ValueError(f"too many values to unpack (expected {count})")
    if len(values) < count:
        raise ValueError(f"not enough values to unpack (expected {count}, got {len(values)})")
    return values
