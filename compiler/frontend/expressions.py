"""Expressions, one kind of node each. Operands are translated left to right, which is also their order in WRL."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from waymark.grammar import tree

from .context import Context
from .dispatch import expression, problem, translates
from .names import is_local, meaning_of, refused_meaning, undefined
from .operators import BINARY, COMPARE, UNARY, CompareSign
from .sugar import ChainedCompare

CONSTANT_NAMES = {"None": None, "True": True, "False": False}


@translates(cst.Name)
def _name(node: cst.Name, context: Context) -> tree.Expression:
    if node.value in CONSTANT_NAMES:
        return tree.Constant(span=context.span(node), value=CONSTANT_NAMES[node.value])
    name = context.scope.name(node.value)
    if name == context.scope.self_name:
        return context.refuse(problem(node, context, f"`{node.value}`, the workflow object, as a value"))
    if name in context.scope.locals:
        return tree.Name(span=context.span(node), id=name)
    meaning = meaning_of(node, context)
    if meaning is None:
        return context.refuse(undefined(node, name, context))
    return context.refuse(refused_meaning(node, meaning, context, called=False))


@translates(cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString)
def _literal(node: cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString, context: Context) -> tree.Expression:
    return tree.Constant(span=context.span(node), value=node.evaluated_value)


@translates(cst.ConcatenatedString)
def _concatenated(node: cst.ConcatenatedString, context: Context) -> tree.Expression:
    # libcst nests "a" "b" "c" to the right, and a long table of texts is not deep.
    parts: list[cst.BaseExpression] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        parts.append(rest.left)
        rest = rest.right
    parts.append(rest)
    for part in parts:
        if not isinstance(part, cst.SimpleString):
            return context.refuse_construct(part)
    values = [part.evaluated_value for part in parts if isinstance(part, cst.SimpleString)]
    texts = [value for value in values if isinstance(value, str)]  # Python itself refuses to mix them with bytes
    joined = "".join(texts) if texts else b"".join(value for value in values if isinstance(value, bytes))
    return tree.Constant(span=context.span(node), value=joined)


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
    left, right = expression(node.left, context), expression(node.right, context)
    operator: Literal["and", "or"] = "and" if isinstance(node.operator, cst.And) else "or"
    return tree.Logical(span=context.span(node), operator=operator, left=left, right=right)


@translates(cst.Comparison)
def _comparison(node: cst.Comparison, context: Context) -> tree.Expression:
    span = context.span(node)
    if context.too_deep(node, len(node.comparisons)):  # each link stands inside the one before, once it is lowered
        return tree.Constant(span=span, value=None)
    left = expression(node.left, context)
    links: tuple[tuple[CompareSign, tree.Expression], ...] = tuple(
        (_sign(link.operator), expression(link.comparator, context)) for link in node.comparisons
    )
    if len(links) == 1:
        return tree.Compare(span=span, operator=links[0][0], left=left, right=links[0][1])
    return ChainedCompare(span=span, left=left, links=links)  # type: ignore[return-value]  # sugar, see desugar/


def _sign(node: cst.BaseCompOp) -> CompareSign:
    return COMPARE[type(node)]


@translates(cst.IfExp)
def _conditional(node: cst.IfExp, context: Context) -> tree.Expression:
    test = expression(node.test, context)
    body, orelse = expression(node.body, context), expression(node.orelse, context)
    return tree.Conditional(span=context.span(node), test=test, body=body, orelse=orelse)


@translates(cst.Tuple, cst.List)
def _display(node: cst.Tuple | cst.List, context: Context) -> tree.Expression:
    items = tuple(
        expression(element.value, context) if isinstance(element, cst.Element) else context.refuse_construct(element)
        for element in node.elements
    )
    if isinstance(node, cst.Tuple):
        return tree.Tuple(span=context.span(node), items=items)
    return tree.List(span=context.span(node), items=items)


@translates(cst.Dict)
def _dict(node: cst.Dict, context: Context) -> tree.Expression:
    pairs: list[tuple[tree.Expression, tree.Expression]] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            pairs.append((expression(element.key, context), expression(element.value, context)))
        else:
            context.refuse_construct(element)
    return tree.Dict(span=context.span(node), pairs=tuple(pairs))


@translates(cst.Subscript)
def subscript(node: cst.Subscript, context: Context) -> tree.Subscript:
    value = expression(node.value, context)
    parts = [_index(part.slice, context) for part in node.slice]
    last_comma = isinstance(node.slice[-1].comma, cst.Comma)
    index = parts[0] if len(parts) == 1 and not last_comma else tree.Tuple(span=parts[0].span, items=tuple(parts))
    return tree.Subscript(span=context.span(node), value=value, index=index)


def _index(node: cst.BaseSlice, context: Context) -> tree.Expression:
    span = context.span(node)
    if isinstance(node, cst.Slice):
        absent = tree.Constant(span=span, value=None)
        start, stop, step = (
            expression(part, context) if part is not None else absent for part in (node.lower, node.upper, node.step)
        )
        return tree.Slice(span=span, start=start, stop=stop, step=step)
    if not isinstance(node, cst.Index) or node.star is not None:
        return context.refuse_construct(node, "unpacking with `*`")
    return expression(node.value, context)


@translates(cst.Await)
def _await(node: cst.Await, context: Context) -> tree.Expression:
    return tree.Await(span=context.span(node), value=expression(node.expression, context))


@translates(cst.Attribute)
def _attribute(node: cst.Attribute, context: Context) -> tree.Expression:
    meaning = meaning_of(node, context)
    if meaning is not None:
        return context.refuse(refused_meaning(node, meaning, context, called=False))
    return refuse_attribute(node, context, called=False)


def refuse_attribute(node: cst.Attribute, context: Context, *, called: bool) -> tree.Expression:
    """Report an attribute of a value: of `self`, of a local variable, of an expression, or of a name nobody binds."""
    root: cst.BaseExpression = node
    while isinstance(root, cst.Attribute):
        root = root.value
    attribute = f".{node.attr.value}" + ("(...)" if called else "")
    noun = "a method call" if called else "an attribute"
    if isinstance(root, cst.Name) and context.scope.name(root.value) == context.scope.self_name:
        noun = "a call of a method of the workflow" if called else "an attribute of the workflow"
    elif isinstance(root, cst.Name) and not is_local(root, context):
        return context.refuse(undefined(root, context.scope.name(root.value), context))
    elif not isinstance(root, cst.Name):
        expression(root, context)
    return context.refuse(problem(node, context, f"{noun} (`{attribute}`)"))
