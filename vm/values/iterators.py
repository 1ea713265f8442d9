"""Iterators over dicts. CPython's own lose the dict when they are pickled, so a program gets this one.

Iterators of list, tuple, str, bytes and range are the host's: their position is read and set through `__reduce__` and
`__setstate__`.
"""

from __future__ import annotations

from typing import Any, Literal

HOST_ITERATORS: tuple[type, ...] = (
    type(iter([])),
    type(iter(())),
    type(iter("")),
    type(iter("\u0100")),  # a str beyond ASCII has an iterator type of its own on some versions
    type(iter(b"")),
    type(iter(range(0))),
    type(iter(range(1 << 70))),  # the iterator over ints beyond 64 bits
)


class DictIterator:
    """`iter(d)`, over keys as they were when it began; CPython's error if the dict has changed its size since."""

    __slots__ = ("index", "keys", "mapping", "view")

    def __init__(self, mapping: dict[Any, Any], view: Literal["keys", "values", "items"] = "keys") -> None:
        self.mapping: dict[Any, Any] | None = mapping
        self.keys = list(mapping)
        self.view = view
        self.index = 0

    def __iter__(self) -> DictIterator:
        return self

    def __next__(self) -> Any:
        if self.mapping is None:
            raise StopIteration
        if len(self.mapping) != len(self.keys):
            raise RuntimeError("dictionary changed size during iteration")
        if self.index >= len(self.keys):
            self.mapping = None
            raise StopIteration
        key = self.keys[self.index]
        self.index += 1
        if self.view == "keys":
            return key
        return self.mapping[key] if self.view == "values" else (key, self.mapping[key])


DictIterator.__name__ = "dict_keyiterator"
