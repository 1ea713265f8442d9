"""Nodes of the wire that say all about their value; and the order in which a host's set is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta, timezone
from typing import Any

from waymark.stdlib.values.uuids import UUID

from . import wire_format as tag


def in_some_order(value: Iterable[Any]) -> list[Any]:
    """The elements of a host's set in an order that does not depend on the process."""
    try:
        return sorted(value)
    except TypeError:
        return sorted(value, key=lambda member: (type(member).__qualname__, repr(member)))


def clock_node(value: datetime | time, zone: Any) -> list[Any]:
    clock = [value.hour, value.minute, value.second, value.microsecond]
    if isinstance(value, datetime):
        return [tag.DATETIME, zone, value.fold, value.year, value.month, value.day, *clock]
    return [tag.TIME, zone, value.fold, *clock]


def leaf_node(value: Any) -> list[Any]:
    match value:
        case bytearray():
            return [tag.BYTEARRAY, bytes(value)]
        case timedelta():
            return [tag.TIMEDELTA, value.days, value.seconds, value.microseconds]
        case timezone():
            made: Any = value.__reduce__()[1]
            offset, *name = made
            return [tag.TIMEZONE, offset.days, offset.seconds, offset.microseconds, *name]
        case UUID():
            return [tag.UUID, value.bytes]
        case _:
            return [tag.DATE, value.toordinal()]
