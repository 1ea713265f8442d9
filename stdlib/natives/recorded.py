"""`waymark.now()`, `waymark.uuid4()`, `waymark.random()`: of the run, so the same for whoever goes on with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..values.uuids import UUID
from .model import Native
from .services import services

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """When the slice began. It never goes back."""
    return EPOCH + timedelta(microseconds=services.get().now())


def uuid4() -> UUID:
    return UUID(bytes=services.get().draw()[:16], version=4)


def random() -> float:
    """At least 0.0, below 1.0."""
    return (int.from_bytes(services.get().draw()[:7], "big") >> 3) / (1 << 53)


def seconds_until(when: datetime) -> float:
    """The instant that `waymark.sleep_until` is given, in seconds since the epoch."""
    if not isinstance(when, datetime):
        raise TypeError(f"a workflow sleeps until a datetime, and this is of type {type(when).__name__}")
    if when.utcoffset() is None:
        raise ValueError("a workflow sleeps until a datetime with a time zone, such as `waymark.now()` has")
    return (when - EPOCH).total_seconds()


def natives() -> list[Native]:
    return [
        Native("waymark.now/1", now),
        Native("waymark.uuid4/1", uuid4),
        Native("waymark.random/1", random),
        Native("sleep_until/1", seconds_until),
    ]
