"""Lower `except*` clauses: each handles its part of a group, and what leaves them is gathered and goes on together.

    try:                             finished.0 = False
        await fetch_all()            try {
    except* Busy as group:               await fetch_all()
        await later(group)               finished.0 = True
    except* KeyError:          =>    } catch exc.0 {
        raise Missing                    errors.0 = []
    else:                                match.0, rest.0 = star_split.0(exc.0, Busy)
        await ship()                     handled.0 = exc.0
                                         if match.0 is not None {
                                             handled.0 = match.0
                                             try {
                                                 try {
                                                     reraise match.0
                                                 } catch handling.0 {
                                                     group = match.0
                                                     try { await later(group) } finally { group = None; del group }
                                                 }
                                             } catch raised.0 {
                                                 errors.0.append(raised.0)
                                             }
                                         }
                                         try {
                                             reraise handled.0
                                         } catch handling.1 {
                                             match.0, rest.0 = star_split.0(rest.0, KeyError)
                                         }
                                         if match.0 is not None { ... }
                                         errors.0.append(rest.0)
                                         result.0 = star_result.0(exc.0, errors.0)
                                         if result.0 is not None { reraise result.0 }
                                     }
                                     if finished.0 { await ship() }

Catching the match is what makes it the exception being handled, in the clause and, as in CPython, while the classes of
the clauses behind it are evaluated. Raised again as it is, it has no line more than before; by that `star_result` tells
a part that goes on from an exception that is new. Both functions are the prelude's: `split` and `derive` may be the
program's. Python itself lets no `break`, `continue` or `return` leave a clause.

Before: a `try` may have `except*` clauses.
After:  none has. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.stdlib.prelude import PROTOCOL

from ..fresh import FreshNames
from ..frontend.sugar import Except, TryExceptStar
from .except_clauses import bound, with_else
from .making import assign, call, constant
from .natives import Natives
from .rewrite import replaced


def lower_except_star(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without `except*`. What is added carries the span of the clause or of the `try`."""
    natives = Natives(module, fresh)
    return natives.declare(replaced(module, TryExceptStar, lambda node: _lower(node, fresh, natives)))


class _Names(msgspec.Struct, frozen=True):
    """The variables of one `try`."""

    caught: str
    errors: str  # what left the clauses
    match: str  # what the clause at hand handles
    rest: str
    handled: str  # what is being handled while the next classes are evaluated


def _lower(node: TryExceptStar, fresh: FreshNames, natives: Natives) -> Iterator[tree.Statement]:
    words = ("exc", "errors", "match", "rest", "handled")
    names = _Names(*(fresh(word) for word in words))
    handler = tuple(_handler(node, names, fresh, natives))
    if not node.orelse:
        yield tree.Try(span=node.span, body=node.body, name=names.caught, handler=handler)
        return
    yield from with_else(node, names.caught, handler, fresh)


def _handler(node: TryExceptStar, names: _Names, fresh: FreshNames, natives: Natives) -> Iterator[tree.Statement]:
    span = node.span
    yield assign(_name(span, names.errors), tree.List(span=span, items=()))
    for clause in node.clauses:
        first, last = clause is node.clauses[0], clause is node.clauses[-1]
        yield from _tested(clause, names, first, last, fresh, natives)
        match = _name(clause.span, names.match)
        body = tuple(_clause(clause, names, last, fresh))
        yield tree.If(span=clause.span, test=_is_there(match), body=body)
    yield _append(span, names.errors, names.rest)
    result = _name(span, fresh("result"))
    going_on = natives.linked(PROTOCOL, "star_result", span)
    yield assign(result, call(span, going_on, _name(span, names.caught), _name(span, names.errors)))
    yield tree.If(span=span, test=_is_there(result), body=(tree.Reraise(span=span, error=result),))


def _tested(
    clause: Except, names: _Names, first: bool, last: bool, fresh: FreshNames, natives: Natives
) -> Iterator[tree.Statement]:
    """Split what the clauses before have left."""
    assert clause.kinds is not None, "Python has no `except*` without a class"
    span = clause.kinds.span
    left = _name(span, names.caught if first else names.rest)
    split = call(span, natives.linked(PROTOCOL, "star_split", span), left, clause.kinds)
    target = tree.Targets(span=span, items=(_name(span, names.match), _name(span, names.rest)))
    if first:
        yield assign(target, split)
        if not last:
            yield assign(_name(span, names.handled), left)
    else:
        again = tree.Reraise(span=span, error=_name(span, names.handled))
        yield tree.Try(span=span, body=(again,), name=fresh("handling"), handler=(assign(target, split),))


def _clause(clause: Except, names: _Names, last: bool, fresh: FreshNames) -> Iterator[tree.Statement]:
    span = clause.span
    match = _name(span, names.match)
    if not last:
        yield assign(_name(span, names.handled), match)
    body = clause.body if clause.name is None else tuple(bound(clause, clause.name, match))
    again = tree.Reraise(span=span, error=match)
    handled = tree.Try(span=span, body=(again,), name=fresh("handling"), handler=body)
    raised = fresh("raised")
    yield tree.Try(span=span, body=(handled,), name=raised, handler=(_append(span, names.errors, raised),))


def _name(span: Span, name: str) -> tree.Name:
    return tree.Name(span=span, id=name)


def _is_there(name: tree.Name) -> tree.Compare:
    return tree.Compare(span=name.span, operator="is not", left=name, right=constant(name.span, None))


def _append(span: Span, items: str, item: str) -> tree.Statement:
    append = tree.Attribute(span=span, value=_name(span, items), name="append")
    return tree.Do(span=span, value=call(span, append, _name(span, item)))
