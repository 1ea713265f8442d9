"""Lower the `else` of a loop to a flag, so that later passes know only plain loops.

    for item in items:          broke.0 = False
        if bad(item):           for item in items {
            break        =>         if bad(item) {
    else:                               broke.0 = True
        await ship(items)               break
                                    }
                                }
                                if not broke.0 {
                                    await ship(items)
                                }

A loop that nothing breaks needs no flag: what stood in `else` simply follows it.

Before: any loop may carry an `else` clause.
After:  no loop has one. `check.tree` asserts it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from waymark.grammar import tree

from ..fresh import FreshNames
from ..frontend.sugar import ForTarget, LoopElse
from .rewrite import in_functions, inside, rewrite

LOOPS = (tree.For, tree.While, ForTarget)


def lower_loop_else(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without loop `else`. Every new node carries the span of the loop or `break` it came from."""
    return in_functions(module, lambda body: rewrite(body, {LoopElse: lambda node: _lower(node, fresh)}))


def _lower(node: LoopElse, fresh: FreshNames) -> Iterator[tree.Statement]:
    if not _breaks(node.loop.body):
        yield node.loop  # type: ignore[misc]  # a ForTarget is sugar of a later pass
        yield from node.orelse
        return
    broke = tree.Name(span=node.span, id=fresh("broke"))
    yield _flag(broke, False)
    yield msgspec.structs.replace(node.loop, body=_flagged(node.loop.body, broke))  # type: ignore[misc]
    test = tree.Unary(span=node.span, operator="not", operand=broke)
    yield tree.If(span=node.span, test=test, body=node.orelse)


def _flag(name: tree.Name, value: bool) -> tree.Assign:
    return tree.Assign(span=name.span, target=name, value=tree.Constant(span=name.span, value=value))


def _flagged(body: tree.Block, broke: tree.Name) -> tree.Block:
    """Set the flag before each `break` that leaves *this* loop: one inside a nested loop belongs to that loop."""
    made: list[tree.Statement] = []
    for node in body:
        if isinstance(node, tree.Break):
            made += (_flag(tree.Name(span=node.span, id=broke.id), True), node)
        else:
            made.append(node if _is_closed(node) else inside(node, lambda inner: _flagged(inner, broke)))
    return tuple(made)


def _breaks(body: tree.Block) -> bool:
    found: list[bool] = []

    def look(inner: tree.Block) -> tree.Block:
        found.append(_breaks(inner))
        return inner

    for node in body:
        if isinstance(node, tree.Break):
            return True
        if not _is_closed(node):
            inside(node, look)
    return any(found)


def _is_closed(node: tree.Statement) -> bool:
    """Whether a `break` inside the node cannot be ours."""
    return isinstance(node, (*LOOPS, tree.Function, tree.Class))
