"""Small natives for the protocol (`stdlib/prelude/core/`): what its errors say, and steps that only C can take."""

from __future__ import annotations

import operator
from array import array
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ..values.decimals import Context
from ..values.records import IsoCalendarDate, struct_time
from .model import Native

_IN_FULL: frozenset[type] = frozenset(
    (Decimal, Context, date, datetime, time, timedelta, timezone, tzinfo, ZoneInfo, struct_time, IsoCalendarDate, array)
)


def class_name_of(value: Any) -> str:
    """The class of a value as CPython's messages name it: one of C's outside of `builtins` in full."""
    kind = type(value)
    return f"{kind.__module__}.{kind.__name__}" if kind in _IN_FULL else kind.__name__


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
