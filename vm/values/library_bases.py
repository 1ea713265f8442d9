"""Types of the library that a class of the program may extend: what an instance holds of them, and how it is made.

class Money(Decimal)    the number
class Zone(tzinfo)      nothing: all is the program's
class Moment(datetime)  the fields, and the zone, which may be any object
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from waymark.stdlib.values.library import FORMS

_CLOCK = ("hour", "minute", "second", "microsecond")


def _clock(base: Any, value: Any) -> list[Any]:
    return [getattr(base, name).__get__(value) for name in _CLOCK]


def _day(value: Any) -> list[Any]:
    return [getattr(date, name).__get__(value) for name in ("year", "month", "day")]


def _time_parts(value: Any) -> list[Any]:
    return [time.tzinfo.__get__(value), time.fold.__get__(value), *_clock(time, value)]


def _datetime_parts(value: Any) -> list[Any]:
    zone, fold = datetime.tzinfo.__get__(value), datetime.fold.__get__(value)
    return [zone, fold, *_day(value), *_clock(datetime, value)]


def _timed(base: Any) -> Callable[[Any, list[Any]], Any]:
    def make(kind: Any, parts: list[Any]) -> Any:
        zone, fold, *numbers = parts
        return base.__new__(kind, *_whole(numbers), zone, fold=fold)

    return make


def _whole(parts: list[Any]) -> list[Any]:
    if any(type(part) is not int for part in parts):
        raise ValueError("a time is made of ints")
    return parts


def _span(value: Any) -> list[Any]:
    return [getattr(timedelta, name).__get__(value) for name in ("days", "seconds", "microseconds")]


def _number(value: Any) -> list[Any]:
    return FORMS[Decimal].take(Decimal(value))


def _bare(kind: Any, parts: list[Any]) -> Any:
    if parts:
        raise ValueError("a time zone of the program holds nothing of its base")
    return tzinfo.__new__(kind)


# By type: the contents, and an instance of a class that extends it.
LIBRARY_BASES: dict[type, tuple[Callable[[Any], list[Any]], Callable[[Any, list[Any]], Any]]] = {
    Decimal: (_number, lambda kind, parts: Decimal.__new__(kind, FORMS[Decimal].make(parts))),
    datetime: (_datetime_parts, _timed(datetime)),
    date: (_day, lambda kind, parts: date.__new__(kind, *_whole(parts))),
    time: (_time_parts, _timed(time)),
    timedelta: (_span, lambda kind, parts: timedelta.__new__(kind, *_whole(parts))),
    tzinfo: (lambda value: [], _bare),
}
