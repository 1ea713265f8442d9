"""Constants of a unit as flat MessagePack items, so that every type survives and nothing nests.

    None, bool, float             as MessagePack has them; a float with all its bits (-0.0, any NaN)
    int                           as MessagePack has it, or [1, two's complement bytes] beyond 64 bits
    str                           as MessagePack has it, or [3, bytes] with lone surrogates
    complex                       [2, real, imaginary]
    bytes                         [4, bytes]
    tuple                         [0, n], and the next n constants are its items

`unpack` takes items of the types of `Item` and raises `ValueError` for what they cannot mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from .unit import Constant

Item = None | bool | int | float | str | tuple[int | float | bytes, ...]

DEPTH_MAX = 50  # of tuples in tuples

_TUPLE, _BIG, _COMPLEX, _SURROGATES, _BYTES = range(5)
_PLAIN = frozenset((type(None), bool, float))


def pack(constants: Sequence[Constant]) -> tuple[Item, ...]:
    """Return the items of `constants`. Raises `ValueError` for a value that is no constant."""
    items: list[Item] = []
    for constant in constants:
        _pack(constant, items, 0)
    return tuple(items)


def unpack(items: Sequence[Item]) -> tuple[Constant, ...]:
    """Return the constants that `items` stand for; the inverse of `pack`."""
    source = iter(items)
    return tuple(_unpack(item, source, 0) for item in source)


def _pack(value: Constant, items: list[Item], depth: int) -> None:
    kind = type(value)
    if kind in _PLAIN:
        items.append(cast(Item, value))
    elif kind is int:
        items.append(_pack_int(cast(int, value)))
    elif kind is str:
        text = cast(str, value)
        items.append(text if _has_utf8(text) else (_SURROGATES, text.encode("utf-8", "surrogatepass")))
    elif kind is bytes:
        items.append((_BYTES, cast(bytes, value)))
    elif kind is complex:
        number = cast(complex, value)
        items.append((_COMPLEX, number.real, number.imag))
    elif kind is tuple:
        if depth == DEPTH_MAX:
            raise ValueError(f"a constant nests tuples deeper than {DEPTH_MAX}")
        members = cast(tuple[Any, ...], value)
        items.append((_TUPLE, len(members)))
        for member in members:
            _pack(member, items, depth + 1)
    else:
        raise ValueError(f"a constant is a {kind.__name__}; it must be None, a bool, number, str, bytes or tuple")


def _pack_int(value: int) -> Item:
    if -(1 << 63) <= value < 1 << 64:
        return value
    return (_BIG, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unpack(item: Item, source: Iterator[Item], depth: int) -> Constant:
    if type(item) is not tuple:
        return item
    match item:
        case (0, int(count)) if depth < DEPTH_MAX:
            return tuple(_unpack(member, source, depth + 1) for member in _take(source, count))
        case (1, bytes(digits)):
            return int.from_bytes(digits, "big", signed=True)
        case (2, float(real), float(imaginary)):
            return complex(real, imaginary)
        case (3, bytes(text)):
            return text.decode("utf-8", "surrogatepass")
        case (4, bytes(data)):
            return data
        case (0, int()):
            raise ValueError(f"a constant nests tuples deeper than {DEPTH_MAX}")
        case _:
            raise ValueError(f"a constant has a form that there is none of: {item!r:.60}")


def _take(source: Iterator[Item], count: int) -> Iterator[Item]:
    for taken in range(count):
        try:
            yield next(source)
        except StopIteration:
            raise ValueError(f"a constant tuple of {count} has {taken} items") from None
