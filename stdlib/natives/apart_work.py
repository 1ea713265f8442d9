"""The work that may have to be ended (`apart.py`), by name. It is loaded by its path, too, and so imports little."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib import import_module
from typing import Any


@lru_cache(256)
def _compiled(pattern: Any, flags: int) -> re.Pattern[Any]:
    return re.compile(pattern, flags)


def found(pattern: re.Pattern[Any], how: str, text: Any, start: int, end: int, count: int) -> Any:
    """What `how` finds: one match as (spans, last group), or for "all" a list of them, at most `count` if not 0."""
    if how != "all":
        match = getattr(pattern, how)(text, start, end)
        return None if match is None else (match.regs, match.lastindex)
    rows = []
    for match in pattern.finditer(text, start, end):
        rows.append((match.regs, match.lastindex))
        if len(rows) == count:
            break
    return rows


def _match(pattern: Any, flags: int, how: str, text: Any, start: int, end: int, count: int) -> Any:
    return found(_compiled(pattern, flags), how, text, start, end, count)


def _matcher(a: Any, b: Any, junk: list[Any], autojunk: bool) -> Any:
    return import_module("difflib").SequenceMatcher(junk.__contains__ if junk else None, a, b, autojunk)


def _longest(a: Any, b: Any, junk: list[Any], autojunk: bool, *places: Any) -> Any:
    return tuple(_matcher(a, b, junk, autojunk).find_longest_match(*places))


def _blocks(a: Any, b: Any, junk: list[Any], autojunk: bool) -> Any:
    return [tuple(each) for each in _matcher(a, b, junk, autojunk).get_matching_blocks()]


def _compared(a: Any, b: Any, linejunk: str, charjunk: str) -> Any:
    difflib = import_module("difflib")
    functions = [getattr(difflib, each) if each else None for each in (linejunk, charjunk)]
    return list(difflib.Differ(*functions).compare(a, b))


def _lines(name: str) -> Any:
    return lambda *arguments: list(getattr(import_module("difflib"), name)(*arguments))


WORK = {
    "match": _match,
    "pbkdf2_hmac": hashlib.pbkdf2_hmac,
    "longest": _longest,
    "blocks": _blocks,
    "compared": _compared,
    "unified_diff": _lines("unified_diff"),
    "context_diff": _lines("context_diff"),
    "close": _lines("get_close_matches"),
}
