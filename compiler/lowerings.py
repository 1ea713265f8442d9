"""The passes of `desugar/` in order: what each of them takes out of a tree, and which other sugar it may make.

The front end says once which kinds of sugar a tree holds. From there on the table says it: a pass whose sugar is not
there is skipped, and nobody looks through the tree again. The tests do (`paranoid`), after each pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from waymark.grammar import tree
from waymark.grammar.walk import walk

from . import desugar
from .check.tree import findings
from .desugar.expressions import RULES
from .fresh import FreshNames
from .frontend import match_sugar, sugar

Lower = Callable[[tree.Module, FreshNames], tree.Module]
NodeType = type[tree.Node]
Kinds = frozenset[NodeType]

_SUGAR = frozenset(sugar.SUGAR)


class Lowering(NamedTuple):
    """A pass: its name, its function, the sugar that is gone behind it, and the sugar that it may leave instead."""

    name: str
    lower: Lower
    own: tuple[NodeType, ...]
    makes: tuple[NodeType, ...] = ()


LOWERINGS: tuple[Lowering, ...] = (
    Lowering("lower match cases", desugar.lower_match_cases, (match_sugar.Match,), makes=(sugar.StarTargets,)),
    Lowering("lower with blocks", desugar.lower_with_blocks, (sugar.With,)),
    Lowering("lower loop else", desugar.lower_loop_else, (sugar.LoopElse,)),
    Lowering("lower async for", desugar.lower_async_for, (sugar.AsyncFor,)),
    Lowering("lower except clauses", desugar.lower_except_clauses, (sugar.TryExcept,)),
    Lowering("lower except star", desugar.lower_except_star, (sugar.TryExceptStar,)),
    Lowering("lower asserts", desugar.lower_asserts, (sugar.Assert,)),
    Lowering("lower for targets", desugar.lower_for_targets, (sugar.ForTarget,)),
    Lowering("lower chained assignments", desugar.lower_chained_assign, (sugar.ChainedAssign,)),
    Lowering("lower star targets", desugar.lower_star_targets, (sugar.StarTargets,)),
    Lowering("lower expressions", desugar.lower_expressions, (*RULES, sugar.ClauseStar, sugar.Starred)),
    Lowering("lower bare annotations", desugar.lower_bare_annotations, (sugar.BareAnnotation,)),
    Lowering("close abandoned generators", desugar.lower_abandoned, (sugar.Guarded,)),
)


def sugar_in(module: tree.Module) -> Kinds:
    """The kinds of sugar that stand in a tree."""
    return frozenset({type(node) for node in walk(module)} & _SUGAR)


def lowerings() -> Iterator[tuple[Lowering, tuple[NodeType, ...]]]:
    """Each pass with all the sugar that is gone behind it: its own, and that of the passes before it."""
    gone: tuple[NodeType, ...] = ()
    for each in LOWERINGS:
        gone = (*gone, *each.own)
        yield each, gone


def lowered(
    module: tree.Module,
    kinds: Kinds,
    fresh: FreshNames,
    lowering: Lowering,
    gone: tuple[NodeType, ...],
    *,
    paranoid: bool,
) -> tuple[tree.Module, Kinds]:
    """Run one pass. Returns the tree, and the kinds of sugar that may be left in it."""
    if kinds.isdisjoint(lowering.own):
        return module, kinds
    made = lowering.lower(module, fresh)
    left = kinds.difference(lowering.own).union(lowering.makes)
    if paranoid:
        found = findings(made, gone)
        found += [f"`{lowering.name}` makes a {kind.__name__}" for kind in sugar_in(made) - left]
        if found:
            raise AssertionError("\n".join(found))
    return made, left
