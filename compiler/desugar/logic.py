"""`and`, `or` and conditional expressions whose parts need statements: each part runs when, and only when, Python does.

    x = a and S or b        =>    either.0 = a                    S needs statements, say `await f() < c < d`
                                  truth.0 = not not either.0
                                  if truth.0 {
                                      ...
                                      either.0 = ...
                                      truth.0 = not not either.0
                                  }
                                  if not truth.0 {
                                      either.0 = b
                                  }

A program can count how often it is asked for a truth. CPython asks each operand once, so the answer is kept where two
operators need it. Only a chain of comparisons is asked twice, when it ends early inside `and` or `or`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import Span

from ..frontend.sugar import ChainedCompare

if TYPE_CHECKING:
    from .hoist import Before, Hoist, Lowered


@dataclass(frozen=True, slots=True)
class _Leaf:
    before: Before
    value: tree.Expression
    chain: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    span: Span
    operator: Literal["and", "or"]
    left: _Leaf | _Choice
    right: _Leaf | _Choice


def logical(hoist: Hoist, node: tree.Logical) -> Lowered:
    """The value of `and` and `or`."""
    choice = _choice(hoist, node)
    first, *others = leaves = list(_leaves(choice))
    if not any(leaf.before for leaf in others) and not any(leaf.chain for leaf in leaves[:-1]):
        return first.before, _joined(choice)
    result = hoist.name("either", node.span)
    made = list(_statements(hoist, choice, result, None))
    return made, hoist.settled(result)


def _choice(hoist: Hoist, node: tree.Logical) -> _Choice:
    return _Choice(node.span, node.operator, _part(hoist, node.left), _part(hoist, node.right))


def _part(hoist: Hoist, node: tree.Expression) -> _Leaf | _Choice:
    if isinstance(node, tree.Logical):
        return _choice(hoist, node)
    before, value = hoist.value(node)
    return _Leaf(before, value, isinstance(node, ChainedCompare))


def _leaves(part: _Leaf | _Choice) -> Iterator[_Leaf]:
    if isinstance(part, _Leaf):
        yield part
    else:
        yield from _leaves(part.left)
        yield from _leaves(part.right)


def _joined(part: _Leaf | _Choice) -> tree.Expression:
    if isinstance(part, _Leaf):
        return part.value
    return tree.Logical(span=part.span, operator=part.operator, left=_joined(part.left), right=_joined(part.right))


def _statements(
    hoist: Hoist, part: _Leaf | _Choice, result: tree.Name, truth: tree.Name | None
) -> Iterator[tree.Statement]:
    """Put the value into `result`, and its truth into `truth` if somebody wants to know."""
    if isinstance(part, _Leaf):
        yield from part.before
        yield tree.Assign(span=part.value.span, target=result, value=part.value)
        if truth is not None:
            yield tree.Assign(span=part.value.span, target=truth, value=negated(negated(result)))
        return
    known = truth
    if known is None and isinstance(part.left, _Choice):
        known = hoist.name("truth", part.span)
    yield from _statements(hoist, part.left, result, known)
    test: tree.Expression = result if known is None else known
    test = test if part.operator == "and" else negated(test)
    yield tree.If(span=part.span, test=test, body=tuple(_statements(hoist, part.right, result, truth)))


def logical_condition(hoist: Hoist, node: tree.Logical) -> Lowered:
    """`and` and `or` that are only asked for their truth."""
    before, left = hoist.condition(node.left)
    more, right = hoist.condition(node.right)
    if not more:
        return before, msgspec.structs.replace(node, left=left, right=right)
    result = hoist.name("test", node.span)
    if node.operator == "or":
        left, right = negated(left), negated(right)

    def answer(value: bool) -> tree.Assign:
        return tree.Assign(span=node.span, target=result, value=tree.Constant(span=node.span, value=value))

    # `or` is left undecided while both are false, `and` while both are true: the other way round, the same shape.
    decided = node.operator == "or"
    inner = tree.If(span=node.span, test=right, body=(answer(not decided),))
    outer = tree.If(span=node.span, test=left, body=(*more, inner))
    return [*before, answer(decided), outer], hoist.settled(result)


def conditional(hoist: Hoist, node: tree.Conditional) -> Lowered:
    """`body if test else orelse`."""
    before, test = hoist.condition(node.test)
    (first, body), (second, orelse) = hoist.value(node.body), hoist.value(node.orelse)
    if not first and not second:
        return before, tree.Conditional(span=node.span, test=test, body=body, orelse=orelse)
    result = hoist.name("either", node.span)

    def answer(value: tree.Expression) -> tree.Assign:
        return tree.Assign(span=node.span, target=result, value=value)

    branch = tree.If(span=node.span, test=test, body=(*first, answer(body)), orelse=(*second, answer(orelse)))
    return [*before, branch], hoist.settled(result)


def conditional_condition(hoist: Hoist, node: tree.Conditional) -> Lowered:
    """`body if test else orelse` that is only asked for its truth: each operand of its arms is asked once."""
    before, test = hoist.condition(node.test)
    (first, body), (second, orelse) = hoist.condition(node.body), hoist.condition(node.orelse)
    if not first and not second:
        return before, tree.Conditional(span=node.span, test=test, body=body, orelse=orelse)
    result = hoist.name("test", node.span)

    def answer(truth: tree.Expression) -> tree.If:
        yes, no = (
            tree.Assign(span=node.span, target=result, value=tree.Constant(span=node.span, value=value))
            for value in (True, False)
        )
        return tree.If(span=node.span, test=truth, body=(yes,), orelse=(no,))

    branch = tree.If(span=node.span, test=test, body=(*first, answer(body)), orelse=(*second, answer(orelse)))
    return [*before, branch], hoist.settled(result)


def negated(node: tree.Expression) -> tree.Expression:
    return tree.Unary(span=node.span, operator="not", operand=node)
