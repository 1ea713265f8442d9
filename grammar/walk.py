"""Visit a tree from the top, each node before what is in it, in the order of the fields. Never recursive.

This order is the order of the position table, and so part of the format.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    waiting: list[tuple[int, object]] = [(1, top)]
    while waiting:
        depth, item = waiting.pop()
        if isinstance(item, Node):
            if depth > NESTING_MAX:
                raise TooDeep(item)
            yield item
            parts = [getattr(item, field) for field in item.__struct_fields__ if field != "span"]
            depth += 1
        elif isinstance(item, tuple):
            parts = list(item)
        elif isinstance(item, msgspec.Struct):  # an argument, a parameter
            parts = [getattr(item, field) for field in item.__struct_fields__]
        else:
            continue
        waiting.extend((depth, part) for part in reversed(parts))
