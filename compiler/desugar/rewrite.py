"""Replace statements everywhere in a tree, from the inside out. Nodes are frozen: a changed one is a new one.

Every block is reached: those of nested functions and class bodies, of `except` clauses and of the cases of a `match`.
What does not change stays the very same object, so a pass that finds nothing makes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from waymark.grammar import tree

Rule = Callable[[Any], Iterable[tree.Statement]]
Change = Callable[[tree.Block], tree.Block]

# The fields of a statement that hold statements; parts that have a body each; and a statement inside a statement.
BLOCKS = ("body", "orelse", "handler", "last")
PARTS = ("clauses", "cases")
WRAPPED = ("loop",)


def replaced(module: tree.Module, kind: type[tree.Node], rule: Rule) -> tree.Module:
    """Return the module with each statement of a kind replaced, wherever it stands."""
    return in_functions(module, lambda body: rewrite(body, {kind: rule}))


def rewrite(body: tree.Block, rules: Mapping[type[tree.Node], Rule]) -> tree.Block:
    """Return `body` with each statement of a kind in `rules` replaced. A rule sees inner blocks rewritten."""

    def change(block: tree.Block) -> tree.Block:
        made: list[tree.Statement] = []
        changed = False
        for statement in block:
            node = inside(statement, change)
            rule = rules.get(type(node))
            made += rule(node) if rule else (node,)
            changed = changed or rule is not None or node is not statement
        return tuple(made) if changed else block

    return change(body)


def inside(node: tree.Statement, change: Change) -> tree.Statement:
    """Return the node with its inner blocks changed."""
    fields: dict[str, Any] = {}
    for name, kind in _holders(type(node)):
        old = getattr(node, name)
        new = _changed(old, kind, change)
        if new is not old:
            fields[name] = new
    return msgspec.structs.replace(node, **fields) if fields else node


def blocks(node: tree.Statement) -> Iterator[tree.Block]:
    """The blocks that stand directly in a statement."""
    for name, kind in _holders(type(node)):
        held = getattr(node, name)
        if kind is BLOCKS:
            yield held
        elif kind is PARTS:
            yield from (part.body for part in held)
        else:
            yield from blocks(held)


def in_functions(module: tree.Module, change: Change) -> tree.Module:
    """Return the module with the body of each function, and `init`, changed."""
    functions = tuple(_with_body(each, change) for each in module.functions)
    return msgspec.structs.replace(module, functions=functions, init=change(module.init))


@cache
def _holders(kind: type[tree.Node]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Which fields of a kind of node hold statements, and in which way."""
    return tuple((name, way) for way in (BLOCKS, PARTS, WRAPPED) for name in way if name in kind.__struct_fields__)


def _changed(held: Any, kind: tuple[str, ...], change: Change) -> Any:
    if kind is BLOCKS:
        return change(held)
    if kind is WRAPPED:
        return inside(held, change)
    made = tuple(_with_body(part, change) for part in held)
    return made if any(new is not old for new, old in zip(made, held, strict=True)) else held


def _with_body(part: Any, change: Change) -> Any:
    body = change(part.body)
    return part if body is part.body else msgspec.structs.replace(part, body=body)
