"""Which iterators a program can hold. CPython's own lose what they go through when they are pickled, but for a few.

Iterators of list, tuple, str, bytes, bytearray and range are the host's: their position is read and set through
`__reduce__` and `__setstate__`. Those of dicts and sets and the lazy builtins are `stdlib/values/`'s.
"""

from __future__ import annotations

from array import array
from typing import Any

from waymark.stdlib.values.iterators import (
    CallableIterator,
    Lazy,
    ListReverseIterator,
    MemoryIterator,
    Reversed,
    SequenceIterator,
    iterate,
)
from waymark.stdlib.values.lazy import Enumerate, Filter, Map, Zip
from waymark.stdlib.values.walks import (
    ItemWalk,
    KeyWalk,
    ReverseItemWalk,
    ReverseKeyWalk,
    ReverseValueWalk,
    SetWalk,
    ValueWalk,
    Walk,
)

__all__ = ["HOST_ITERATORS", "ITERATORS", "LAZIES", "WALKS", "Lazy", "Walk", "iterate"]

_SOURCES: tuple[Any, ...] = (
    *([], (), "", b"", bytearray(), array("b"), range(0)),
    "\u0100",  # a str beyond ASCII has an iterator type of its own on some versions
    range(1 << 70),  # the iterator over ints beyond 64 bits
)
HOST_ITERATORS: tuple[type, ...] = tuple(dict.fromkeys(type(iter(source)) for source in _SOURCES))

# By persisted names.
WALKS: dict[str, type[Walk]] = {
    "keys": KeyWalk,
    "values": ValueWalk,
    "items": ItemWalk,
    "reverse keys": ReverseKeyWalk,
    "reverse values": ReverseValueWalk,
    "reverse items": ReverseItemWalk,
    "set": SetWalk,
}
LAZIES: dict[str, type[Lazy]] = {
    "enumerate": Enumerate,
    "map": Map,
    "filter": Filter,
    "zip": Zip,
    "reversed": Reversed,
    "list_reverse": ListReverseIterator,
    "callable": CallableIterator,
    "sequence": SequenceIterator,
    "memory": MemoryIterator,
}

ITERATORS: frozenset[type] = frozenset((*HOST_ITERATORS, *WALKS.values(), *LAZIES.values()))
