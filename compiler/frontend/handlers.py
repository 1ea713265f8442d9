"""Statements that guard others or leave them: `try`, `with`, `raise`, `assert`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from waymark.grammar import tree

from .assignments import target
from .context import Context
from .dispatch import expression, statements, translates_statement
from .name_errors import named, swallows, takes_name_errors
from .names import bound
from .sugar import Assert, Except, TryExcept, TryExceptStar, With
from .sugar import statement as sugar_statement

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@translates_statement(cst.Try)
@translates_statement(cst.TryStar)
def _try(node: cst.Try | cst.TryStar, context: Context) -> Iterator[tree.Statement]:
    if context.too_deep(node, len(node.handlers)):  # each clause stands inside the one before, once it is lowered
        return
    span = context.span(node)
    before = context.catches_name_errors
    context.catches_name_errors |= swallows(node.finalbody)
    body = _guarded(node, context)
    if node.handlers:
        clauses = tuple(_clause(handler, context) for handler in node.handlers)
        made = TryExceptStar if isinstance(node, cst.TryStar) else TryExcept
        guarded = made(span=span, body=body, clauses=clauses, orelse=statements(node.orelse, context))
        body = (sugar_statement(guarded),)
    context.catches_name_errors = before
    if node.finalbody is None:
        yield from body
    else:
        yield tree.Finally(span=span, body=body, last=statements(node.finalbody, context))


def _guarded(node: cst.Try | cst.TryStar, context: Context) -> tree.Block:
    """The body. Where a clause takes the NameError of a name that nobody binds, reading one is no mistake.

    Nor is the import of a module that is not there, where one takes the ImportError.
    """
    before = context.catches_name_errors, context.catches_import_errors, context.tries
    kinds = {name for handler in node.handlers for name in named(handler.type)}
    takes_all = any(handler.type is None for handler in node.handlers)
    context.catches_name_errors |= takes_name_errors(node)
    context.catches_import_errors |= takes_all or not kinds.isdisjoint(_IMPORT_ERRORS)
    context.tries |= bool(node.handlers)
    body = statements(node.body, context)
    context.catches_name_errors, context.catches_import_errors, context.tries = before
    return body


def _clause(node: cst.ExceptHandler | cst.ExceptStarHandler, context: Context) -> Except:
    kinds = None if node.type is None else expression(node.type, context)
    name = None
    if node.name is not None:
        assert isinstance(node.name.name, cst.Name), "Python has only a name behind the `as` of an `except`"
        name = bound(node.name.name, context)
    return Except(span=context.span(node), body=statements(node.body, context), kinds=kinds, name=name)


@translates_statement(cst.With)
def _with(node: cst.With, context: Context) -> Iterator[tree.Statement]:
    if not context.too_deep(node, len(node.items)):
        yield _managed(node, node.items, context)


def _managed(node: cst.With, items: Sequence[cst.WithItem], context: Context) -> tree.Statement:
    """`with a, b:` is `with a:` around `with b:`."""
    item, *others = items
    manager = expression(item.item, context)
    bound = None if item.asname is None else target(item.asname.name, context)
    body = (_managed(node, others, context),) if others else statements(node.body, context)
    asynchronous = node.asynchronous is not None
    made = With(span=context.span(node), manager=manager, target=bound, body=body, asynchronous=asynchronous)
    return sugar_statement(made)


@translates_statement(cst.Raise)
def _raise(node: cst.Raise, context: Context) -> Iterator[tree.Statement]:
    error = None if node.exc is None else expression(node.exc, context)
    cause = None if node.cause is None else expression(node.cause.item, context)
    yield tree.Raise(span=context.span(node), error=error, cause=cause)


@translates_statement(cst.Assert)
def _assert(node: cst.Assert, context: Context) -> Iterator[tree.Statement]:
    test = expression(node.test, context)
    message = None if node.msg is None else expression(node.msg, context)
    yield sugar_statement(Assert(span=context.span(node), test=test, message=message))
