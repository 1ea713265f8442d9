"""Lower `except` clauses to tests inside WRL's only handler, which catches everything.

    try:                                  finished.0 = False
        receipt = await charge()          try {
    except (Declined, Expired) as e:          receipt = await charge()
        log(e)                      =>        finished.0 = True
    except bank.Busy:                     } catch exc.0 {
        await later()                         if exception_matches.0(exc.0, (Declined, Expired)) {
    else:                                         e = exc.0
        await ship(receipt)                       try {
                                                      log(e)
                                                  } finally {
                                                      e = None
                                                      del e
                                                  }
                                              } else if exception_matches.0(exc.0, bank.Busy) {
                                                  await later()
                                              } else {
                                                  reraise exc.0
                                              }
                                          }
                                          if finished.0 {
                                              await ship(receipt)
                                          }

What is caught is evaluated only when the clauses before did not match, and while the exception is being handled. The
variable is gone however the clause is left; setting it first makes `del` work also when the clause has deleted it. What
no clause catches goes on as it is. `else` is not guarded; it needs no flag when no clause comes to its end.

Before: a `try` may have `except` clauses and an `else`.
After:  it has a handler or a last part. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree

from ..codegen.outcomes import Way, outcomes
from ..fresh import FreshNames
from ..frontend.sugar import Except, TryExcept, TryExceptStar
from .making import assign, constant
from .natives import Natives
from .rewrite import replaced


def lower_except_clauses(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without `except` clauses. What is added carries the span of the clause or of the `try`."""
    natives = Natives(module, fresh)
    return natives.declare(replaced(module, TryExcept, lambda node: _lower(node, fresh, natives)))


def _lower(node: TryExcept, fresh: FreshNames, natives: Natives) -> Iterator[tree.Statement]:
    caught = tree.Name(span=node.span, id=fresh("exc"))
    handler: tree.Block = (tree.Reraise(span=node.span, error=caught),)
    for clause in reversed(node.clauses):
        handler = _clause(clause, caught.id, handler, natives)
    if not node.orelse or Way.NORMAL not in outcomes(handler):
        yield tree.Try(span=node.span, body=node.body, name=caught.id, handler=handler)
        yield from node.orelse
        return
    yield from with_else(node, caught.id, handler, fresh)


def with_else(
    node: TryExcept | TryExceptStar, caught: str, handler: tree.Block, fresh: FreshNames
) -> Iterator[tree.Statement]:
    """The `try` and its `else`, which runs when the body has come to its end and is not guarded."""
    finished = tree.Name(span=node.span, id=fresh("finished"))
    yield assign(finished, constant(node.span, False))
    body = (*node.body, assign(finished, constant(node.span, True)))
    yield tree.Try(span=node.span, body=body, name=caught, handler=handler)
    yield tree.If(span=node.span, test=finished, body=node.orelse)


def _clause(clause: Except, caught: str, otherwise: tree.Block, natives: Natives) -> tree.Block:
    error = tree.Name(span=clause.span, id=caught)
    body = clause.body if clause.name is None else tuple(bound(clause, clause.name, error))
    if clause.kinds is None:
        return body
    test = natives.call("exception_matches/1", clause.kinds.span, error, clause.kinds)
    return (tree.If(span=clause.span, test=test, body=body, orelse=otherwise),)


def bound(clause: Except, name: tree.Name, error: tree.Name) -> Iterator[tree.Statement]:
    """The clause with its variable, which is gone behind it."""
    gone = (assign(name, constant(name.span, None)), tree.Delete(span=name.span, target=name))
    if clause.body:
        yield assign(name, error)
        yield tree.Finally(span=clause.span, body=clause.body, last=gone)
    else:
        yield from gone
