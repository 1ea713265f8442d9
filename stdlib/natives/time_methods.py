"""The gate's tables for `datetime`, `zoneinfo` and `uuid` (`methods.py` merges them)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from ..values.calendars import Names
from ..values.uuids import SafeUUID
from . import times

_ZONE = "dst fromutc tzname utcoffset"
_DATE = (
    "ctime fromisocalendar fromisoformat fromordinal isocalendar isoformat isoweekday replace strftime timetuple "
    "toordinal weekday"
)
READS: dict[type, str] = {
    datetime: f"{_DATE} astimezone combine date dst fromtimestamp strptime time timestamp timetz tzname "
    "utcfromtimestamp utcoffset utctimetuple",
    date: _DATE,
    time: "dst fromisoformat isoformat replace strftime tzname utcoffset",
    timedelta: "total_seconds",
    timezone: _ZONE,
    tzinfo: _ZONE,
    ZoneInfo: f"{_ZONE} no_cache",
    SafeUUID: "",
    Names: "",
}
WRITES: dict[type, str] = {}
_LIMITS = "min max resolution"
DATA: dict[type, str] = {
    datetime: f"year month day hour minute second microsecond tzinfo fold {_LIMITS}",
    date: f"year month day {_LIMITS}",
    time: f"hour minute second microsecond tzinfo fold {_LIMITS}",
    timedelta: f"days seconds microseconds {_LIMITS}",
    timezone: "utc min max",
    ZoneInfo: "key",
    SafeUUID: "name value",
}
CLASS_ATTRIBUTES: dict[type, frozenset[str]] = {
    **dict.fromkeys((datetime, date, time, timedelta), frozenset(_LIMITS.split())),
    timezone: frozenset(("utc", "min", "max")),
}
# Methods that are not the host's own: called with the object, or for a class method the class, in front.
INSTEAD: dict[type, dict[str, Callable[..., Any]]] = {
    datetime: {
        "astimezone": times.moved_to_zone,
        "timestamp": times.timestamp,
        "fromtimestamp": times.class_method(datetime, "fromtimestamp"),
        "strptime": times.class_method(datetime, "strptime"),
        "strftime": times.formatter(datetime, "strftime"),
        "__format__": times.formatter(datetime, "__format__"),
    },
    date: {
        "strftime": times.formatter(date, "strftime"),
        "__format__": times.formatter(date, "__format__"),
    },
    time: {
        "strftime": times.formatter(time, "strftime"),
        "__format__": times.formatter(time, "__format__"),
    },
    ZoneInfo: {"no_cache": times.fresh_zone},
}
