"""`match` and its patterns, as the front end makes them and `desugar/match_cases.py` removes them.

Of these, only Match stands where WRL has a statement; patterns and cases stand inside it.
"""

from __future__ import annotations

import msgspec

from waymark.grammar import tree


class MatchValue(tree.Node, frozen=True):
    """`case 1:`, `case Color.RED:`: equality."""

    value: tree.Expression


class MatchSingleton(tree.Node, frozen=True):
    """`case None:`, `case True:`: identity."""

    value: tree.Constant


class MatchSequence(tree.Node, frozen=True):
    """`case [a, *rest]:`."""

    items: tuple[Pattern, ...]


class MatchStar(tree.Node, frozen=True):
    """`*rest` in a sequence pattern; `*_` has no name."""

    name: tree.Name | None = None


class MatchMapping(tree.Node, frozen=True):
    """`case {"k": pattern, **rest}:`."""

    keys: tuple[tree.Expression, ...]
    patterns: tuple[Pattern, ...]
    rest: tree.Name | None = None


class MatchClass(tree.Node, frozen=True):
    """`case Point(0, y=pattern):`."""

    kind: tree.Expression
    items: tuple[Pattern, ...]
    names: tuple[tuple[str, Pattern], ...]


class MatchAs(tree.Node, frozen=True):
    """`case pattern as name:`, `case name:`, and `case _:` with neither."""

    pattern: Pattern | None = None
    name: tree.Name | None = None


class MatchOr(tree.Node, frozen=True):
    """`case a | b:`."""

    patterns: tuple[Pattern, ...]


Pattern = (
    MatchValue | MatchSingleton | MatchSequence | MatchStar | MatchMapping | MatchClass | MatchAs | MatchOr
)  # fmt: skip


class Case(msgspec.Struct, frozen=True):
    """`case pattern if guard:`."""

    pattern: Pattern
    body: tree.Block
    guard: tree.Expression | None = None


class Match(tree.Node, frozen=True):
    """`match subject:`."""

    subject: tree.Expression
    cases: tuple[Case, ...]
