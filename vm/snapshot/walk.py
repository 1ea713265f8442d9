"""One page: from the object that it begins with, through everything that no other page has.

Nodes are numbered in the order in which they are found, breadth first, so a page's bytes follow from the graph alone.
Where the walk meets another page it writes the heap id and goes no further; `Places` decides where that is.
"""

from __future__ import annotations

from operator import ne
from typing import Any, Protocol

from msgspec import Raw

from ..values.functions import UNSET
from . import format as tag
from .format import TEXT_MIN, Node, encoder
from .parts import Parts, Take

_INT_MIN, _INT_END = -(1 << 63), 1 << 64
_CONSTANTS = frozenset((bool, type(None)))
_TEXTS = frozenset((str, bytes))
_PLAIN = frozenset((bool, type(None), int, float, str, bytes))
LONG_MIN = 12  # parts that are looked at together first


class Places(Protocol):
    """Says where an object is, and takes note of what a walk finds."""

    def place(self, value: Any, walking: int) -> int | Take: ...

    def page_of_text(self, value: str | bytes) -> int: ...

    def take_of(self, value: Any) -> Take: ...


def walk(places: Places, page: int, objects: list[Any], parts: Parts | None = None) -> tuple[list[Node], set[int]]:
    """Walk a page from its root, the one member of `objects`. Returns the nodes and the pages that they refer to.

    `objects` become those of the nodes, in order; a leaf's own node where it is a leaf. `parts` stand in for taking the
    root apart: a large list is its chunks.
    """
    root = objects[0]
    if type(root) is str or type(root) is bytes:
        return [text_node(root)], set()
    takes: list[Take | None] = [None if parts is not None else places.take_of(root)]
    index: dict[int, int] = {id(root): 0}
    nodes: list[Node] = []
    refs: set[int] = set()

    def leaf(node: Node) -> tuple[int]:
        objects.append(node)
        takes.append(None)
        return (len(objects) - 1,)

    def text(value: str | bytes) -> Any:
        if len(value) >= TEXT_MIN:
            number = places.page_of_text(value)
            refs.add(number)
            return (~number,)
        if isinstance(value, bytes) or value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            return leaf([tag.STR, value.encode("utf-8", "surrogatepass")])
        return value

    def other(value: Any, kind: type) -> Any:
        if kind is int:
            return leaf([tag.INT, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)])
        if kind is complex:
            return leaf([tag.COMPLEX, value.real, value.imag])
        if value is UNSET:
            return ()
        placed = places.place(value, page)
        if isinstance(placed, int):
            refs.add(placed)
            return (~placed,)
        found = index[id(value)] = len(objects)
        objects.append(value)
        takes.append(placed)
        return (found,)

    at = 0
    while at < len(objects):
        take = takes[at]
        if take is not None:
            held = take(objects[at])
        elif at == 0 and parts is not None:
            held = parts
        else:
            nodes.append(objects[at])
            at += 1
            continue
        encoded = _scalars(held) if len(held) >= LONG_MIN else None
        if encoded is not None:
            nodes.append(encoded)
            at += 1
            continue
        node: Node = []
        for value in held:
            kind = type(value)
            if kind is int and _INT_MIN <= value < _INT_END:
                node.append(value)
            elif kind is str or kind is bytes:
                node.append(text(value))
            elif kind in _CONSTANTS or (kind is float and value == value):
                node.append(value)
            else:
                found = index.get(id(value))  # most often an object that was met before
                node.append(other(value, kind) if found is None else (found,))
        nodes.append(node)
        at += 1
    return nodes, refs


def _scalars(held: Parts) -> Any:
    """The node of parts that are scalars all, encoded at the speed of C; None if they are not."""
    if not _PLAIN.issuperset(map(type, held)) or any(map(ne, held, held)):  # a NaN is not equal to itself
        return None
    try:
        data = encoder.encode(held)
    except (OverflowError, UnicodeEncodeError):  # an int beyond 64 bits, half a surrogate pair
        return None
    if len(data) >= TEXT_MIN and any(len(each) >= TEXT_MIN for each in held if type(each) in _TEXTS):
        return None
    return Raw(data)


def text_node(value: str | bytes) -> Node:
    """The node of a str or bytes that has a page of its own."""
    if type(value) is str:
        try:
            value.encode()
        except UnicodeEncodeError:
            return [tag.TEXT, value.encode("utf-8", "surrogatepass"), True]
    return [tag.TEXT, value]


def objects_in(held: Parts) -> list[Any]:
    """Those of the parts that have an identity or a name: the edges of the graph, without large texts."""
    found = []
    for value in held:
        kind = type(value)
        if kind is float:
            if value != value:
                found.append(value)
        elif kind not in _SCALARS and value is not UNSET:
            found.append(value)
    return found


_SCALARS = frozenset((bool, type(None), int, str, bytes, complex))
