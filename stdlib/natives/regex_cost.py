"""How many steps a regular expression may take over a text of n characters, read off its parsed form.

    \\d+-\\d+       after the digits no digit can follow: only one way to match them is ever of use
    \\w+\\d+x       each end of the first run is tried with each of the second: n * n
    (a+)+$        each way to cut the run into pieces is tried: no bound

It is a bound and no forecast: what is below `STEPS_MAX` is done at once, the rest where it can be ended (`apart.py`).
A part is known by its *ways* (in how many it can match from one place) and its *steps* (to try all of them). A part
that a next character tells apart from what follows has one way of use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

# The parser and the names of its operators, which are modules of their own and have no types.
_PARSER: Any = import_module("re._parser")
_CODES: Any = import_module("re._constants")

STEPS_MAX = 2e7
_ENDLESS = float("inf")

# What a character may be: one of the first 256, or one of four kinds of others.
_DIGITS, _WORDS, _SPACES, _OTHERS = (1 << (256 + kind) for kind in range(4))
_BEYOND = _DIGITS | _WORDS | _SPACES | _OTHERS
_ALL = (1 << 256) - 1 | _BEYOND


def _mask(test: Any) -> int:
    return sum(1 << code for code in range(256) if test(chr(code)))


def _ascii(test: Any) -> Any:
    return lambda char: char.isascii() and test(char)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


_CATEGORIES = {
    "DIGIT": (_mask(str.isdecimal) | _DIGITS, _mask(_ascii(str.isdecimal))),
    "SPACE": (_mask(str.isspace) | _SPACES, _mask(_ascii(str.isspace))),
    "WORD": (_mask(_is_word) | _WORDS | _DIGITS, _mask(_ascii(_is_word))),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """`first` are the characters that it may begin with, if it takes any; `nullable`: it may take none."""

    ways: float
    steps: float
    first: int
    nullable: bool
    size: float = 1.0  # steps for each character that it takes, on one way
    ahead: float = 1.0  # steps until it has looked at one character
    run: bool = False  # all its ways but the longest end where it could go on


_NOTHING = _Part(1, 0, 0, True, 0, 0)


class _Reader:
    """One expression over a text of `length` characters."""

    def __init__(self, length: int) -> None:
        self._length = length + 1.0

    def sequence(self, items: Iterable[Any], flags: int) -> _Part:
        rest = _NOTHING
        for code, argument in reversed(list(items)):
            rest = _then(self._item(str(code), argument, flags), rest)
        return rest

    def _item(self, code: str, argument: Any, flags: int) -> _Part:
        match code:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" | "RANGE" | "CATEGORY":
                return _Part(1, 1, _characters(code, argument, flags), False)
            case "AT":
                return _Part(1, 1, 0, True)
            case "BRANCH":
                return self._branches([self.sequence(each, flags) for each in argument[1]])
            case "SUBPATTERN":
                _, added, removed, items = argument
                return self.sequence(items, (flags | added) & ~removed)
            case "ATOMIC_GROUP":
                return _once(self.sequence(argument, flags))
            case "ASSERT" | "ASSERT_NOT":
                inner = self.sequence(argument[1], flags)
                return _Part(1, inner.steps + 1, 0, True, inner.steps, inner.steps + 1)
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(argument, flags)
            case "POSSESSIVE_REPEAT":
                return _once(self._repeat(argument, flags))
            case "GROUPREF":
                return _Part(1, self._length, _ALL, True, 1, self._length)
            case "GROUPREF_EXISTS":
                _, yes, no = argument
                return self._branches([self.sequence(yes, flags), self.sequence(no or (), flags)])
        return _Part(_ENDLESS, _ENDLESS, _ALL, True)

    def _branches(self, parts: list[_Part]) -> _Part:
        first, apart = 0, True
        for part in parts:
            apart &= not part.nullable and not first & part.first
            first |= part.first
        ways = [part.ways for part in parts]
        return _Part(
            max(ways) if apart else sum(ways),
            sum(part.steps for part in parts) + 1,
            first,
            any(part.nullable for part in parts),
            sum(part.size for part in parts) + 1,
            sum(part.ahead for part in parts) + 1,
        )

    def _repeat(self, argument: Any, flags: int) -> _Part:
        least, most, items = argument
        inner = self.sequence(items, flags)
        times = min(float(most), self._length)
        if most == 1:
            ways, run = inner.ways + (least == 0), inner.ways == 1 and not inner.nullable
            skipped = least == 0 or inner.nullable
            return _Part(ways, inner.steps + 1, inner.first, skipped, inner.size, inner.ahead, run)
        if inner.nullable:
            ways = _ENDLESS
        elif inner.ways == 1:
            ways = times - min(least, times) + 1
        else:
            ways = inner.ways**times if times * inner.ways < 2000 else _ENDLESS
        if ways == _ENDLESS:
            return _Part(_ENDLESS, _ENDLESS, inner.first, least == 0 or inner.nullable)
        steps = inner.size * min(self._length, times * inner.steps) + inner.steps
        if inner.ways > 1:
            steps = ways * (inner.steps + 1)
        return _Part(ways, steps, inner.first, least == 0, inner.size, inner.ahead, inner.ways == 1)


def _then(part: _Part, rest: _Part) -> _Part:
    """One after the other. What follows is tried at each end of the part that a next character does not refuse."""
    first = part.first | (rest.first if part.nullable else 0)
    nullable = part.nullable and rest.nullable
    size, ahead = part.size + rest.size, part.ahead + (rest.ahead if part.nullable else 0)
    if rest is _NOTHING:
        return part
    if part.run and not rest.nullable and not part.first & rest.first:
        steps = part.steps + part.ways * (rest.ahead + 1) + rest.steps
        return _Part(rest.ways, steps, first, nullable, size, ahead)
    return _Part(part.ways * rest.ways, part.steps + part.ways * rest.steps, first, nullable, size, ahead)


def _once(part: _Part) -> _Part:
    return _Part(1, part.steps, part.first, part.nullable, part.size, part.ahead)


def _characters(code: str, argument: Any, flags: int) -> int:
    """The characters that an item for one character may stand for; rather too many than too few."""
    match code:
        case "LITERAL":
            return _literal(argument, flags)
        case "RANGE":
            low, high = argument
            if high - low > 1024:
                return _ALL
            found = 0
            for each in range(low, high + 1):
                found |= _literal(each, flags)
            return found
        case "CATEGORY":
            kind = str(argument).removeprefix("CATEGORY_")
            beyond, plain = _CATEGORIES[kind.removeprefix("NOT_")]
            mask = plain if flags & (re.ASCII | re.LOCALE) else beyond
            return _ALL & ~mask if kind.startswith("NOT_") else mask
        case "IN":
            return _of_set(argument, flags)
    return _ALL  # ANY, NOT_LITERAL


def _of_set(items: Any, flags: int) -> int:
    found, without = 0, 0
    negated = str(items[0][0]) == "NEGATE"
    for code, argument in items[negated:]:
        mask = _characters(str(code), argument, flags)
        found |= mask
        # Of the many beyond the first 256, a category excludes a kind, and a single one none.
        whole = str(code) == "CATEGORY"
        without |= mask if whole else mask & ~_BEYOND
    return _ALL & ~without if negated else found


def _literal(code: int, flags: int) -> int:
    char = chr(code)
    if not flags & re.IGNORECASE:
        return _bit(char)
    found = _bit(char)
    for other in {*char.lower(), *char.upper(), *char.casefold()}:
        found |= _bit(other)
    return found | _WORDS if char.isalpha() else found


def _bit(char: str) -> int:
    if ord(char) < 256:
        return 1 << ord(char)
    if char.isdecimal():
        return _DIGITS
    return _SPACES if char.isspace() else _WORDS if _is_word(char) else _OTHERS


@lru_cache(512)
def _parsed(pattern: Any, flags: int) -> Any:
    return _PARSER.parse(pattern, flags)


def steps_max(pattern: Any, flags: int, length: int, everywhere: bool) -> float:
    """A bound of the steps over a text of this length; `everywhere`: the match may begin at any place."""
    return _steps(pattern, flags, 1 << length.bit_length(), everywhere)


@lru_cache(2048)
def _steps(pattern: Any, flags: int, length: int, everywhere: bool) -> float:
    parsed = _parsed(pattern, flags)
    part = _Reader(length).sequence(parsed, flags | parsed.state.flags)
    steps = part.steps + part.ways
    if not everywhere:
        return steps
    begins = bool(parsed) and str(parsed[0][1]) in _BEGINNINGS and not flags & re.MULTILINE
    return steps + length if begins else steps * (length + 1)


_BEGINNINGS = ("AT_BEGINNING", "AT_BEGINNING_STRING")
