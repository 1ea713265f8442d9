"""Short ways to make the nodes that lowered code is full of. What is made carries the span of what it is made for."""

from __future__ import annotations

from waymark.grammar import tree
from waymark.grammar.span import Span


def assign(target: tree.Target, value: tree.Expression) -> tree.Assign:
    return tree.Assign(span=target.span, target=target, value=value)


def constant(span: Span, value: None | bool | int) -> tree.Constant:
    return tree.Constant(span=span, value=value)


def call(span: Span, callee: tree.Expression, *args: tree.Expression) -> tree.Call:
    given = tuple(tree.Argument(kind="positional", value=arg) for arg in args)
    return tree.Call(span=span, callee=callee, args=given)


def negated(node: tree.Expression) -> tree.Unary:
    return tree.Unary(span=node.span, operator="not", operand=node)
