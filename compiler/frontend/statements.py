"""Statements, one kind of node each. A statement may come to several of WRL's, or to none (`pass`, a docstring).

Assignments and `del` are in `assignments`, what guards and leaves in `handlers`, `match` in `matching`.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from waymark.grammar import tree

from .assignments import target
from .context import Context
from .dispatch import expression, statement, statements, translates_statement
from .sugar import AsyncFor, ForTarget, LoopElse
from .sugar import statement as sugar_statement

Loop = tree.For | ForTarget | AsyncFor | tree.While


@translates_statement(cst.SimpleStatementLine, cst.SimpleStatementSuite)
def _line(node: cst.SimpleStatementLine | cst.SimpleStatementSuite, context: Context) -> Iterator[tree.Statement]:
    for small in node.body:
        yield from statement(small, context)


@translates_statement(cst.Expr)
def _do(node: cst.Expr, context: Context) -> Iterator[tree.Statement]:
    if isinstance(node.value, cst.Ellipsis):  # a placeholder, as `pass`
        return
    before = context.catches_name_errors
    context.catches_name_errors |= context.tries and isinstance(node.value, cst.Name)
    value = expression(node.value, context)
    context.catches_name_errors = before
    if not isinstance(value, tree.Constant):  # a docstring, say: Python evaluates no constant either
        yield tree.Do(span=context.span(node), value=value)


@translates_statement(cst.Pass, cst.Global, cst.Nonlocal)
def _nothing(_node: cst.CSTNode, _context: Context) -> Iterator[tree.Statement]:
    """What runs nothing. Whose variable a name is, is the scopes' affair."""
    yield from ()


@translates_statement(cst.Return)
def _return(node: cst.Return, context: Context) -> Iterator[tree.Statement]:
    span = context.span(node)
    value = tree.Constant(span=span, value=None) if node.value is None else expression(node.value, context)
    yield tree.Return(span=span, value=value)


@translates_statement(cst.If)
def _if(node: cst.If, context: Context) -> Iterator[tree.Statement]:
    test = expression(node.test, context)
    body = statements(node.body, context)
    orelse = statements(node.orelse, context)
    yield tree.If(span=context.span(node), test=test, body=body, orelse=orelse)


@translates_statement(cst.While)
def _while(node: cst.While, context: Context) -> Iterator[tree.Statement]:
    test = expression(node.test, context)
    loop = tree.While(span=context.span(node), test=test, body=statements(node.body, context))
    yield from _with_else(loop, node.orelse, context)


@translates_statement(cst.For)
def _for(node: cst.For, context: Context) -> Iterator[tree.Statement]:
    span = context.span(node)
    iterable = expression(node.iter, context)
    place = target(node.target, context)
    body = statements(node.body, context)
    loop: Loop
    if node.asynchronous is not None:
        loop = AsyncFor(span=span, target=place, iterable=iterable, body=body)
    elif isinstance(place, tree.Name):
        loop = tree.For(span=span, target=place, iterable=iterable, body=body)
    else:
        loop = ForTarget(span=span, target=place, iterable=iterable, body=body)
    yield from _with_else(loop, node.orelse, context)


def _with_else(loop: Loop, orelse: cst.Else | None, context: Context) -> Iterator[tree.Statement]:
    if orelse is None:
        yield sugar_statement(loop)
    else:
        yield sugar_statement(LoopElse(span=loop.span, loop=loop, orelse=statements(orelse, context)))


@translates_statement(cst.Break)
def _break(node: cst.Break, context: Context) -> Iterator[tree.Statement]:
    yield tree.Break(span=context.span(node))


@translates_statement(cst.Continue)
def _continue(node: cst.Continue, context: Context) -> Iterator[tree.Statement]:
    yield tree.Continue(span=context.span(node))
