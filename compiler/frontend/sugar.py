"""What Python has and WRL has not: nodes that the front end makes and the passes of `desugar/` take away again.

They nest with WRL's own nodes, so that the front end translates one node into one node and decides nothing about
temporaries; each class names the pass that removes it.
"""

from __future__ import annotations

from waymark.grammar import tree


class ChainedCompare(tree.Node, frozen=True):
    """`left < middle <= right`: two or more links. Removed by `chained_compare`."""

    left: tree.Expression
    links: tuple[tuple[str, tree.Expression], ...]


class ChainedAssign(tree.Node, frozen=True):
    """`a = b[0] = value`: two or more targets. Removed by `chained_assign`."""

    targets: tuple[tree.Target, ...]
    value: tree.Expression


class ForTarget(tree.Node, frozen=True):
    """A `for` whose target is not a plain name. Removed by `for_targets`."""

    target: tree.Target
    iterable: tree.Expression
    body: tree.Block


class LoopElse(tree.Node, frozen=True):
    """A loop with an `else`. Removed by `loop_else`."""

    loop: tree.For | ForTarget | tree.While
    orelse: tree.Block


SUGAR = (ChainedCompare, ChainedAssign, ForTarget, LoopElse)
