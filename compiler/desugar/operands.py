"""The operands of a node, in the order in which they are evaluated: that is the order of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec

from waymark.grammar import tree
from waymark.grammar.walk import SHAPES


def operands(node: tree.Node) -> list[tree.Expression]:
    """Return the expressions that stand directly in a node (not those of its inner blocks)."""
    return [found for name in _fields(type(node)) for found in _collect(getattr(node, name))]


def with_operands(node: Any, replaced: Sequence[tree.Expression]) -> Any:
    """Return the node with its operands replaced, one for one."""
    source = iter(replaced)
    kind: type[tree.Node] = type(node)
    fields = {name: _place(getattr(node, name), source) for name in _fields(kind)}
    return msgspec.structs.replace(node, **fields) if fields else node


@cache
def _fields(kind: type[tree.Node]) -> tuple[str, ...]:
    _, fields = SHAPES[kind]
    return fields[::-1]


def _collect(part: object) -> Iterator[tree.Expression]:
    if isinstance(part, tree.Node):
        yield part  # type: ignore[misc]  # fields of an expression hold expressions
    elif isinstance(part, tree.Argument):
        yield part.value
    elif isinstance(part, tuple):
        for item in part:
            yield from _collect(item)


def _place(part: Any, source: Iterator[tree.Expression]) -> Any:
    if isinstance(part, tree.Node):
        return next(source)
    if isinstance(part, tree.Argument):
        return msgspec.structs.replace(part, value=next(source))
    return tuple(_place(item, source) for item in part) if isinstance(part, tuple) else part
