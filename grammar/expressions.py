"""Expressions as text: parentheses only where the grammar needs them, brackets as groups that layout.py may break."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum, auto
from typing import Any

from . import spelling, tree
from .layout import Group, Part, Parts, flat


class Binding(IntEnum):
    """How strongly an expression holds together, in the order of wrl.lark."""

    YIELD = auto()
    CONDITIONAL = auto()
    OR = auto()
    AND = auto()
    NOT = auto()
    COMPARISON = auto()
    BIT_OR = auto()
    BIT_XOR = auto()
    BIT_AND = auto()
    SHIFT = auto()
    SUM = auto()
    TERM = auto()
    UNARY = auto()
    POWER = auto()
    AWAIT = auto()
    PRIMARY = auto()


_BINARY = {
    "|": Binding.BIT_OR,
    "^": Binding.BIT_XOR,
    "&": Binding.BIT_AND,
    **dict.fromkeys(("<<", ">>"), Binding.SHIFT),
    **dict.fromkeys(("+", "-"), Binding.SUM),
    **dict.fromkeys(("*", "/", "//", "%", "@"), Binding.TERM),
    "**": Binding.POWER,
}


def expression(node: tree.Expression | tree.Target, least: Binding = Binding.CONDITIONAL) -> Parts:
    """The text of `node` in a place that takes what binds at least as strongly as `least`."""
    binding, parts = _PRINTERS[type(node)](node)
    return parts if binding >= least else ["(", *parts, ")"]


Printed = tuple[Binding, Parts]


# --- atoms and displays ----------------------------------------------------------------------------------------------


def _constant(node: tree.Constant) -> Printed:
    return Binding.PRIMARY, [spelling.constant(node.value)]


def _name(node: tree.Name) -> Printed:
    return Binding.PRIMARY, [spelling.variable(node.id)]


def _tuple(node: tree.Tuple) -> Printed:
    if len(node.items) == 1:
        return Binding.PRIMARY, ["(", *expression(node.items[0]), ",)"]
    return Binding.PRIMARY, [_group("(", node.items, ")")]


def _list(node: tree.List) -> Printed:
    return Binding.PRIMARY, [_group("[", node.items, "]")]


def _set(node: tree.Set) -> Printed:
    if not node.items:
        raise ValueError("a set display has items; an empty set is made by a call")
    return Binding.PRIMARY, [_group("{", node.items, "}")]


def _dict(node: tree.Dict) -> Printed:
    pairs = [[*expression(key), ": ", *expression(value)] for key, value in node.pairs]
    return Binding.PRIMARY, [Group("{", pairs, "}")]


def _group(opening: str, items: Iterable[tree.Expression], closing: str) -> Group:
    return Group(opening, [expression(item) for item in items], closing)


# --- primaries -------------------------------------------------------------------------------------------------------


def _attribute(node: tree.Attribute) -> Printed:
    value = expression(node.value, Binding.PRIMARY)
    if isinstance(node.value, tree.Constant) and isinstance(node.value.value, int | float | complex):
        value = ["(", *value, ")"]
    return Binding.PRIMARY, [*value, ".", spelling.identifier(node.name)]


def _subscript(node: tree.Subscript) -> Printed:
    return Binding.PRIMARY, [*expression(node.value, Binding.PRIMARY), "[", *_index(node.index), "]"]


def _index(index: tree.Expression) -> Parts:
    if not isinstance(index, tree.Tuple) or not index.items:
        return _slice(index)
    comma = "," if len(index.items) == 1 else ""
    return [", ".join(flat(_slice(item)) for item in index.items) + comma]


def _slice(item: tree.Expression) -> Parts:
    if not isinstance(item, tree.Slice):
        return expression(item)
    start, stop, step = (_bound(bound) for bound in (item.start, item.stop, item.step))
    return [*start, ":", *stop, *([":", *step] if step else [])]


def _bound(bound: tree.Expression) -> Parts:
    return [] if isinstance(bound, tree.Constant) and bound.value is None else expression(bound)


def _stray_slice(node: tree.Slice) -> Printed:
    raise ValueError("a slice stands directly in a subscript, alone or as an item of its tuple, and nowhere else")


_STARS = {"positional": "", "star": "*", "double_star": "**"}


def _call(node: tree.Call) -> Printed:
    arguments = [_argument(argument) for argument in node.args]
    return Binding.PRIMARY, [*expression(node.callee, Binding.PRIMARY), Group("(", arguments, ")")]


def _argument(argument: tree.Argument) -> Parts:
    name = f"{spelling.variable(argument.name)}=" if argument.kind == "keyword" else _STARS[argument.kind]
    return [name, *expression(argument.value)]


# --- operators -------------------------------------------------------------------------------------------------------


def _await(node: tree.Await) -> Printed:
    return Binding.AWAIT, ["await ", *expression(node.value, Binding.PRIMARY)]


def _yield(node: tree.Yield) -> Printed:
    return Binding.YIELD, ["yield ", *expression(node.value)]


def _unary(node: tree.Unary) -> Printed:
    if node.operator == "not":
        return Binding.NOT, ["not ", *expression(node.operand, Binding.NOT)]
    return Binding.UNARY, [node.operator, *expression(node.operand, Binding.UNARY)]


def _binary(node: tree.Binary) -> Printed:
    binding = _BINARY[node.operator]
    # Operators group to the left; only the power groups to the right, and its exponent may have a sign.
    left, right = (Binding.AWAIT, Binding.UNARY) if node.operator == "**" else (binding, Binding(binding + 1))
    return binding, _infix(node.left, left, node.operator, node.right, right)


def _compare(node: tree.Compare) -> Printed:
    return Binding.COMPARISON, _infix(node.left, Binding.BIT_OR, node.operator, node.right, Binding.BIT_OR)


def _logical(node: tree.Logical) -> Printed:
    binding = Binding.AND if node.operator == "and" else Binding.OR
    return binding, _infix(node.left, binding, node.operator, node.right, Binding(binding + 1))


def _infix(
    left: tree.Expression, least: Binding, operator: str, right: tree.Expression, right_least: Binding
) -> list[Part]:
    return [*expression(left, least), f" {operator} ", *expression(right, right_least)]


def _conditional(node: tree.Conditional) -> Printed:
    choice = [*expression(node.body, Binding.OR), " if ", *expression(node.test, Binding.OR)]
    return Binding.CONDITIONAL, [*choice, " else ", *expression(node.orelse)]


_PRINTERS: dict[type[tree.Node], Callable[[Any], Printed]] = {
    tree.Constant: _constant,
    tree.Name: _name,
    tree.Tuple: _tuple,
    tree.List: _list,
    tree.Set: _set,
    tree.Dict: _dict,
    tree.Attribute: _attribute,
    tree.Subscript: _subscript,
    tree.Slice: _stray_slice,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Compare: _compare,
    tree.Logical: _logical,
    tree.Conditional: _conditional,
    tree.Call: _call,
    tree.Await: _await,
    tree.Yield: _yield,
}
