"""Attributes and items.

Every attribute read passes one gate (`vm/gate.py`): what a program may reach on a host's object is in a table, so that
no program gets to frames, globals or subclasses.
"""

from __future__ import annotations

import operator
from array import array
from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.growth import check_sum
from waymark.stdlib.natives.guards import check_items
from waymark.stdlib.natives.spread import check_spread
from waymark.stdlib.values.markers import Alias, Generic

from .. import attributes, calls, protocol
from ..errors import Thrown, operate, thrown
from ..isa import Op
from ..kinds import CONTAINERS, PLAIN, is_active, is_class, is_instance
from ..special import ABSENT, bind, find, find_special, is_own
from ..touching import consumed
from ..values.frames import Frame
from ..values.functions import UNSET
from .registry import Operands, executes

if TYPE_CHECKING:
    from ..interp import Interpreter

_BY_NUMBER = frozenset({list, tuple, str, bytes, bytearray, array, memoryview, range})


@executes(Op.ATTR_GET)
def attr_get(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, obj, name = operands
    value = attributes.read(vm, frame.registers[obj], name)
    if value is not UNSET:
        frame.registers[dst] = value
        frame.pc += 1


@executes(Op.ATTR_SET)
def attr_set(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    obj, name, src = operands
    if attributes.write(vm, frame.registers[obj], name, frame.registers[src]) is not UNSET:
        frame.pc += 1


@executes(Op.ATTR_DEL)
def attr_del(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    obj, name = operands
    if attributes.delete(vm, frame.registers[obj], name) is not UNSET:
        frame.pc += 1


@executes(Op.ITEM_GET)
def item_get(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, obj, key = operands
    registers = frame.registers
    target, place = registers[obj], registers[key]
    if (type(target) not in CONTAINERS or type(place) not in PLAIN) and _item_by_frames(
        vm, frame, target, place, "item_at", ()
    ):
        return
    if type(place) is tuple:
        operate(check_spread, place)
    try:
        registers[dst] = target[place]
        frame.pc += 1
        return
    except BaseException as error:
        caught = error
    raise thrown(caught)


def _slice_by_frames(vm: Interpreter, target: Any, place: Any, item: Any) -> bool:
    """Whether the program is asked for what a slice becomes. What C would do without end is refused."""
    if type(place) is tuple:
        operate(check_spread, place)
    elif type(item) not in PLAIN:
        if type(target) is list and is_active(item):
            protocol.enter(vm, "set_slice", target, place, item)
            return True
        consumed(vm, item)  # `items[1:2] = iterator` reads it
    elif type(item) is range:
        operate(check_items, item)
    else:
        operate(check_sum, target, item)
    return False


@executes(Op.ITEM_SET)
def item_set(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    obj, key, src = operands
    target, place, item = frame.registers[obj], frame.registers[key], frame.registers[src]
    if (type(target) not in CONTAINERS or type(place) not in PLAIN) and _item_by_frames(
        vm, frame, target, place, "set_item_at", (item,)
    ):
        return
    vm.tracker.touch(target)
    if (type(place) is slice or type(place) is tuple) and _slice_by_frames(vm, target, place, item):
        return
    try:
        target[place] = item
        frame.pc += 1
        return
    except BaseException as error:
        caught = error
    raise thrown(caught)


@executes(Op.ITEM_DEL)
def item_del(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    obj, key = operands
    target, place = frame.registers[obj], frame.registers[key]
    if _item_by_frames(vm, frame, target, place, "delete_item_at", ()):
        return
    vm.tracker.touch(target)
    operate(operator.delitem, target, place)
    frame.pc += 1


_ITEM_METHODS = {
    "item_at": ("__getitem__", "'{}' object is not subscriptable"),
    "set_item_at": ("__setitem__", "'{}' object does not support item assignment"),
    "delete_item_at": ("__delitem__", "'{}' object doesn't support item deletion"),
}


def _item_by_frames(vm: Interpreter, frame: Frame, target: Any, place: Any, how: str, item: tuple[Any, ...]) -> bool:
    """Whether an item is got, set or deleted by code of the program."""
    if type(target) in CONTAINERS or type(target) is memoryview:
        # A number that is an object of the program is asked for its `__index__`.
        # One that extends `int` is a number as it is.
        by_number = type(target) in _BY_NUMBER and is_instance(place) and not issubclass(type(place), int)
        if by_number and find_special(type(place), "__index__") is not ABSENT:
            protocol.enter(vm, how, target, place, *item)
            return True
        return False
    if is_instance(target):
        method, refusal = _ITEM_METHODS[how]
        if not is_own(type(target), method):
            return how == "item_at" and _missing(vm, frame, target, place)
        if not calls.deliver_special(vm, frame, target, method, (place, *item)):
            raise Thrown(TypeError(refusal.format(type(target).__name__)))
        return True
    if how == "item_at" and is_class(target) and not hasattr(type(target), "__getitem__"):
        has_maker = find(target, "__class_getitem__") is not ABSENT
        if not has_maker and Generic in target.__mro__:
            vm.deliver(frame, Alias(target, place if type(place) is tuple else (place,)))
            return True
        maker = attributes.read(vm, target, "__class_getitem__") if has_maker else None
        if maker is None:
            raise Thrown(TypeError(f"type '{target.__name__}' is not subscriptable"))
        value = calls.invoke(vm, maker, (place,), {})
        if value is not UNSET:
            vm.deliver(frame, value)
        return True
    return False


def _missing(vm: Interpreter, frame: Frame, target: Any, place: Any) -> bool:
    """Whether a dict without this key has asked the `__missing__` of its class."""
    if not issubclass(type(target), dict):
        return False
    method = find_special(type(target), "__missing__")
    if method is ABSENT or operate(dict.get, target, place, ABSENT) is not ABSENT:
        return False
    value = calls.invoke(vm, bind(method, target, type(target)), (place,), {})
    if value is not UNSET:
        vm.deliver(frame, value)
    return True
