"""One page: from the object that it begins with, through everything that no other page has.

Nodes are numbered in the order in which they are found, breadth first, so a page's bytes follow from the graph alone.
Where the walk meets another page it writes the heap id and goes no further; `Places` decides where that is.

Nearly all scalars are written as they are. An int beyond 64 bits, half a surrogate pair, a NaN and a text with a page
of its own are not. So a page is written without a look at each first; if its bytes say that there may be such a value,
it is walked again, *with care*. And where many objects are met at once, what C can do for all of them, it does.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any, Protocol

from ..values.functions import UNSET
from . import format as tag
from .format import TEXT_MIN, Node, encoder
from .parts import Parts, Take, list_parts

_INT_MIN, _INT_END = -(1 << 63), 1 << 64
_CONSTANTS = frozenset((bool, type(None)))
_TEXTS = frozenset((str, bytes))
_PLAIN = frozenset((bool, type(None), int, float, str, bytes))
_HEADS = ((b"\xda", 2), (b"\xdb", 4), (b"\xc5", 2), (b"\xc6", 4))  # of long texts in MessagePack, and of bytes
FEW = 16  # values that are placed one by one
_NAN = re.compile(rb"\xcb[\x7f\xff](?!\xf0\0{6})[\xf0-\xff]", re.DOTALL)  # and any bytes that look like one


class Places(Protocol):
    """Says where an object is, and takes note of what a walk finds."""

    def place(self, value: Any, walking: int) -> int | Take: ...

    def place_all(self, values: dict[int, Any], walking: int) -> list[Take] | None: ...

    def page_of_text(self, value: str | bytes) -> int: ...

    def take_of(self, value: Any) -> Take: ...


def walk(
    places: Places, page: int, objects: list[Any], parts: Parts | None = None, *, careful: bool = True
) -> tuple[list[Node], set[int]]:
    """Walk a page from its root, the one member of `objects`. Returns the nodes and the pages that they refer to.

    `objects` become those of the nodes, in order; a leaf's own node where it is a leaf. `parts` stand in for taking the
    root apart: a large list is its chunks.
    """
    root = objects[0]
    if type(root) is str or type(root) is bytes:
        return [text_node(root)], set()
    held = places.take_of(root)(root) if parts is None else parts
    if not careful and _PLAIN.issuperset(map(type, held)):
        return [held], set()
    walking = _Walk(places, page, objects)
    walking.run(held, careful)
    return walking.nodes, walking.refs


def trusted(nodes: list[Node]) -> bytes | None:
    """The nodes of a walk without care, encoded. None: it has to be done again, with care."""
    try:
        data = encoder.encode(nodes)
    except (OverflowError, UnicodeEncodeError):
        return None
    if _may_have_nan(data) or (len(data) >= TEXT_MIN and _has_large_text(data, nodes)):
        return None
    return data


class _Walk:
    """A walk under way."""

    __slots__ = ("items", "nodes", "objects", "page", "places", "refs", "takes")

    def __init__(self, places: Places, page: int, objects: list[Any]) -> None:
        self.places = places
        self.page = page
        self.objects = objects
        self.takes: list[Take | None] = [None]  # of the objects, but for the first one; None of a leaf
        self.nodes: list[Node] = []
        self.refs: set[int] = set()
        # By the id of an object, how nodes refer to it.
        self.items: dict[int, tuple[int, ...]] = {id(objects[0]): (0,), id(UNSET): ()}

    def run(self, parts: Parts, careful: bool) -> None:
        nodes, objects, takes, known, other = self.nodes, self.objects, self.takes, self.items.get, self.other
        held = parts
        at = 0
        while True:
            if careful:
                nodes.append([self.with_care(value) for value in held])
            elif len(held) > FEW:
                self.together([held])
            else:
                node: Node = []
                for value in held:
                    node.append(value if type(value) in _PLAIN else known(id(value)) or other(value))
                nodes.append(node)
            at += 1
            while not careful and len(objects) - at > FEW:
                self.together(self.taken(at))
                at = len(nodes)
            if at == len(objects):
                return
            take = takes[at]
            while take is None:
                nodes.append(objects[at])
                at += 1
                if at == len(objects):
                    return
                take = takes[at]
            held = take(objects[at])

    def taken(self, at: int) -> list[Parts]:
        """The parts of all objects from there on."""
        takes, objects = self.takes[at:], self.objects[at:]
        if takes.count(list_parts) == len(takes):
            return [[tag.LIST, *value] for value in objects]
        return [value if take is None else take(value) for take, value in zip(takes, objects, strict=True)]

    def together(self, held: list[Parts]) -> None:
        """Make the nodes of many parts."""
        if _PLAIN.issuperset(map(type, held[0] if len(held) == 1 else chain.from_iterable(held))):
            self.nodes += held
            return
        known, other = self.items.get, self.other
        if self.meet(held):
            self.nodes += [[*map(known, map(id, values), values)] for values in held]
            return
        self.nodes += [
            [value if type(value) in _PLAIN else known(id(value)) or other(value) for value in values]
            for values in held
        ]

    def meet(self, held: list[Parts]) -> bool:
        """Place all that is met here for the first time at once. False: something about it is special."""
        found = [value for values in held for value in values if type(value) not in _PLAIN]
        new = dict(zip(map(id, found), found, strict=True))
        if not self.items.keys().isdisjoint(new.keys()):
            new = {place: value for place, value in new.items() if place not in self.items}
        takes = self.places.place_all(new, self.page)
        if takes is None:
            return False
        first = len(self.objects)
        self.objects += new.values()
        self.takes += takes
        self.items.update(zip(new, zip(range(first, len(self.objects))), strict=True))
        return True

    def other(self, value: Any) -> tuple[int, ...]:
        """No scalar, or none that is written as it is; and not met before."""
        if value is UNSET:
            return ()
        kind = type(value)
        if kind is int:
            return self.leaf([tag.INT, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)])
        if kind is complex:
            return self.leaf([tag.COMPLEX, value.real, value.imag])
        placed = self.places.place(value, self.page)
        if isinstance(placed, int):
            self.refs.add(placed)
            item = (~placed,)
        else:
            item = (len(self.objects),)
            self.objects.append(value)
            self.takes.append(placed)
        self.items[id(value)] = item
        return item

    def leaf(self, node: Node) -> tuple[int]:
        self.objects.append(node)
        self.takes.append(None)
        return (len(self.objects) - 1,)

    def with_care(self, value: Any) -> Any:
        kind = type(value)
        if kind in _TEXTS:
            return self.text(value)
        if (_INT_MIN <= value < _INT_END) if kind is int else kind in _CONSTANTS or (kind is float and value == value):
            return value
        return self.items.get(id(value)) or self.other(value)

    def text(self, value: str | bytes) -> Any:
        if len(value) >= TEXT_MIN:
            number = self.places.page_of_text(value)
            self.refs.add(number)
            return (~number,)
        if isinstance(value, bytes) or value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            return self.leaf([tag.STR, value.encode("utf-8", "surrogatepass")])
        return value


def _may_have_nan(data: bytes) -> bool:
    """Whether a NaN may be in it; a look for one byte says most often that there is none."""
    return (b"\x7f" in data or b"\xff" in data) and _NAN.search(data) is not None


def _has_large_text(data: bytes, nodes: list[Node]) -> bool:
    if not any(_may_have_text(data, *head) for head in _HEADS):
        return False
    return bool([item for node in nodes for item in node if type(item) in _TEXTS and len(item) >= TEXT_MIN])


def _may_have_text(data: bytes, head: bytes, count: int) -> bool:
    """Whether a large text may begin with this byte, which the length in `count` bytes follows."""
    at = data.find(head)
    while at >= 0:
        begin = at + 1 + count
        if TEXT_MIN <= int.from_bytes(data[at + 1 : begin], "big") <= len(data) - begin:
            return True
        at = data.find(head, at + 1)
    return False


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
