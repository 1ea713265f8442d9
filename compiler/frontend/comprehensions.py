"""Comprehensions, generator expressions and `:=`, with the scopes that they open.

A list, set or dict comprehension runs in the function that it stands in; its variables have WRL names of their own
(`scopes`). A generator expression is a generator function that is called at once, with its first iterable as argument:

    (f(x) for x in rows)    =>    (gen fn genexpr.0(items.0) { for x of items.0 { yield f(x) } })(iter(rows))
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import libcst as cst

from waymark.grammar import tree
from waymark.grammar.span import Span

from . import sugar
from .assignments import target
from .bindings import target_names
from .context import Context
from .dispatch import expression, translates
from .names import bound
from .scopes import Scope

Comprehension = cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp
Kind = Literal["list", "set", "dict", "generator"]

_KINDS: dict[type[cst.CSTNode], Kind] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.DictComp: "dict",
    cst.GeneratorExp: "generator",
}


@translates(cst.ListComp, cst.SetComp, cst.DictComp)
def _comprehension(node: cst.ListComp | cst.SetComp | cst.DictComp, context: Context) -> tree.Expression:
    made = _translated(node, expression(node.for_in.iter, context), context)
    return sugar.expression(made) if made is not None else tree.Constant(value=None)


@translates(cst.GeneratorExp)
def _generator(node: cst.GeneratorExp, context: Context) -> tree.Expression:
    span, scope = context.span(node), context.scopes.of(node)
    source = expression(node.for_in.iter, context)
    items = tree.Name(span=source.span, id=context.fresh("items"))
    made = _translated(node, items, context)
    if made is None:
        return tree.Constant(value=None)
    guard = (sugar.statement(sugar.Guarded(span=span)),) if scope.awaits else ()
    function = tree.Function(
        span=span,
        name=context.fresh("genexpr"),
        parameters=(tree.Parameter(name=items.id, kind="positional"),),
        body=(*guard, tree.Do(span=span, value=sugar.expression(made))),
        kind="async_generator" if scope.awaits else "generator",
        qualname=scope.qualname,
        cells=scope.cells,
        captures=scope.captures,
    )
    callee = sugar.expression(sugar.Lambda(span=span, function=function))
    if node.for_in.asynchronous is not None:
        asked, checked = (_native(key, source.span, context) for key in ("async_iter", "async_iterator"))
        iterator = tree.Call(span=source.span, callee=_call(source.span, asked, source), args=())
        return _call(span, callee, _call(source.span, checked, iterator))
    return _call(span, callee, _call(source.span, _native("iter", source.span, context), source))


def _native(name: str, span: Span, context: Context) -> tree.Name:
    return tree.Name(span=span, id=context.declarations.native(name, f"{name}/1"))


def _call(span: Span, callee: tree.Expression, argument: tree.Expression) -> tree.Call:
    return tree.Call(span=span, callee=callee, args=(tree.Argument(kind="positional", value=argument),))


def _translated(node: Comprehension, first: tree.Expression, context: Context) -> sugar.Comprehension | None:
    """Translate all but the first iterable, which belongs to the scope around."""
    inner = context.inside(node)
    clauses: list[sugar.Clause] = []
    for each in _clauses(node):
        inner.depth += 1 + len(each.ifs)  # each loop and each `if` stands inside the one before
        inner.loops += 1
        if inner.too_deep(node):
            return None
        iterable = expression(each.iter, inner) if clauses else first
        place = _place(target(each.target, inner))
        tests = tuple(expression(test.test, inner) for test in each.ifs)
        asynchronous = each.asynchronous is not None
        clauses.append(sugar.Clause(target=place, iterable=iterable, tests=tests, asynchronous=asynchronous))
    element = expression(node.key if isinstance(node, cst.DictComp) else node.elt, inner)
    value = expression(node.value, inner) if isinstance(node, cst.DictComp) else None
    symbols = [inner.scope.symbol(name) for name in inner.scope.names]
    own = [symbol for symbol in symbols if symbol.home is inner.scope]
    early = _read_early(node, inner.scope)
    return sugar.Comprehension(
        span=context.span(node),
        kind=_KINDS[type(node)],
        element=element,
        clauses=tuple(clauses),
        value=value,
        renewed=tuple(symbol.variable for symbol in own if symbol.kind == "cell"),
        unbound=tuple(symbol.variable for symbol in own if symbol.kind == "local" and symbol.name in early),
    )


def _place(node: tree.Target) -> tree.Target:
    """A target whose stars are the comprehension's own: no pass over statements would come to them."""
    match node:
        case tree.Targets(span=span, items=items):
            return tree.Targets(span=span, items=tuple(map(_place, items)))
        case sugar.StarTargets(span=span, before=before, star=star, after=after):
            parts = tuple(map(_place, before)), _place(star), tuple(map(_place, after))
            return sugar.target(sugar.ClauseStar(span=span, before=parts[0], star=parts[1], after=parts[2]))
    return node


def _clauses(node: Comprehension) -> Iterator[cst.CompFor]:
    clause: cst.CompFor | None = node.for_in
    while clause is not None:
        yield clause
        clause = clause.inner_for_in


def _read_early(node: Comprehension, scope: Scope) -> frozenset[str]:
    """Variables of the comprehension that the text mentions before all targets that bind them have been bound."""
    known: set[str] = set()
    early: set[str] = set()
    for clause in _clauses(node):
        parts: list[cst.CSTNode] = [] if clause is node.for_in else [clause.iter]
        if not _is_plain(clause.target):
            parts.append(clause.target)
        early |= {scope.name(name) for part in parts for name in _mentioned(part)} - known
        known |= {scope.name(name) for name in target_names(clause.target)}
        early |= {scope.name(name) for test in clause.ifs for name in _mentioned(test)} - known
    return frozenset(early)


def _mentioned(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    for child in node.children:
        yield from _mentioned(child)


def _is_plain(node: cst.BaseExpression) -> bool:
    """Whether a target is nothing but names, so that binding it reads no variable."""
    if isinstance(node, cst.Tuple | cst.List):
        return all(_is_plain(element.value) for element in node.elements)
    return isinstance(node, cst.Name)


@translates(cst.NamedExpr)
def _walrus(node: cst.NamedExpr, context: Context) -> tree.Expression:
    value = expression(node.value, context)
    assert isinstance(node.target, cst.Name), "Python takes nothing but a name left of `:=`"
    made = sugar.Walrus(span=context.span(node), target=bound(node.target, context), value=value)
    return sugar.expression(made)
