"""What happened to a run, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from waymark.runtime.people import HistoryRow
from waymark.vm.surface import Raised
from waymark.vm.wire import BadValue, decode_outcome

if TYPE_CHECKING:
    from waymark.vm.standing import OpenCall

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    """One thing that happened. `kind`: call, attempt (one that another followed), log, message, cancel, pause ...

    Of a call, `name` is the action, `value` what it returned, `error` what it raised instead. Of a log, `name` is the
    level and `text` what was said; of what a person did, `name` is who and `text` the topic or the reason.
    """

    at: datetime
    kind: str
    name: str
    text: str = ""
    attempt: int = 0
    took: timedelta | None = None
    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True)
class Progress:
    """How far a run is. `calls_open` are those that it waits for; `text` is what it says by `self.set_status`."""

    status: str
    text: str | None
    calls_done: int
    calls_open: Sequence[OpenCall]


def datetime_of(instant: int) -> datetime:
    """An instant of the database's clock, in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def events_of(rows: Sequence[HistoryRow]) -> list[Event]:
    return [_event(row) for row in rows]


def _event(row: HistoryRow) -> Event:
    value, error = _came_to(row)
    took = None if row.until is None else timedelta(microseconds=row.until - row.at)
    text = row.text or ""
    if row.kind == "log" and row.body is not None:
        text = row.body.decode("utf-8", "replace")
    return Event(datetime_of(row.at), row.kind, row.name, text, row.attempt, took, value, error)


def _came_to(row: HistoryRow) -> tuple[Any, BaseException | None]:
    """Of a call. Classes of the project are not imported for it: their objects come as records."""
    if row.kind != "call" or row.body is None:
        return None, None
    try:
        outcome = decode_outcome(row.body, inside=True)
    except BadValue as unreadable:
        return None, unreadable
    return (None, outcome.error) if isinstance(outcome, Raised) else (outcome.value, None)
