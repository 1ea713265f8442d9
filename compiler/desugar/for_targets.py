"""Give every `for` a plain name as its target, and unpack or store in the body.

    for name, price in items:         for item.0 in items {
        total += price         =>         name, price = item.0
                                          total += price
                                      }

Python binds the target at the start of each turn, before anything else, and an error there leaves the loop: the same.

Before: the target of a `for` may be several names, or a subscript.
After:  it is a name. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree

from ..fresh import FreshNames
from ..frontend.sugar import ForTarget
from .making import assign
from .rewrite import replaced


def lower_for_targets(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` with plain targets only. What is added carries the span of the target."""
    return replaced(module, ForTarget, lambda node: plain_loop(node, fresh))


def plain_loop(node: ForTarget, fresh: FreshNames) -> Iterator[tree.Statement]:
    """Return the loop as statements of WRL; what binds its target may still be sugar."""
    item = tree.Name(span=node.target.span, id=fresh("item"))
    yield tree.For(span=node.span, target=item, iterable=node.iterable, body=(assign(node.target, item), *node.body))
