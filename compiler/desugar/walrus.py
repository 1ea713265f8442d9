"""Lower an assignment expression to an assignment before the expression that it stands in.

    while (line := await read()) != "":    =>    while True {
        lines.append(line)                           line = await read()
                                                     if not line != "" { break }
                                                     lines.append(line)
                                                 }

The variable stands in its place. `hoist` puts it into another name where a later operand assigns to it again.

Before: an expression may hold Walrus.
After:  it holds none. `check.tree` asserts it.
"""

from __future__ import annotations

from waymark.grammar import tree

from ..frontend import sugar
from .hoist import Hoist, Lowered


def lower_walrus(node: sugar.Walrus, hoist: Hoist) -> Lowered:
    before, value = hoist.value(node.value)
    before.append(tree.Assign(span=node.span, target=node.target, value=value))
    return before, value if isinstance(value, tree.Constant) else node.target
