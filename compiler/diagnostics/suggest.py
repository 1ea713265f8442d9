"""Did you mean: the nearest known name to one that nobody defined."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name of `known` that reads most like `name`, or None when none is close. Ties have an order."""
    candidates = sorted({other for other in known if other != name})
    by_case = [other for other in candidates if other.lower() == name.lower()]
    if by_case:
        return by_case[0]
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.65)
    return close[0] if close else None


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(names: Iterable[str]) -> str:
    """`a`, `a` and `b`, `a`, `b` and `c`."""
    shown = [f"`{name}`" for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
