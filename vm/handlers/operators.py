"""Operators and truth.

Between values of the host an operator is C's. Where an operand is an instance of a class of the program, a function of
the protocol is entered in its place (`stdlib/prelude/core/operators.wrl`). What an operator changes in place or reads
to its end, the tracker is told of.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives import growing, growth, guards, spread, widths

from .. import protocol, quick
from ..calls import deliver_special
from ..errors import Thrown, operate, thrown
from ..isa import BINARY_OPERATORS, COMPARE_OPERATORS, UNARY_OPERATORS, Op
from ..kinds import PLAIN, SCALARS, asks, is_active, is_instance, same
from ..special import ABSENT, find_special, is_own
from ..touching import MOVING, consumed, consumed_pairs
from ..values.classes import class_info
from ..values.frames import Frame
from ..values.functions import UNSET
from .registry import Operands, executes

if TYPE_CHECKING:
    from ..interp import Interpreter

_UNARY: dict[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "@": operator.matmul, "&": operator.and_, "|": operator.or_,
    "^": operator.xor, "<<": operator.lshift, ">>": operator.rshift,
}  # fmt: skip
_INPLACE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv, "//": operator.ifloordiv,
    "%": operator.imod, "**": operator.ipow, "@": operator.imatmul, "&": operator.iand, "|": operator.ior,
    "^": operator.ixor, "<<": operator.ilshift, ">>": operator.irshift,
}  # fmt: skip
_BINARY |= {**growth.OPERATORS, "%": widths.modulo}
_INPLACE |= {**growth.IN_PLACE, "%": widths.modulo_in_place}
_METHODS = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "&": "and", "|": "or", "^": "xor", "<<": "lshift", ">>": "rshift",
}  # fmt: skip

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": same,
    "is not": lambda left, right: not same(left, right),
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}
# Method, reflected method and what a message calls the operator: what the protocol's functions get.
_ORDER = {
    "==": ("__eq__", "__eq__", "=="),
    "!=": ("__ne__", "__ne__", "!="),
    "<": ("__lt__", "__gt__", "<"),
    "<=": ("__le__", "__ge__", "<="),
    ">": ("__gt__", "__lt__", ">"),
    ">=": ("__ge__", "__le__", ">="),
}
_UNARY_METHODS = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
_BINARY_METHODS = tuple((f"__{_METHODS[name]}__", f"__r{_METHODS[name]}__", name) for name in BINARY_OPERATORS)
_INPLACE_METHODS = tuple(
    (f"__i{_METHODS[name]}__", method, reflected, f"{name}=") for method, reflected, name in _BINARY_METHODS
)

_UNARY_TABLE = tuple(_UNARY[name] for name in UNARY_OPERATORS)
_BINARY_TABLE = tuple(_BINARY[name] for name in BINARY_OPERATORS)
_INPLACE_TABLE = tuple(_INPLACE[name] for name in BINARY_OPERATORS)
_COMPARE_TABLE = tuple(_COMPARE[name] for name in COMPARE_OPERATORS)


@executes(Op.UNARY)
def unary(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, index, src = operands
    value = frame.registers[src]
    name = UNARY_OPERATORS[index]
    if type(value) not in PLAIN and asks(value, _UNARY_METHODS[name]):
        if not deliver_special(vm, frame, value, _UNARY_METHODS[name], ()):
            raise Thrown(TypeError(f"bad operand type for unary {name}: '{type(value).__name__}'"))
        return
    frame.registers[dst] = operate(_UNARY_TABLE[index], value)
    frame.pc += 1


@executes(Op.BINARY)
def binary(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, index, left, right = operands
    registers = frame.registers
    one, other = registers[left], registers[right]
    if type(one) not in PLAIN or type(other) not in PLAIN:
        names = _BINARY_METHODS[index]
        if asks(one, names[0]) or asks(other, names[1]):
            _deliver(vm, frame, quick.binary(vm, one, other, *names), "binary", one, other, *names)
            return
        if not index and type(one) in growth.GROWING:  # `+`
            operate(growth.check_sum, one, other)
    elif not index and type(one) not in SCALARS:
        operate(growth.check_sum, one, other)
    try:
        registers[dst] = _BINARY_TABLE[index](one, other)
        frame.pc += 1
        return
    except BaseException as error:
        caught = error
    raise thrown(caught)


@executes(Op.INPLACE)
def inplace(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, index, left, right = operands
    registers = frame.registers
    changed, other = registers[left], registers[right]
    if type(changed) not in SCALARS:
        vm.tracker.touch(changed)
        if type(other) is range:  # `items += range(...)`
            operate(guards.check_items, other)
        elif not index:  # `+=`
            operate(growth.check_sum, changed, other)
    if type(other) not in PLAIN or type(changed) not in PLAIN:
        names = _INPLACE_METHODS[index]
        if asks(changed, *names[:2]) or (is_active(other) and not _is_left_to_c(changed, other, names[2])):
            protocol.enter(vm, "inplace", changed, other, *names)
            return
        consumed(vm, other)  # `items += iterator` reads it
        if type(other) in MOVING and isinstance(changed, list):
            registers[dst] = operate(growing.add_in_place, changed, other)
            frame.pc += 1
            return
    if type(changed) is dict:
        consumed_pairs(vm, other)  # `mapping |= pairs` reads what is in it
    try:
        registers[dst] = _INPLACE_TABLE[index](changed, other)
        frame.pc += 1
        return
    except BaseException as error:
        caught = error
    raise thrown(caught)


def _is_left_to_c(changed: Any, other: Any, reflected: str) -> bool:
    """Whether C changes a number or text in place by one of a program's class that leaves the operation to its base."""
    return type(changed) not in _READING and is_instance(other) and not asks(other, reflected)


# What C changes in place by all items of the other operand.
_READING = frozenset((list, bytearray))


@executes(Op.COMPARE)
def compare(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, index, left, right = operands
    registers = frame.registers
    one, other = registers[left], registers[right]
    if (type(one) not in PLAIN or type(other) not in PLAIN) and _by_frames(
        vm, frame, COMPARE_OPERATORS[index], one, other
    ):
        return
    if type(other) in spread.NESTING and type(one) in spread.NESTING:
        operate(_check_walk, COMPARE_OPERATORS[index], one, other)
    elif type(other) is range and type(one) not in _WHOLE and COMPARE_OPERATORS[index] in ("in", "not in"):
        operate(guards.check_reading, other)
    try:
        registers[dst] = _COMPARE_TABLE[index](one, other)
        frame.pc += 1
        return
    except BaseException as error:
        caught = error
    raise thrown(caught)


_WHOLE = frozenset((int, bool))


def _check_walk(name: str, one: Any, other: Any) -> None:
    """Before C compares all that two values hold, or looks for one of them in the other."""
    if name in _ORDER:
        spread.check_compared(one, other)
    elif name in ("in", "not in"):
        spread.check_spread(one)


def _by_frames(vm: Interpreter, frame: Frame, name: str, one: Any, other: Any) -> bool:
    """Whether a comparison was left to the protocol."""
    if name in _ORDER:
        method, reflected, _ = _ORDER[name]
        if not asks(one, method) and not asks(other, reflected):
            return False
        _deliver(vm, frame, quick.compare(vm, one, other, *_ORDER[name]), "compare", one, other, *_ORDER[name])
        return True
    if name not in ("in", "not in"):
        return False
    negated = "not_" if name == "not in" else ""
    if asks(other, "__contains__"):
        _deliver(vm, frame, quick.contains(vm, other, one, bool(negated)), f"{negated}contains", other, one)
    elif (type(other) in MOVING and is_active(other)) or (is_instance(one) and _is_searched(other)):
        protocol.enter(vm, f"{negated}search", other, one)
    else:
        consumed(vm, other)  # `item in iterator` reads it
        return False
    return True


def _is_searched(container: Any) -> bool:
    """Whether `in` compares item by item."""
    return type(container) in (list, tuple, range) or type(container) in MOVING


@executes(Op.TRUTH)
def truth(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, src = operands
    value = frame.registers[src]
    if type(value) in PLAIN:
        frame.registers[dst] = bool(value)
        frame.pc += 1
    elif not _asks(value):
        frame.registers[dst] = operate(operator.truth, value)
        frame.pc += 1
    else:
        _deliver(vm, frame, quick.truth(vm, value, False), "truth", value)


@executes(Op.NOT)
def negate(vm: Interpreter, frame: Frame, operands: Operands) -> None:
    dst, src = operands
    value = frame.registers[src]
    if type(value) in PLAIN:
        frame.registers[dst] = not value
        frame.pc += 1
    elif not _asks(value):
        frame.registers[dst] = operate(operator.not_, value)
        frame.pc += 1
    else:
        _deliver(vm, frame, quick.truth(vm, value, True), "negation", value)


def _deliver(vm: Interpreter, frame: Frame, value: Any, function: str, *args: Any) -> None:
    """Deliver a value that `quick` gave; where it was not so simple, enter the protocol's function."""
    if value is ABSENT:
        protocol.enter(vm, function, *args)
    elif value is not UNSET:
        vm.deliver(frame, value)


def _asks(value: Any) -> bool:
    """Whether the truth of a value is the program's to say."""
    kind = type(value)
    if class_info(kind) is None:
        return False
    if find_special(kind, "__bool__") is ABSENT and find_special(kind, "__len__") is ABSENT:
        return False
    return is_own(kind, "__bool__", "__len__")
