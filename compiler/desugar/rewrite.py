"""Replace statements everywhere in a tree, from the inside out. Nodes are frozen: a changed one is a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from waymark.grammar import tree

from ..frontend.sugar import LoopElse

Rule = Callable[[Any], Iterator[tree.Statement]]

# The fields of a statement that hold statements.
BLOCKS = ("body", "orelse", "handler", "last")


def rewrite(body: tree.Block, rules: Mapping[type[tree.Node], Rule]) -> tree.Block:
    """Return `body` with each statement of a kind in `rules` replaced. A rule sees inner blocks rewritten."""
    made: list[tree.Statement] = []
    for statement in body:
        node = inside(statement, lambda block: rewrite(block, rules))
        rule = rules.get(type(node))
        made += rule(node) if rule else (node,)
    return tuple(made)


def inside(node: tree.Statement, change: Callable[[tree.Block], tree.Block]) -> tree.Statement:
    """Return the node with its inner blocks changed."""
    fields = {name: change(getattr(node, name)) for name in BLOCKS if hasattr(node, name)}
    if isinstance(node, LoopElse):
        fields["loop"] = inside(node.loop, change)  # type: ignore[assignment, arg-type]
    return msgspec.structs.replace(node, **fields) if fields else node


def in_functions(module: tree.Module, change: Callable[[tree.Block], tree.Block]) -> tree.Module:
    """Return the module with the body of each function, and `init`, changed."""
    functions = tuple(msgspec.structs.replace(each, body=change(each.body)) for each in module.functions)
    return msgspec.structs.replace(module, functions=functions, init=change(module.init))
