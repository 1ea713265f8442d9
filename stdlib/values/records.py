"""Tuples with names that functions of the library give: `date.isocalendar()`, `moment.timetuple()` ...

They are the host's own classes. A program that makes one gives the items, as with any other tuple.
"""

from __future__ import annotations

import statistics
import time as clock
from collections.abc import Callable
from datetime import date
from typing import Any

from .forms import Form

struct_time: Any = clock.struct_time
IsoCalendarDate: Any = type(date(1970, 1, 1).isocalendar())
LinearRegression: Any = statistics.LinearRegression


def _time_parts(value: Any) -> list[Any]:
    return [*value, value.tm_zone, value.tm_gmtoff] if value.tm_zone is not None else list(value)


def _time_of(parts: list[Any]) -> Any:
    """Its last two parts are not among its items."""
    if len(parts) == 9:
        return struct_time(parts)
    return struct_time(parts[:9], dict(zip(("tm_zone", "tm_gmtoff"), parts[9:], strict=True)))


def _iso_of(parts: list[Any]) -> Any:
    year, week, day = parts
    return date.fromisocalendar(year, week, day).isocalendar()


def _of_items(kind: Any) -> Callable[[list[Any]], Any]:
    return lambda parts: kind(*parts)


FORMS = (
    Form("time.struct_time", struct_time, _time_parts, _time_of),
    Form("datetime.IsoCalendarDate", IsoCalendarDate, list, _iso_of),
    Form("statistics.LinearRegression", LinearRegression, list, _of_items(LinearRegression)),
)

__all__ = ["FORMS", "IsoCalendarDate", "LinearRegression", "clock", "struct_time"]
