"""How a block can be left, told from the tree alone. An exception always can, so it is not among the answers.

Code behind a statement that cannot be left at its end is never emitted, and a `finally` asks which exits lead through
it. The instructions are read by the same rules: a region can be left at its end, or by an exit that stands in it.
"""

from __future__ import annotations

import enum

from waymark.grammar import tree


class Way(enum.IntEnum):
    """The value is what the selector of a `finally` holds."""

    NORMAL = 0
    RETURN = 1
    BREAK = 2
    CONTINUE = 3


Ways = frozenset[Way]

_NORMAL = frozenset((Way.NORMAL,))
_OF_THE_LOOP = frozenset((Way.NORMAL, Way.BREAK, Way.CONTINUE))


# Statements without blocks of their own.
_SIMPLE: dict[type[tree.Node], Ways] = {
    tree.Return: frozenset((Way.RETURN,)),
    tree.Break: frozenset((Way.BREAK,)),
    tree.Continue: frozenset((Way.CONTINUE,)),
    tree.Raise: frozenset(),
    tree.Reraise: frozenset(),
    **dict.fromkeys((tree.Assign, tree.Update, tree.Do, tree.Delete, tree.Renew, tree.Function, tree.Class), _NORMAL),
}


def outcomes(block: tree.Block) -> Ways:
    """The ways in which the block can be left."""
    found: Ways = frozenset()
    for statement in block:
        ways = outcomes_of(statement)
        found |= ways
        if Way.NORMAL not in ways:
            return found - _NORMAL
    return found | _NORMAL


def outcomes_of(statement: tree.Statement) -> Ways:
    ways = _SIMPLE.get(type(statement))
    if ways is not None:
        return ways
    match statement:
        case tree.If(test=tree.Constant() as test, body=body, orelse=orelse):
            return outcomes(body if test.value else orelse)
        case tree.If(body=body, orelse=orelse):
            return outcomes(body) | outcomes(orelse)
        case tree.While(test=test, body=body):
            ways = outcomes(body)
            ends = Way.BREAK in ways or not is_endless(test)
            return ways - _OF_THE_LOOP | (_NORMAL if ends else frozenset())
        case tree.For(body=body):
            return outcomes(body) - _OF_THE_LOOP | _NORMAL
        case tree.Try(body=body, handler=handler):
            return outcomes(body) | outcomes(handler)
        case tree.Finally(body=body, last=last):
            ways = outcomes(last)
            return ways - _NORMAL | outcomes(body) if Way.NORMAL in ways else ways
        case _:
            return _NORMAL  # sugar: passes that come before its own ask, too, and it can always be left at its end


def is_endless(test: tree.Expression) -> bool:
    """Whether a `while` with this test has no exit of its own."""
    return isinstance(test, tree.Constant) and bool(test.value)
