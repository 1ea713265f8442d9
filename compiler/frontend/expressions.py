"""Expressions, one kind of node each. Operands are translated left to right, which is also their order in WRL."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from waymark.grammar import tree

from . import sugar
from .context import Context
from .dispatch import expression, translates
from .literals import literal_value
from .operators import BINARY, COMPARE, UNARY, CompareSign
from .python_version import version_part, version_test


@translates(cst.Integer, cst.Float, cst.Imaginary)
def _number(node: cst.Integer | cst.Float | cst.Imaginary, context: Context) -> tree.Expression:
    return tree.Constant(span=context.span(node), value=literal_value(node))


@translates(cst.Ellipsis)
def _ellipsis(node: cst.Ellipsis, context: Context) -> tree.Expression:
    return tree.Constant(span=context.span(node), value=...)


@translates(cst.UnaryOperation)
def _unary(node: cst.UnaryOperation, context: Context) -> tree.Expression:
    operand = expression(node.expression, context)
    return tree.Unary(span=context.span(node), operator=UNARY[type(node.operator)], operand=operand)


@translates(cst.BinaryOperation)
def _binary(node: cst.BinaryOperation, context: Context) -> tree.Expression:
    left, right = expression(node.left, context), expression(node.right, context)
    return tree.Binary(span=context.span(node), operator=BINARY[type(node.operator)], left=left, right=right)


@translates(cst.BooleanOperation)
def _logical(node: cst.BooleanOperation, context: Context) -> tree.Expression:
    operator: Literal["and", "or"] = "and" if isinstance(node.operator, cst.And) else "or"
    left = expression(node.left, context)
    before = context.catches_name_errors
    context.catches_name_errors |= _truth(left) is (operator == "or")  # the right one is never looked at
    right = expression(node.right, context)
    context.catches_name_errors = before
    return tree.Logical(span=context.span(node), operator=operator, left=left, right=right)


def _truth(value: tree.Expression) -> bool | None:
    """Whether a value is true, where that can be read off; None: only the run knows."""
    if isinstance(value, tree.Constant):
        return bool(value.value)
    if not isinstance(value, tree.Logical):
        return None
    decides = value.operator == "or"
    sides = (_truth(value.left), _truth(value.right))
    return decides if decides in sides else None if None in sides else not decides


@translates(cst.Comparison)
def _comparison(node: cst.Comparison, context: Context) -> tree.Expression:
    span = context.span(node)
    decided = version_test(node, context)
    if decided is not None:
        return decided
    if context.too_deep(node, len(node.comparisons)):  # each link stands inside the one before, once it is lowered
        return tree.Constant(span=span, value=None)
    left = expression(node.left, context)
    links: tuple[tuple[CompareSign, tree.Expression], ...] = tuple(
        (_sign(link.operator), expression(link.comparator, context)) for link in node.comparisons
    )
    if len(links) == 1:
        return tree.Compare(span=span, operator=links[0][0], left=left, right=links[0][1])
    return sugar.expression(sugar.ChainedCompare(span=span, left=left, links=links))


def _sign(node: cst.BaseCompOp) -> CompareSign:
    return COMPARE[type(node)]


@translates(cst.IfExp)
def _conditional(node: cst.IfExp, context: Context) -> tree.Expression:
    test = expression(node.test, context)
    body, orelse = expression(node.body, context), expression(node.orelse, context)
    return tree.Conditional(span=context.span(node), test=test, body=body, orelse=orelse)


@translates(cst.Subscript)
def _item(node: cst.Subscript, context: Context) -> tree.Expression:
    return version_part(node, context) or subscript(node, context)


def subscript(node: cst.Subscript, context: Context) -> tree.Subscript:
    value = expression(node.value, context)
    parts = [_index(part.slice, context) for part in node.slice]
    last_comma = isinstance(node.slice[-1].comma, cst.Comma)
    index = parts[0] if len(parts) == 1 and not last_comma else tree.Tuple(span=parts[0].span, items=tuple(parts))
    if any(isinstance(part, sugar.Starred) for part in parts):
        index = sugar.expression(sugar.Display(span=parts[0].span, kind="tuple", items=tuple(parts)))
    return tree.Subscript(span=context.span(node), value=value, index=index)


def _index(node: cst.BaseSlice, context: Context) -> tree.Expression:
    span = context.span(node)
    if isinstance(node, cst.Slice):
        absent = tree.Constant(span=span, value=None)
        start, stop, step = (
            expression(part, context) if part is not None else absent for part in (node.lower, node.upper, node.step)
        )
        return tree.Slice(span=span, start=start, stop=stop, step=step)
    if not isinstance(node, cst.Index):
        return context.refuse_construct(node)
    value = expression(node.value, context)
    return value if node.star is None else sugar.expression(sugar.Starred(span=span, value=value))


@translates(cst.Await)
def _await(node: cst.Await, context: Context) -> tree.Expression:
    return tree.Await(span=context.span(node), value=expression(node.expression, context))
