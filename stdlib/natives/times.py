"""`datetime`, `zoneinfo` and the pure part of `time`. What reads the machine's clock or its own zone is not here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..values import zones
from ..values.calendars import NAMES
from ..values.records import clock, struct_time
from .model import Native
from .services import Refusal
from .specs import check_directives

import_module("_strptime")  # or `strptime` would import it in the middle of a run
_KNOWN_EVERYWHERE = frozenset(("utc", "gmt"))


def moved_to_zone(*args: Any, **kwargs: Any) -> Any:
    """`moment.astimezone(zone)`."""
    zone = kwargs.get("tz", args[1] if len(args) > 1 else None)
    if args and isinstance(args[0], datetime) and zone is None and len(args) + len(kwargs) < 3:
        raise Refusal("`astimezone()` without a zone asks the machine for its own, which is another one elsewhere")
    if args and isinstance(args[0], datetime):
        _check_aware(args[0], "astimezone")
    return datetime.astimezone(*args, **kwargs)


def timestamp(*args: Any, **kwargs: Any) -> float:
    """`moment.timestamp()`."""
    if args and isinstance(args[0], datetime):
        _check_aware(args[0], "timestamp")
    return datetime.timestamp(*args, **kwargs)


def _check_aware(moment: datetime, method: str) -> None:
    if moment.tzinfo is None:
        raise Refusal(
            f"`{method}()` of a datetime without a zone asks the machine for its own, which is another one elsewhere: "
            "give it one, as `replace(tzinfo=timezone.utc)` does"
        )


def check_timestamp(*args: Any, **kwargs: Any) -> None:
    """Before `datetime.fromtimestamp(seconds, zone)`."""
    if len(args) + len(kwargs) in (1, 2) and kwargs.get("tz", args[1] if len(args) > 1 else None) is None:
        raise Refusal(
            "`fromtimestamp()` without a zone asks the machine for its own, which is another one elsewhere: give it "
            "one, as `fromtimestamp(seconds, timezone.utc)` does"
        )


def check_parsing(*args: Any, **kwargs: Any) -> None:
    """Before `strptime(text, format)`: for `%Z` it knows UTC, GMT and the names of the machine's own zone."""
    named = len(args) == 2 and isinstance(args[1], str) and "%Z" in args[1]
    if named and not _KNOWN_EVERYWHERE.issuperset(map(str.lower, clock.tzname)):
        raise Refusal(f"`%Z` of strptime depends on the machine's own zone, which is {clock.tzname[0]} here")


# Class methods, asked before they are called.
CLASS_CHECKS: dict[tuple[type, str], Callable[..., None]] = {
    (datetime, "fromtimestamp"): check_timestamp,
    (datetime, "strptime"): check_parsing,
}


def class_method(kind: type, name: str) -> Callable[..., Any]:
    """A class method behind its check. Found through an instance, it gets that in front."""
    check = CLASS_CHECKS[kind, name]
    method = getattr(kind, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        given = args[1:] if args and isinstance(args[0], kind) else args
        check(*given, **kwargs)
        return method(*given, **kwargs)

    call.__name__, call.__qualname__ = name, f"{kind.__name__}.{name}"
    return call


def formatter(kind: type, name: str) -> Callable[..., Any]:
    """`moment.strftime(text)`."""
    method = getattr(kind, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        for text in (*args[1:2], *kwargs.values()):
            if isinstance(text, str):
                check_directives(text)
        return method(*args, **kwargs)

    call.__name__, call.__qualname__ = name, f"{kind.__name__}.{name}"
    return call


def find_zone(*args: Any, **kwargs: Any) -> ZoneInfo:
    """`ZoneInfo(key)`."""
    if len(args) + len(kwargs) != 1 or not (args or "key" in kwargs):
        return ZoneInfo(*args, **kwargs)
    return zones.zone(args[0] if args else kwargs["key"])


def fresh_zone(*args: Any, **kwargs: Any) -> ZoneInfo:
    """`ZoneInfo.no_cache(key)`; found through a zone, it gets that in front."""
    given = args[1:] if args and isinstance(args[0], ZoneInfo) else args
    if len(given) + len(kwargs) != 1 or not (given or "key" in kwargs):
        return ZoneInfo.no_cache(*given, **kwargs)
    key = given[0] if given else kwargs["key"]
    return zones.fresh_zone(key) if type(key) is str else ZoneInfo.no_cache(key)


def gmtime(*args: Any, **kwargs: Any) -> Any:
    """`time.gmtime(seconds)`."""
    _check_given(args, 1, "gmtime")
    return clock.gmtime(*args, **kwargs)


def asctime(*args: Any, **kwargs: Any) -> str:
    """`time.asctime(moment)`."""
    _check_given(args, 1, "asctime")
    return clock.asctime(*args, **kwargs)


def strftime(*args: Any, **kwargs: Any) -> str:
    """`time.strftime(text, moment)`."""
    _check_given(args, 2, "strftime")
    if isinstance(args[0], str):
        check_directives(args[0])
    return clock.strftime(*args, **kwargs)


def strptime(*args: Any, **kwargs: Any) -> Any:
    """`time.strptime(text, format)`."""
    check_parsing(*args, **kwargs)
    return clock.strptime(*args, **kwargs)


def _check_given(args: tuple[Any, ...], count: int, name: str) -> None:
    if len(args) < count or (name == "gmtime" and args[0] is None):
        raise Refusal(
            f"`time.{name}()` without a moment reads the machine's clock, which says something else when the run goes "
            "on: give it one, as `waymark.now().timetuple()` is"
        )


def natives() -> list[Native]:
    kinds: tuple[type, ...] = (date, datetime, time, timedelta, timezone, tzinfo)
    return [
        *(Native(f"datetime.{kind.__name__}/1", kind) for kind in kinds),
        Native("datetime.timezone.utc/1", UTC),
        Native("zoneinfo.ZoneInfo/1", ZoneInfo, make=find_zone, note="zones are those of the tzdata package"),
        Native("zoneinfo.ZoneInfoNotFoundError/1", ZoneInfoNotFoundError),
        Native("time.struct_time/1", struct_time),
        *(Native(f"calendar.{name}/1", names) for name, names in NAMES.items()),
        *(Native(f"time.{call.__name__}/1", call) for call in (gmtime, asctime, strftime, strptime)),
    ]
