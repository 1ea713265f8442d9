"""How a value of the library is written: its persisted name, what it is made of, and how it is made again.

    Form("fractions.Fraction", Fraction, lambda value: [value.numerator, value.denominator], fraction_of)

The parts are values themselves. A snapshot writes all such values under one tag, and so does the wire; `make` raises
`ValueError`, `TypeError` or another `ArithmeticError` for parts that no value has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PIECE = 4000  # a longer text would have a page of its own, which no other object may name


@dataclass(frozen=True, slots=True)
class Form:
    name: str  # persisted
    kind: type
    take: Callable[[Any], list[Any]]
    make: Callable[[list[Any]], Any]
    changes: bool = False  # the program can change the value: it is part of one run, and hangs on no static class
    travels: bool = True  # it may leave its process: in arguments, results and messages


def pieces(text: str) -> list[Any]:
    """A text as parts of which none is too long."""
    if len(text) <= PIECE:
        return [text]
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def joined(parts: list[Any]) -> str:
    if not all(type(part) is str for part in parts):
        raise ValueError("a text is made of something else")
    return "".join(parts)


def checked(parts: list[Any], *kinds: Any) -> list[Any]:
    """The parts, if they are of these types. A type may be a tuple of them."""
    if len(parts) != len(kinds):
        raise ValueError(f"{len(parts)} parts, and {len(kinds)} were expected")
    for part, kind in zip(parts, kinds, strict=True):
        if type(part) not in (kind if isinstance(kind, tuple) else (kind,)):
            raise ValueError(f"a part is a {type(part).__name__}")
    return parts
