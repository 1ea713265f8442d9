"""Operators and truth.

The operands may be instances of the program's classes: then CPython's own dispatch calls their methods, as nested
calls. Operators that change their left operand in place tell the tracker.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import operate
from ..isa import BINARY_OPERATORS, COMPARE_OPERATORS, UNARY_OPERATORS, Op
from ..values.frames import Frame
from .registry import executes
from .touching import consumed, consumed_pairs

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


# P2: identity is kept for every object but these, where `is` means one exact type and the same bits.
_SCALARS = frozenset({int, float, complex, str, bytes})


def same(left: Any, right: Any) -> bool:
    """`left is right`."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right) or kind not in _SCALARS:
        return False
    if kind is float or kind is complex:
        return repr(left) == repr(right) and left == left  # a NaN is itself only; 0.0 is not -0.0
    return bool(left == right)


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
_UNARY_TABLE = tuple(_UNARY[name] for name in UNARY_OPERATORS)
_BINARY_TABLE = tuple(_BINARY[name] for name in BINARY_OPERATORS)
_INPLACE_TABLE = tuple(_INPLACE[name] for name in BINARY_OPERATORS)
_COMPARE_TABLE = tuple(_COMPARE[name] for name in COMPARE_OPERATORS)


@executes(Op.UNARY)
def unary(vm: Interpreter, frame: Frame, dst: int, index: int, src: int) -> None:
    frame.registers[dst] = operate(_UNARY_TABLE[index], frame.registers[src])
    frame.pc += 1


@executes(Op.BINARY)
def binary(vm: Interpreter, frame: Frame, dst: int, index: int, left: int, right: int) -> None:
    frame.registers[dst] = operate(_BINARY_TABLE[index], frame.registers[left], frame.registers[right])
    frame.pc += 1


@executes(Op.INPLACE)
def inplace(vm: Interpreter, frame: Frame, dst: int, index: int, left: int, right: int) -> None:
    changed, other = frame.registers[left], frame.registers[right]
    vm.tracker.touch(changed)
    consumed(vm, other)  # `items += iterator` reads it, `mapping |= pairs` what is in it
    if isinstance(changed, dict):
        consumed_pairs(vm, other)
    frame.registers[dst] = operate(_INPLACE_TABLE[index], changed, other)
    frame.pc += 1


@executes(Op.COMPARE)
def compare(vm: Interpreter, frame: Frame, dst: int, index: int, left: int, right: int) -> None:
    consumed(vm, frame.registers[right])  # `item in iterator` reads it
    frame.registers[dst] = operate(_COMPARE_TABLE[index], frame.registers[left], frame.registers[right])
    frame.pc += 1


@executes(Op.TRUTH)
def truth(vm: Interpreter, frame: Frame, dst: int, src: int) -> None:
    frame.registers[dst] = operate(operator.truth, frame.registers[src])
    frame.pc += 1


@executes(Op.NOT)
def negate(vm: Interpreter, frame: Frame, dst: int, src: int) -> None:
    frame.registers[dst] = operate(operator.not_, frame.registers[src])
    frame.pc += 1
