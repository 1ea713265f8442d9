"""Statements, one kind of node each. A statement may come to several of WRL's, or to none (`pass`, a docstring)."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from waymark.grammar import tree

from .context import Context
from .dispatch import expression, problem, statement, statements, translates_statement
from .expressions import subscript
from .operators import UPDATE
from .sugar import ChainedAssign, ForTarget, LoopElse


@translates_statement(cst.SimpleStatementLine, cst.SimpleStatementSuite)
def _line(node: cst.SimpleStatementLine | cst.SimpleStatementSuite, context: Context) -> Iterator[tree.Statement]:
    for small in node.body:
        yield from statement(small, context)


@translates_statement(cst.Expr)
def _do(node: cst.Expr, context: Context) -> Iterator[tree.Statement]:
    if isinstance(node.value, cst.Ellipsis):  # a placeholder, as `pass`
        return
    value = expression(node.value, context)
    if not isinstance(value, tree.Constant):  # a docstring, say: Python evaluates no constant either
        yield tree.Do(span=context.span(node), value=value)


@translates_statement(cst.Pass)
def _pass(_node: cst.Pass, _context: Context) -> Iterator[tree.Statement]:
    yield from ()


@translates_statement(cst.Assign)
def _assign(node: cst.Assign, context: Context) -> Iterator[tree.Statement]:
    span = context.span(node)
    value = expression(node.value, context)
    targets = tuple(target(part.target, context) for part in node.targets)
    if len(targets) == 1:
        yield tree.Assign(span=span, target=targets[0], value=value)
    else:
        yield ChainedAssign(span=span, targets=targets, value=value)  # type: ignore[misc]  # sugar, see desugar/


@translates_statement(cst.AnnAssign)
def _annotated(node: cst.AnnAssign, context: Context) -> Iterator[tree.Statement]:
    if node.value is not None:
        value = expression(node.value, context)
        yield tree.Assign(span=context.span(node), target=target(node.target, context), value=value)
    elif not isinstance(node.target, cst.Name):
        context.refuse(problem(node, context, "an annotation without a value, of anything but a name"))


@translates_statement(cst.AugAssign)
def _update(node: cst.AugAssign, context: Context) -> Iterator[tree.Statement]:
    place = target(node.target, context)
    value = expression(node.value, context)
    assert not isinstance(place, tree.Targets), "Python's own compiler refuses `a, b += c`"
    yield tree.Update(span=context.span(node), target=place, operator=UPDATE[type(node.operator)], value=value)


def target(node: cst.BaseExpression, context: Context) -> tree.Target:
    """Translate what stands left of `=`, after `for` or after `del`."""
    span = context.span(node)
    match node:
        case cst.Name():
            name = context.scope.name(node.value)
            if name == context.scope.self_name:
                context.refuse(problem(node, context, f"an assignment to `{node.value}`, the workflow object"))
            return tree.Name(span=span, id=name)
        case cst.Subscript():
            return subscript(node, context)
        case cst.Tuple() | cst.List():
            if not node.elements:
                context.refuse(problem(node, context, "an assignment to no target (`() = ...`)"))
            return tree.Targets(span=span, items=tuple(_item(element, context) for element in node.elements))
        case cst.Attribute():
            context.refuse(problem(node, context, f"an assignment to an attribute (`.{node.attr.value}`)"))
        case _:
            context.refuse_construct(node)
    return tree.Name(span=span, id="?")


def _item(element: cst.BaseElement, context: Context) -> tree.Target:
    if isinstance(element, cst.StarredElement):
        context.refuse_construct(element)
    return target(element.value, context)


@translates_statement(cst.Del)
def _delete(node: cst.Del, context: Context) -> Iterator[tree.Statement]:
    yield from _deletions(node.target, context)


def _deletions(node: cst.BaseExpression, context: Context) -> Iterator[tree.Statement]:
    if isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from _deletions(element.value, context)
        return
    place = target(node, context)
    if isinstance(place, tree.Name | tree.Subscript):
        yield tree.Delete(span=context.span(node), target=place)


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
    if node.asynchronous is not None:
        context.refuse_construct(node, "an `async for`")
        return
    span = context.span(node)
    iterable = expression(node.iter, context)
    place = target(node.target, context)
    body = statements(node.body, context)
    if isinstance(place, tree.Name):
        yield from _with_else(tree.For(span=span, target=place, iterable=iterable, body=body), node.orelse, context)
    else:
        loop = ForTarget(span=span, target=place, iterable=iterable, body=body)
        yield from _with_else(loop, node.orelse, context)


def _with_else(
    loop: tree.For | tree.While | ForTarget, orelse: cst.Else | None, context: Context
) -> Iterator[tree.Statement]:
    # Sugar stands where statements stand until desugar/ has removed it.
    if orelse is None:
        yield loop  # type: ignore[misc]
    else:
        yield LoopElse(span=loop.span, loop=loop, orelse=statements(orelse, context))  # type: ignore[misc]


@translates_statement(cst.Break)
def _break(node: cst.Break, context: Context) -> Iterator[tree.Statement]:
    yield tree.Break(span=context.span(node))


@translates_statement(cst.Continue)
def _continue(node: cst.Continue, context: Context) -> Iterator[tree.Statement]:
    yield tree.Continue(span=context.span(node))
