"""Take the star out of targets: a native takes the value apart, and what it gives has one item a target.

    first, *rest = rows        =>    first, rest = unpack_star.0(rows, 1, 0)

    (a, *b), c = pairs()       =>    item.0, item.1 = pairs()
                                     a, b = unpack_star.0(item.0, 1, 0)
                                     c = item.1

Python unpacks and binds from left to right: the items from the first inner star on are bound one after the other.

Before: an assignment may have a star among its targets, at any depth.
After:  it has none. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

from waymark.grammar import tree

from ..fresh import FreshNames
from ..frontend.sugar import StarTargets
from .making import assign, constant
from .natives import Natives
from .rewrite import replaced


def lower_star_targets(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without starred targets. What is added carries the span of the target."""
    natives = Natives(module, fresh)
    return natives.declare(replaced(module, tree.Assign, lambda node: unstarred(node, fresh, natives)))


def unstarred(node: tree.Assign, fresh: FreshNames, natives: Natives) -> Iterator[tree.Statement]:
    """Return an assignment as assignments without stars; most are left as they are."""
    target: tree.Node = node.target
    if isinstance(target, StarTargets):
        counts = (constant(target.span, len(part)) for part in (target.before, target.after))
        value = natives.call("unpack_star/1", target.span, node.value, *counts)
        items = (*target.before, target.star, *target.after)
        plain = tree.Targets(span=target.span, items=items)
        yield from unstarred(tree.Assign(span=node.span, target=plain, value=value), fresh, natives)
        return
    if not isinstance(target, tree.Targets) or not has_star(target):
        yield node
        return
    first = next(place for place, item in enumerate(target.items) if has_star(item))
    held = tuple(tree.Name(span=item.span, id=fresh("item")) for item in target.items[first:])
    plain = tree.Targets(span=target.span, items=(*target.items[:first], *held))
    yield tree.Assign(span=node.span, target=plain, value=node.value)
    for item, holder in zip(target.items[first:], held, strict=True):
        yield from unstarred(assign(item, holder), fresh, natives)


def has_star(target: tree.Node) -> bool:
    """Whether a star stands anywhere in a target."""
    if isinstance(target, tree.Targets):
        return any(has_star(item) for item in target.items)
    return isinstance(target, StarTargets)
