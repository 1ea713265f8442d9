"""`match` and its patterns, one kind each."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from waymark.grammar import tree

from . import match_sugar, sugar
from .bindings import identifier
from .context import Context
from .dispatch import expression, statements, translates_statement
from .names import bound


@translates_statement(cst.Match)
def _match(node: cst.Match, context: Context) -> Iterator[tree.Statement]:
    if context.too_deep(node, len(node.cases)):  # each case stands inside the one before, once it is lowered
        return
    subject = expression(node.subject, context)
    cases = tuple(_case(each, context) for each in node.cases)
    yield sugar.statement(match_sugar.Match(span=context.span(node), subject=subject, cases=cases))


def _case(node: cst.MatchCase, context: Context) -> match_sugar.Case:
    pattern = _pattern(node.pattern, context)
    guard = None if node.guard is None else expression(node.guard, context)
    return match_sugar.Case(pattern=pattern, body=statements(node.body, context), guard=guard)


def _pattern(node: cst.CSTNode, context: Context) -> match_sugar.Pattern:
    """Translate one pattern, or report it."""
    context.depth += 1
    try:
        return match_sugar.MatchAs() if context.too_deep(node) else _known(node, context)
    finally:
        context.depth -= 1


def _known(node: cst.CSTNode, context: Context) -> match_sugar.Pattern:
    span = context.span(node)
    match node:
        case cst.MatchAs():
            inner = None if node.pattern is None else _pattern(node.pattern, context)
            return match_sugar.MatchAs(span=span, pattern=inner, name=_bound(node.name, context))
        case cst.MatchStar():
            return match_sugar.MatchStar(span=span, name=_bound(node.name, context))
        case cst.MatchValue():
            return match_sugar.MatchValue(span=span, value=expression(node.value, context))
        case cst.MatchSingleton():
            value = {"None": None, "True": True, "False": False}[node.value.value]
            return match_sugar.MatchSingleton(span=span, value=tree.Constant(span=span, value=value))
        case cst.MatchList() | cst.MatchTuple():
            return match_sugar.MatchSequence(span=span, items=tuple(_item(each, context) for each in node.patterns))
        case cst.MatchMapping():
            return _mapping(node, context)
        case cst.MatchClass():
            return _class(node, context)
        case cst.MatchOr():
            if context.too_deep(node, len(node.patterns)):  # `or` nests to the left
                return match_sugar.MatchAs(span=span)
            return match_sugar.MatchOr(
                span=span, patterns=tuple(_pattern(each.pattern, context) for each in node.patterns)
            )
    context.refuse_construct(node)
    return match_sugar.MatchAs(span=span)


def _item(node: cst.CSTNode, context: Context) -> match_sugar.Pattern:
    return _pattern(node.value if isinstance(node, cst.MatchSequenceElement) else node, context)


def _mapping(node: cst.MatchMapping, context: Context) -> match_sugar.Pattern:
    keys = tuple(expression(each.key, context) for each in node.elements)
    patterns = tuple(_pattern(each.pattern, context) for each in node.elements)
    return match_sugar.MatchMapping(
        span=context.span(node), keys=keys, patterns=patterns, rest=_bound(node.rest, context)
    )


def _class(node: cst.MatchClass, context: Context) -> match_sugar.Pattern:
    kind = expression(node.cls, context)
    items = tuple(_pattern(each.value, context) for each in node.patterns)
    names = tuple((identifier(each.key.value), _pattern(each.pattern, context)) for each in node.kwds)
    return match_sugar.MatchClass(span=context.span(node), kind=kind, items=items, names=names)


def _bound(node: cst.Name | None, context: Context) -> tree.Name | None:
    return None if node is None else bound(node, context)
