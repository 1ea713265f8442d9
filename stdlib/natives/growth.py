"""Operators whose result could be larger than a run may make: `*`, `**`, `<<`, and `+` of texts and lists.

What is small passes by a comparison or two; the rest is measured, and paid for (`amounts.py`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

from ..limits import LEAST
from . import exact
from .amounts import INDEX_MAX, check_bits, check_made

SHIFT_MAX = 30 << 61  # more digits than that, CPython says, are too many
GROWING: frozenset[type] = frozenset((str, bytes, bytearray, list, tuple, array))  # `+` and `*` make larger ones
_PLACE_BYTES = 8  # of an item of a list
_EXPONENT_PLAIN = 64
_PLAIN = 1 << (LEAST["int_bits"] >> 1)  # two of these, multiplied, are below any limit


def _kind(value: Any) -> Any:
    """The builtin type that the value is of, or of a subclass of; None for any other."""
    kind = type(value)
    if kind in GROWING or kind is int:
        return kind
    return next((base for base in (int, *GROWING) if issubclass(kind, base)), None)


def _bytes_of(kind: Any, items: Any) -> int:
    if kind is str:
        return str.__len__(items) * (1 if str.isascii(items) else 4)
    if kind is array:
        return int(len(items) * items.itemsize)
    return int(kind.__len__(items)) * (_PLACE_BYTES if kind in (list, tuple) else 1)


def _check_repeated(items: Any, times: Any) -> None:
    if isinstance(times, int) and 1 < (number := int.__index__(times)) <= INDEX_MAX:
        check_made(_bytes_of(_kind(items), items) * number)


def check_sum(left: Any, right: Any) -> None:
    """Before `left + right`, of which the left one is a text, a list and so on."""
    kind, other = type(left), type(right)
    if kind in GROWING and other in GROWING and len(left) + len(right) > LEAST["value_bytes"] >> 3:
        check_made(_bytes_of(kind, left) + _bytes_of(other, right))


def check_product(left: Any, right: Any) -> None:
    kind = _kind(left)
    if kind is int:
        if isinstance(right, int):
            check_bits(int.bit_length(left) + int.bit_length(right))
        elif _kind(right) in GROWING:
            _check_repeated(right, left)
    elif kind is not None:
        _check_repeated(left, right)


def multiply(left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is not float and not (kind is type(right) is int and -_PLAIN < left < _PLAIN):  # the common cases first
        check_product(left, right)
    return left * right


def multiply_in_place(left: Any, right: Any) -> Any:
    check_product(left, right)
    left *= right
    return left


def power(left: Any, right: Any) -> Any:
    check_power(left, right)
    return left**right


def power_in_place(left: Any, right: Any) -> Any:
    check_power(left, right)
    left **= right
    return left


def check_power(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        base, exponent = int.__index__(left), int.__index__(right)  # of a subclass, the plain numbers
        if exponent > 1 and base not in (0, 1, -1):
            check_bits((base.bit_length() - 1) * exponent)
    elif type(left) is not float:
        exact.check_power(left, right)


def shift_left(left: Any, right: Any) -> Any:
    check_shift(left, right)
    return left << right


def shift_left_in_place(left: Any, right: Any) -> Any:
    check_shift(left, right)
    left <<= right
    return left


def check_shift(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        number, places = int.__index__(left), int.__index__(right)
        if _EXPONENT_PLAIN < places <= SHIFT_MAX and number:
            check_bits(number.bit_length() + places)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {"*": multiply, "**": power, "<<": shift_left}
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "*": multiply_in_place,
    "**": power_in_place,
    "<<": shift_left_in_place,
}
