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
from .rewrite import in_functions, rewrite


def lower_for_targets(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` with plain targets only. What is added carries the span of the target."""
    return in_functions(module, lambda body: rewrite(body, {ForTarget: lambda node: _lower(node, fresh)}))


def _lower(node: ForTarget, fresh: FreshNames) -> Iterator[tree.Statement]:
    item = tree.Name(span=node.target.span, id=fresh("item"))
    bind = tree.Assign(span=node.target.span, target=node.target, value=item)
    yield tree.For(span=node.span, target=item, iterable=node.iterable, body=(bind, *node.body))
