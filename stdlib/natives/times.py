"""`datetime` and `uuid`: values and arithmetic. What reads the machine's clock or its own time zone is not here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from ..values.uuids import UUID
from .model import Native
from .services import Refusal


def moved_to_zone(*args: Any, **kwargs: Any) -> Any:
    """`moment.astimezone(zone)`."""
    if args and isinstance(args[0], datetime) and len(args) + len(kwargs) < 2:
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


def natives() -> list[Native]:
    kinds: tuple[type, ...] = (date, datetime, time, timedelta, timezone)
    return [
        *(Native(f"datetime.{kind.__name__}/1", kind) for kind in kinds),
        Native("datetime.timezone.utc/1", UTC),
        Native("uuid.UUID/1", UUID),
    ]
