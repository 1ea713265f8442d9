"""Split an assignment to several targets into one a target, from left to right.

    a = b[0] = await price()    =>    a = await price()
                                      b[0] = a

    b[0] = a = await price()    =>    value.0 = await price()
                                      b[0] = value.0
                                      a = value.0

The value is evaluated once. A name that comes first holds it as well as any other; a constant can be repeated.

Before: an assignment may have several targets.
After:  it has one. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree

from ..fresh import FreshNames
from ..frontend.sugar import ChainedAssign
from .rewrite import replaced


def lower_chained_assign(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` with one target an assignment. Every new node carries the span of the assignment."""
    return replaced(module, ChainedAssign, lambda node: _lower(node, fresh))


def _lower(node: ChainedAssign, fresh: FreshNames) -> Iterator[tree.Statement]:
    first, *others = node.targets
    value = node.value
    if isinstance(first, tree.Name) and not isinstance(value, tree.Constant):
        yield tree.Assign(span=node.span, target=first, value=value)
        value = tree.Name(span=node.span, id=first.id)
    elif isinstance(value, tree.Constant):
        others = [first, *others]
    else:
        others = [first, *others]
        holder = tree.Name(span=node.span, id=fresh("value"))
        yield tree.Assign(span=node.span, target=holder, value=value)
        value = holder
    for target in others:
        yield tree.Assign(span=node.span, target=target, value=value)
