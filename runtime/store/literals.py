"""Arrays as Postgres writes them: the driver asks two abstract classes about each element of an array that it makes,
and that costs a commit ten times what joining a text does. The statement casts them.

Only what needs no quoting, or was quoted: numbers, ids, words of ours. Bytes and people's texts go by the driver.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

NULL = "NULL"

Value = TypeVar("Value")


def of_ints(values: Iterable[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def of_some_ints(values: Sequence[int | None]) -> str:
    """Empty, if there is none at all: `unnest` makes up for what is missing of a column."""
    if values.count(None) == len(values):
        return "{}"
    return f"{{{','.join([NULL if value is None else str(value) for value in values])}}}"


def of_bools(values: Iterable[bool]) -> str:
    return f"{{{','.join(['t' if value else 'f' for value in values])}}}"


def of_ids(values: Iterable[UUID]) -> str:
    return f"{{{b''.join([value.int.to_bytes(16, 'big') for value in values]).hex(',', 16)}}}"


def of_words(values: Iterable[str]) -> str:
    """Each without anything that an array gives a meaning."""
    return f"{{{','.join(values)}}}"


def of_names(values: Iterable[str]) -> str:
    """Texts of which few are different."""
    return f"{{{','.join(map(_quoted, values))}}}"


def some(values: list[Value | None]) -> list[Value | None]:
    """A column, for the driver; empty, if there is nothing in it at all."""
    return [] if values.count(None) == len(values) else values


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
