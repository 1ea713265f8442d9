"""What `start()` takes beside the arguments of `run()`: checked here, before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from .exceptions import BadId, BadOption

OnConflict = Literal["return", "reject", "replace"]
Seconds = timedelta | float  # an int, too

PRIORITY_MAX = 2**31 - 1
US_MAX = 10_000 * 366 * 86_400 * 1_000_000  # later than any date
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class StartOptions:
    """Of one start, or of many: all in the units of the store."""

    priority: int = 0
    delay_us: int | None = None
    at: int | None = None
    timeout_us: int | None = None
    tags: tuple[str, ...] = ()
    on_conflict: OnConflict = "return"


def options_of(
    *,
    priority: Any = None,
    delay: Any = None,
    at: Any = None,
    timeout: Any = None,
    tags: Any = (),
    on_conflict: Any = "return",
) -> StartOptions:
    """Raises BadOption, which names the option, what it takes and what it was given."""
    if delay is not None and at is not None:
        raise BadOption("give delay= or at=, and not both: each says when the run may begin")
    if on_conflict not in get_args(OnConflict):
        raise BadOption(f'on_conflict= is "return" (the run that is there), "reject" or "replace", not {on_conflict!r}')
    return StartOptions(
        priority=_priority(priority),
        delay_us=None if delay is None else microseconds("delay", delay),
        at=None if at is None else _instant(at),
        timeout_us=None if timeout is None else microseconds("timeout", timeout, least=1),
        tags=_tags(tags),
        on_conflict=on_conflict,
    )


def checked_id(key: Any) -> str | None:
    if key is not None and not (isinstance(key, str) and key):
        raise BadId(f"the id of a run is a text that is not empty, such as 'order-7', and not {key!r}")
    return key


def microseconds(name: str, value: Any, least: int = 0) -> int:
    """A timedelta, or seconds."""
    if isinstance(value, bool) or not isinstance(value, timedelta | int | float):
        raise BadOption(f"{name}= is a timedelta or a number of seconds, not {_shown(value)}")
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if not math.isfinite(seconds) or not least <= seconds * 1_000_000 <= US_MAX:
        raise BadOption(f"{name}= is a time that {'passes' if least else 'is not negative'}, not {_shown(value)}")
    return round(seconds * 1_000_000)


def _priority(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > PRIORITY_MAX:
        raise BadOption(f"priority= is a whole number, of 32 bits at most; higher goes first. Not {_shown(value)}")
    return value


def _instant(at: Any) -> int:
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise BadOption(f"at= is a datetime with a time zone, such as waymark.now() has, not {_shown(at)}")
    return (at - _EPOCH) // timedelta(microseconds=1)


def _tags(tags: Any) -> tuple[str, ...]:
    if isinstance(tags, str | bytes) or not isinstance(tags, Iterable):
        raise BadOption(f'tags= is a list of texts, such as ["mail"], not {_shown(tags)}')
    listed = tuple(tags)
    for tag in listed:
        if not isinstance(tag, str) or not tag:
            raise BadOption(f"a tag is a text that is not empty, not {_shown(tag)}")
    return tuple(dict.fromkeys(listed))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
