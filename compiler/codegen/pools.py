"""The tables that a unit's instructions point into. Each entry is there once, in the order of first use.

Constants are told apart by type and bits: 1, True and 1.0 are three of them, and so are 0.0 and -0.0. A container
constant has a permanent identity, so equal tuples of one unit are one object, as in CPython.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from waymark.vm.unit import Constant, Link

T = TypeVar("T")


class Pool(Generic[T]):
    """A list without repetitions; `add` gives the index. `key` says which entries are the same."""

    def __init__(self, key: Callable[[T], Hashable]) -> None:
        self._key = key
        self._index: dict[Hashable, int] = {}
        self._items: list[T] = []

    def add(self, item: T) -> int:
        index = self._index.setdefault(self._key(item), len(self._items))
        if index == len(self._items):
            self._items.append(item)
        return index

    def items(self) -> tuple[T, ...]:
        return tuple(self._items)


class Pools:
    """The pools of one unit."""

    def __init__(self) -> None:
        self.constants: Pool[Constant] = Pool(_bits)
        self.natives: Pool[str] = Pool(str)
        self.links: Pool[Link] = Pool(lambda link: (link.unit, link.name))


def _bits(value: Constant) -> Hashable:
    match value:
        case tuple():
            return ("tuple", *map(_bits, value))
        case float():
            return ("float", struct.pack(">d", value))
        case complex():
            return ("complex", struct.pack(">dd", value.real, value.imag))
        case _:
            return (type(value).__name__, value)
