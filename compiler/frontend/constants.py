"""The value of an expression that is written out: literals, signed numbers, tuples, and simple arithmetic on them.

    DAY = 24 * 60 * 60          NAMES = ("a", "b")          URL = "https://" + HOST

Only what every Python computes alike: operations on int, and joining of texts. Nothing big is computed either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from waymark.grammar import tree
from waymark.grammar.span import Span

from .bindings import dotted
from .literals import literal_value

Known = Callable[[str], tuple[Any] | None]  # the value of a name such as `DAY` or `config.DAY`, in a tuple

BITS_MAX = 128
ITEMS_MAX = 4096
TEXT_MAX = 1 << 16

_ARITHMETIC: dict[type[cst.BaseBinaryOp], Callable[[int, int], int]] = {
    cst.Add: lambda left, right: left + right,
    cst.Subtract: lambda left, right: left - right,
    cst.Multiply: lambda left, right: left * right,
    cst.FloorDivide: lambda left, right: left // right,
    cst.Modulo: lambda left, right: left % right,
    cst.Power: lambda left, right: left**right,
    cst.LeftShift: lambda left, right: left << right,
    cst.BitOr: lambda left, right: left | right,
}
_NAMES = {"None": None, "True": True, "False": False}


def nothing_known(_name: str) -> tuple[Any] | None:
    return None


def constant_value(node: cst.BaseExpression, known: Known = nothing_known) -> tuple[Any] | None:
    """The value of the expression, in a tuple, or None when it is not one that is written out."""
    match node:
        case cst.Integer() | cst.Float() | cst.Imaginary() | cst.SimpleString():
            return (literal_value(node),)
        case cst.ConcatenatedString():
            return _joined(constant_value(node.left), constant_value(node.right))
        case cst.Name(value=name) if name in _NAMES:
            return (_NAMES[name],)
        case cst.Name() | cst.Attribute():
            path = dotted(node)
            return None if path is None else known(path)
        case cst.UnaryOperation():
            return _signed(node.operator, constant_value(node.expression, known))
        case cst.BinaryOperation():
            return _combined(node.operator, constant_value(node.left, known), constant_value(node.right, known))
        case cst.Tuple(elements=elements) if len(elements) <= ITEMS_MAX:
            plain = all(isinstance(element, cst.Element) for element in elements)
            values = [constant_value(element.value, known) for element in elements] if plain else [None]
            return (tuple(value[0] for value in values if value),) if all(values) else None
        case _:
            return None


def _signed(operator: cst.BaseUnaryOp, operand: tuple[Any] | None) -> tuple[Any] | None:
    # `-True` is an int in Python, and nobody writes it; a complex number with a sign has signs in both its parts.
    if operand is None or type(operand[0]) not in (int, float):
        return None
    if isinstance(operator, cst.Minus):
        return (-operand[0],)
    return operand if isinstance(operator, cst.Plus) else None


def _combined(operator: cst.BaseBinaryOp, left: tuple[Any] | None, right: tuple[Any] | None) -> tuple[Any] | None:
    if left is None or right is None:
        return None
    if isinstance(operator, cst.Add) and type(left[0]) is not int:
        return _joined(left, right)
    compute = _ARITHMETIC.get(type(operator))
    if compute is None or type(left[0]) is not int or type(right[0]) is not int:
        return None
    first, second = left[0], right[0]
    if isinstance(operator, cst.FloorDivide | cst.Modulo) and second == 0:
        return None  # an error when the module is imported; init raises it
    if isinstance(operator, cst.Power | cst.LeftShift) and not 0 <= second <= BITS_MAX:
        return None
    if first.bit_length() > BITS_MAX or second.bit_length() > BITS_MAX:
        return None
    return (compute(first, second),)


def _joined(left: tuple[Any] | None, right: tuple[Any] | None) -> tuple[Any] | None:
    if left is None or right is None or type(left[0]) is not type(right[0]):
        return None
    if type(left[0]) not in (str, bytes) or len(left[0]) + len(right[0]) > TEXT_MAX:
        return None
    return (left[0] + right[0],)


def constant_tree(value: Any, span: Span) -> tree.Expression:
    """The expression of WRL that has this value."""
    if type(value) is tuple:
        return tree.Tuple(span=span, items=tuple(constant_tree(item, span) for item in value))
    if type(value) in (int, float) and (value < 0 or str(value).startswith("-")):
        return tree.Unary(span=span, operator="-", operand=tree.Constant(span=span, value=-value))
    return tree.Constant(span=span, value=value)
