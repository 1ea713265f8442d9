"""Lower a chain of comparisons to comparisons joined by `and`, with the middle operands evaluated once.

    if 0 < count < limit():      =>    if 0 < count and count < limit() {

    ok = low() < await f() < c   =>    held.0 = low()
                                       middle.0 = await f()
                                       ok = held.0 < middle.0 and middle.0 < c

A constant and a variable can be read twice, if nothing in the expression can rebind it. Anything else gets a name, in a
statement before; `hoist` keeps everything around it in order.

Before: a comparison may have several links.
After:  it has one. `check.tree` asserts it.
"""

from __future__ import annotations

import msgspec

from waymark.grammar import tree

from ..frontend import sugar
from .hoist import Before, Hoist, Lowered


def lower_chain(node: sugar.ChainedCompare, hoist: Hoist) -> Lowered:
    """The first link, and what is left of the chain behind `and`."""
    (operator, middle), *links = node.links
    before: Before
    before, (left, middle) = hoist.sequence([node.left, middle])
    twice = isinstance(middle, tree.Constant) or (
        isinstance(middle, tree.Name) and hoist.variables.is_steady(middle.id)
    )
    if not twice:
        left = hoist.hold(left, before)  # it comes before the middle operand, which now goes first
        middle = hoist.hold(middle, before, "middle")
    first = tree.Compare(span=node.span, operator=operator, left=left, right=middle)  # type: ignore[arg-type]
    rest: tree.Expression
    if len(links) > 1:
        rest = sugar.expression(msgspec.structs.replace(node, left=middle, links=tuple(links)))
    else:
        rest = tree.Compare(span=node.span, operator=links[0][0], left=middle, right=links[0][1])  # type: ignore[arg-type]
    return before, tree.Logical(span=node.span, operator="and", left=first, right=rest)
