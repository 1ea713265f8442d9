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
from ..frontend.sugar import AsyncFor, ForTarget, LoopElse, statement
from .making import assign, constant, negated
from .rewrite import blocks, inside, replaced

LOOPS = (tree.For, tree.While, ForTarget, AsyncFor)


def lower_loop_else(module: tree.Module, fresh: FreshNames) -> tree.Module:
    """Return `module` without loop `else`. Every new node carries the span of the loop or `break` it came from."""
    return replaced(module, LoopElse, lambda node: _lower(node, fresh))


def _lower(node: LoopElse, fresh: FreshNames) -> Iterator[tree.Statement]:
    if not _breaks(node.loop.body):
        yield statement(node.loop)
        yield from node.orelse
        return
    broke = tree.Name(span=node.span, id=fresh("broke"))
    yield assign(broke, constant(node.span, False))
    yield statement(msgspec.structs.replace(node.loop, body=_flagged(node.loop.body, broke)))
    yield tree.If(span=node.span, test=negated(broke), body=node.orelse)


def _flagged(body: tree.Block, broke: tree.Name) -> tree.Block:
    """Set the flag before each `break` that leaves *this* loop: one inside a nested loop belongs to that loop."""
    made: list[tree.Statement] = []
    for node in body:
        if isinstance(node, tree.Break):
            made += (assign(tree.Name(span=node.span, id=broke.id), constant(node.span, True)), node)
        else:
            made.append(node if _is_closed(node) else inside(node, lambda inner: _flagged(inner, broke)))
    return tuple(made)


def _breaks(body: tree.Block) -> bool:
    return any(
        isinstance(node, tree.Break) or (not _is_closed(node) and any(map(_breaks, blocks(node)))) for node in body
    )


def _is_closed(node: tree.Statement) -> bool:
    """Whether a `break` inside the node cannot be ours."""
    return isinstance(node, (*LOOPS, tree.Function, tree.Class))
