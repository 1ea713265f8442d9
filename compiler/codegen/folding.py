"""Expressions whose value is known: literals, tuples of such, and arithmetic on small ints.

    60 * 60 * 24            LOAD_CONST 86400
    ("a" + "b", -1)         LOAD_CONST ("ab", -1)        one tuple for ever, as in CPython
    1 // 0                  stays, and raises

Only what every Python computes alike, to the last bit: operators of int and bool, `-` of a float, joining of texts.
What would fail or grow big is left to the run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from waymark.grammar import tree
from waymark.vm.unit import Constant

BITS_MAX = 128
LENGTH_MAX = 4096

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv, "%": operator.mod,
    "**": operator.pow, "<<": operator.lshift, ">>": operator.rshift, "&": operator.and_, "|": operator.or_,
    "^": operator.xor,
}  # fmt: skip
_UNARY: dict[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}

Known = tuple[Constant]  # in a tuple, because None is a value too


def fold(node: tree.Expression) -> Known | None:
    """The value of an expression that is constant."""
    match node:
        case tree.Constant(value=constant):
            return None if constant is ... else (constant,)
        case tree.Tuple(items=items):
            folded = [fold(item) for item in items]
            return (tuple(item[0] for item in folded if item),) if all(folded) else None
        case tree.Unary(operator=sign, operand=operand):
            known = fold(operand)
            return None if known is None else _unary(sign, known[0])
        case tree.Binary(operator=sign, left=left, right=right):
            # The right one first: in `x + 1 + 2` it is small, and the left one is all the rest.
            second = fold(right)
            first = None if second is None else fold(left)
            return None if first is None or second is None else _binary(sign, first[0], second[0])
        case _:
            return None


def _unary(sign: str, value: Constant) -> Known | None:
    if sign == "not":
        return (not value,) if value is None or isinstance(value, bool | int | str) else None
    if type(value) is int or (sign != "~" and isinstance(value, bool)) or (sign == "-" and isinstance(value, float)):
        return (_UNARY[sign](value),)
    return None


def _binary(sign: str, left: Constant, right: Constant) -> Known | None:
    if isinstance(left, str) and isinstance(right, str) and sign == "+":
        return (left + right,) if len(left) + len(right) <= LENGTH_MAX else None
    if not isinstance(left, int) or not isinstance(right, int) or sign not in _BINARY:
        return None
    if sign in ("//", "%") and right == 0:
        return None
    if sign in ("**", "<<", ">>") and not 0 <= right <= BITS_MAX:
        return None
    if (left.bit_length() + 1) * (right if sign == "**" else 1) > BITS_MAX or right.bit_length() > BITS_MAX:
        return None
    return (_BINARY[sign](left, right),)
