"""Lower `match` to tests of its subject, which is evaluated once.

    match command():                    subject.0 = command()
        case "stop" | "quit":           if subject.0 == "stop" or subject.0 == "quit" {
            stop()                          stop()
        case ["go", where] if free:  => } else {
            go(where)                       chosen.0 = False
        case other:                         if is_sequence.0(subject.0) and len.0(subject.0) == 2 {
            say(other)                          item.0, item.1 = subject.0
                                                if item.0 == "go" {
                                                    where = item.1
                                                    if free {
                                                        chosen.0 = True
                                                        go(where)
                                                    }
                                                }
                                            }
                                            if not chosen.0 {
                                                other = subject.0
                                                say(other)
                                            }
                                        }

Variables are bound when the whole pattern has matched, before the guard, and stay bound when the guard says no. A case
that is one test has the cases behind it in its `else`; any other one says by a flag that it was chosen.

Before: a block may hold `match`.
After:  none does. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from waymark.grammar import tree

from ..fresh import FreshNames
from ..frontend.match_sugar import Case, Match
from .making import assign, constant, negated
from .natives import Natives
from .patterns import Patterns
from .rewrite import replaced
from .steps import Test, nested


def lower_match_cases(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without `match`. What is added carries the span of the pattern."""
    natives = Natives(module, fresh)
    patterns = Patterns(module, fresh, natives)
    return natives.declare(replaced(module, Match, lambda node: _lower(node, fresh, patterns)))


def _lower(node: Match, fresh: FreshNames, patterns: Patterns) -> Iterator[tree.Statement]:
    subject = tree.Name(span=node.subject.span, id=fresh("subject"))
    yield assign(subject, node.subject)
    yield from _cases(node.cases, subject, fresh, patterns)


def _cases(cases: Sequence[Case], subject: tree.Name, fresh: FreshNames, patterns: Patterns) -> tree.Block:
    if not cases:
        return ()
    first, *others = cases
    steps, captured = patterns.of(first.pattern, subject)
    bound = tuple(assign(name, value) for name, value in captured)
    rest = _cases(others, subject, fresh, patterns)
    span = first.pattern.span
    if first.guard is None:
        body = (*bound, *first.body)
        if not steps:  # anything matches, so this is the last case
            return body
        if len(steps) == 1 and isinstance(test := steps[0], Test):
            return (tree.If(span=span, test=test.value, body=body, orelse=rest),)
    if not rest:
        return nested(steps, (*bound, *_guarded(first, first.body)))
    chosen = tree.Name(span=span, id=fresh("chosen"))
    found = (assign(chosen, constant(span, True)), *first.body)
    return (
        assign(chosen, constant(span, False)),
        *nested(steps, (*bound, *_guarded(first, found))),
        tree.If(span=span, test=negated(chosen), body=rest),
    )


def _guarded(case: Case, body: tree.Block) -> tree.Block:
    if case.guard is None:
        return body
    return (tree.If(span=case.guard.span, test=case.guard, body=body),)
