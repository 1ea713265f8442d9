"""Small natives for the protocol (`stdlib/prelude/core/`): what its errors say, and steps that only C can take."""

from __future__ import annotations

import operator
from typing import Any

from .model import Native


def class_name_of(value: Any) -> str:
    """The class of a value as CPython's messages name it."""
    return type(value).__name__


def list_sort(items: list[Any], keys: list[Any], reverse: int) -> None:
    """`items.sort(key=...)` with the keys made already: the same comparisons, and the same order if one fails."""
    made = iter(keys)
    items.sort(key=lambda _: next(made), reverse=bool(reverse))


def natives() -> list[Native]:
    return [
        Native("class_name_of/1", class_name_of),
        Native("sequence_concat/1", operator.concat),
        Native("sequence_repeat/1", operator.mul),
        Native("list_sort/1", list_sort, mutates=(0,)),
    ]
