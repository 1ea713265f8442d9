"""Classes of the program that extend a builtin type: which type that is, and what an instance holds of it.

    class Stack(list)           contents: the items
    class Money(int)            contents: an int
    class Tags(frozenset)       contents: the elements

What an instance holds besides (its `__dict__`, its slots) is as in any other class. The methods of the builtin type are
those that the gate has for a plain list or int.
"""

from __future__ import annotations

import struct
from typing import Any

from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet, SetLike

from .library_bases import LIBRARY_BASES

# What a program's class may extend. CPython itself refuses those of the second line, in its own words.
BASES: tuple[type, ...] = (
    *(int, float, complex, str, bytes, bytearray, list, tuple, dict, OrderedSet, OrderedFrozenSet),
    *(bool, range, slice, type(None)),
    *LIBRARY_BASES,
)
# Their `__new__` takes the contents; those of the others come with `__init__`.
IMMUTABLE: frozenset[type] = frozenset((int, float, complex, str, bytes, tuple, OrderedFrozenSet, *LIBRARY_BASES))
SCALAR: frozenset[type] = frozenset((int, float, complex, str, bytes, *LIBRARY_BASES))
KEYED: frozenset[type] = frozenset((dict, OrderedSet, OrderedFrozenSet))
_BASES = frozenset(BASES)


def base_of(kind: type) -> type | None:
    """The builtin type that the class extends, or is; None if its instances have no contents."""
    if kind in _BASES:
        return kind
    return next((base for base in kind.__mro__ if base in _BASES), None)


_PIECE = 4000  # a longer text would have a page of its own, which no other object may name


def scalar_parts(base: type, value: Any) -> list[Any]:
    """The contents of an instance of a class that extends a number, text or time, as plain values; a zone as it is."""
    if base in LIBRARY_BASES:
        return LIBRARY_BASES[base][0](value)
    if base is int:
        return [int.__index__(value)]
    if base is float:
        return [struct.pack(">d", value)]
    if base is complex:
        return [struct.pack(">dd", value.real, value.imag)]
    plain = str.__str__(value) if base is str else bytes.__getitem__(value, slice(None))
    return [plain[start : start + _PIECE] for start in range(0, len(plain), _PIECE)]


def scalar_of(base: type, parts: list[Any]) -> Any:
    """The plain value again. Raises `ValueError` or `TypeError` for parts that none has."""
    if base is int:
        (number,) = parts
        if type(number) is not int:
            raise ValueError("an int is none")
        return number
    if base in (float, complex):
        (data,) = parts
        if type(data) is not bytes or len(data) != (8 if base is float else 16):
            raise ValueError("a number is made of other bytes")
        return struct.unpack(">d", data)[0] if base is float else complex(*struct.unpack(">dd", data))
    empty: Any = base()
    return empty.join(parts)


def items_of(base: type, value: Any) -> list[Any]:
    """What is in a container, whatever its class makes of `iter`; of a dict: key, value, key, value ..."""
    if base is dict:
        return [part for pair in dict.items(value) for part in pair]
    if base is bytearray:
        plain = bytearray.__getitem__(value, slice(None))
        return [bytes(plain[start : start + _PIECE]) for start in range(0, len(plain), _PIECE)]
    source: Any = value.waymark_items if issubclass(base, SetLike) else base.__iter__(value)  # type: ignore[attr-defined]
    return list(source)
