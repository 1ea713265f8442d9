"""Visit a tree from the top, each node before what is in it, in the order of the fields. Never recursive.

This order is the order of the position table, and so part of the format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from .tree import Node

# How deep a tree may nest, and the brackets of a text. Whoever walks a tree by recursion relies on it: four Python
# frames a level stay under the interpreter's limit of 1000.
NESTING_MAX = 200


class TooDeep(ValueError):
    """A tree nests deeper than WRL allows."""

    def __init__(self, node: Node) -> None:
        super().__init__(f"the tree nests deeper than {NESTING_MAX} levels: give the inner parts names of their own")
        self.node = node


def walk(top: Node) -> Iterator[Node]:
    """Every node of a module, or below another node, itself first. Raises `TooDeep` at the first one too far down."""
    waiting: list[tuple[int, Any]] = [(1, top)]
    pop, push, shapes = waiting.pop, waiting.append, SHAPES
    while waiting:
        depth, item = pop()
        kind = type(item)
        if kind is tuple:
            for part in reversed(item):
                push((depth, part))
            continue
        is_node, fields = shapes[kind]
        if is_node:
            if depth > NESTING_MAX:
                raise TooDeep(item)
            yield item
            depth += 1
        for field in fields:
            part = getattr(item, field)
            if part:  # a node is always true; nothing is in `None`, `()` and `""`
                push((depth, part))


# Types of fields in which no node can stand.
_LEAVES = frozenset({"Span", "str", "bool", "tuple[str, ...]"})


class Shapes(dict[type, tuple[bool, tuple[str, ...]]]):
    """For each type that is met in a tree: whether it is a node, and the fields that may hold nodes, the last first."""

    def __missing__(self, kind: type) -> tuple[bool, tuple[str, ...]]:
        fields: tuple[str, ...] = ()
        if issubclass(kind, msgspec.Struct):
            types = {name: text for each in kind.__mro__ for name, text in getattr(each, "__annotations__", {}).items()}
            fields = tuple(name for name in reversed(kind.__struct_fields__) if not _is_leaf(types[name]))
        shape = self[kind] = issubclass(kind, Node), fields
        return shape


def _is_leaf(annotation: object) -> bool:
    """Whether it is the text of a type without nodes; all modules with nodes leave annotations as they are written."""
    return isinstance(annotation, str) and (annotation in _LEAVES or annotation.startswith("Literal["))


SHAPES = Shapes()
