"""What Python has and WRL has not: nodes that the front end makes and the passes of `desugar/` take away again.

They nest with WRL's own nodes, so that the front end translates one node into one node and decides nothing about
temporaries; each class names the pass that removes it. WRL's unions do not hold them: `expression`, `statement` and
`target` say, in one place, that a tree between the passes may hold sugar where the types speak of WRL.
"""

from __future__ import annotations

from typing import Any, Literal, cast

import msgspec

from waymark.grammar import tree
from waymark.grammar.span import Span

from .match_sugar import Match


def expression(node: tree.Node) -> tree.Expression:
    """Sugar in the place of an expression."""
    return cast(Any, node)  # type: ignore[no-any-return]


def statement(node: tree.Node) -> tree.Statement:
    """Sugar in the place of a statement."""
    return cast(Any, node)  # type: ignore[no-any-return]


def target(node: tree.Node) -> tree.Target:
    """Sugar in the place of a target."""
    return cast(Any, node)  # type: ignore[no-any-return]


# --- expressions: removed by the rules of `desugar/expressions.py`, one construct a file ------------------------------


class ChainedCompare(tree.Node, frozen=True):
    """`left < middle <= right`: two or more links."""

    left: tree.Expression
    links: tuple[tuple[str, tree.Expression], ...]


class Walrus(tree.Node, frozen=True):
    """`(name := value)`."""

    target: tree.Name
    value: tree.Expression


class Lambda(tree.Node, frozen=True):
    """`lambda x: x + y`, and a generator expression as the generator that it makes: a function without a statement."""

    function: tree.Function


class Clause(msgspec.Struct, frozen=True):
    """`for target in iterable if test if test` of a comprehension."""

    target: tree.Target
    iterable: tree.Expression
    tests: tuple[tree.Expression, ...] = ()
    asynchronous: bool = False


class Comprehension(tree.Node, frozen=True):
    """`[element for ...]`, `{element for ...}`, `{element: value for ...}`. It runs in the function that it stands in.

    Its variables have names of their own; `renewed` are those that inner functions share, which get fresh cells, and
    `unbound` those that may be read before they are bound. Of a generator expression it is the whole body, and yields.
    """

    kind: Literal["list", "set", "dict", "generator"]
    element: tree.Expression
    clauses: tuple[Clause, ...]
    value: tree.Expression | None = None  # of a dict
    renewed: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()


class ClauseStar(tree.Node, frozen=True):
    """`a, *b, c` as the target of a comprehension's clause."""

    before: tuple[tree.Target, ...]
    star: tree.Target
    after: tuple[tree.Target, ...]


class FreeName(tree.Node, frozen=True):
    """In a comprehension, a variable of what is around it: unbound, it is a NameError, as a free variable's."""

    id: str


class YieldFrom(tree.Node, frozen=True):
    """`yield from value`."""

    value: tree.Expression


class Starred(tree.Node, frozen=True):
    """`*value` in a display."""

    value: tree.Expression


class Display(tree.Node, frozen=True):
    """`[a, *more]`, `(*a,)`, `{*a}`: a display with a star, or a set too long to be made in one go."""

    kind: Literal["list", "tuple", "set"]
    items: tuple[tree.Expression, ...]  # some of them Starred


class DictDisplay(tree.Node, frozen=True):
    """`{k: v, **more}`: a dict display with a `**`, whose key is None, or one too long to be made in one go."""

    entries: tuple[tuple[tree.Expression | None, tree.Expression], ...]


class Placeholder(tree.Node, frozen=True):
    """`{value!r:spec}` in an f-string."""

    value: tree.Expression
    conversion: Literal["", "s", "r", "a"] = ""
    spec: tree.Expression | None = None  # a constant or FormattedText


class FormattedText(tree.Node, frozen=True):
    """An f-string: constants and placeholders."""

    parts: tuple[tree.Expression, ...]


# --- statements ------------------------------------------------------------------------------------------------------


class ChainedAssign(tree.Node, frozen=True):
    """`a = b[0] = value`: two or more targets. Removed by `chained_assign`."""

    targets: tuple[tree.Target, ...]
    value: tree.Expression


class ForTarget(tree.Node, frozen=True):
    """A `for` whose target is not a plain name. Removed by `for_targets`."""

    target: tree.Target
    iterable: tree.Expression
    body: tree.Block


class AsyncFor(tree.Node, frozen=True):
    """`async for target in iterable`. Removed by `async_for`."""

    target: tree.Target
    iterable: tree.Expression
    body: tree.Block


class LoopElse(tree.Node, frozen=True):
    """A loop with an `else`. Removed by `loop_else`."""

    loop: tree.For | ForTarget | AsyncFor | tree.While
    orelse: tree.Block


class Except(msgspec.Struct, frozen=True):
    """`except kinds as name:`; without kinds it catches everything."""

    span: Span
    body: tree.Block
    kinds: tree.Expression | None = None
    name: tree.Name | None = None


class TryExcept(tree.Node, frozen=True):
    """`try`, its `except` clauses and its `else`. A `finally` around it is WRL's own. Removed by `except_clauses`."""

    body: tree.Block
    clauses: tuple[Except, ...]
    orelse: tree.Block = ()


class TryExceptStar(tree.Node, frozen=True):
    """`try`, its `except*` clauses, each with its kinds, and its `else`. Removed by `except_star`."""

    body: tree.Block
    clauses: tuple[Except, ...]
    orelse: tree.Block = ()


class With(tree.Node, frozen=True):
    """`with manager as target:`, one manager. Removed by `with_blocks`."""

    manager: tree.Expression
    target: tree.Target | None
    body: tree.Block
    asynchronous: bool = False


class Assert(tree.Node, frozen=True):
    """`assert test, message`. Removed by `asserts`."""

    test: tree.Expression
    message: tree.Expression | None = None


class Guarded(tree.Node, frozen=True):
    """The body of a generator begins that wants to be closed, if nobody goes on with it. Removed by `abandoned`."""


class BareAnnotation(tree.Node, frozen=True):
    """`name: int` without a value. Removed by `bare_annotations`."""

    name: tree.Name


class StarTargets(tree.Node, frozen=True):
    """`a, *b, c` as a target: one of the items is starred. Removed by `star_targets`."""

    before: tuple[tree.Target, ...]
    star: tree.Target
    after: tuple[tree.Target, ...]


SUGAR = (
    ChainedCompare, Walrus, Lambda, Comprehension, ClauseStar, FreeName, YieldFrom, Starred, Display, DictDisplay,
    Placeholder, FormattedText,
    ChainedAssign, ForTarget, AsyncFor, LoopElse, TryExcept, TryExceptStar, With, Assert, BareAnnotation, Guarded,
    StarTargets, Match,
)  # fmt: skip
