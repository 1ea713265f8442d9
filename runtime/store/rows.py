"""Structs to arrays for the commit, and rows to structs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg

from ..model import Batch, CallRow, InboxEntry, RunRef, Sent, Status, StoredRun, in_order
from .rules import ERROR_CHARS_MAX, REASON_CHARS_MAX, STATUS_CHARS_MAX, printable


def arrays_of(batch: Batch) -> list[Any]:
    """The arguments of commit_v2: columns, sorted by key so that two commits never lock in opposite order."""
    runs = sorted(batch.runs, key=lambda write: in_order(write.ref))
    puts = [(w.ref.part, w.ref.run, page, body) for w in runs for page, body in sorted(w.put.items())]
    drops = [(w.ref.part, w.ref.run, page) for w in runs for page in sorted(w.drop)]
    writes = [
        (
            w.ref.part,
            w.ref.run,
            w.expected,
            w.status,
            w.root,
            w.wake_at,
            w.outcome,
            w.reason and printable(w.reason, REASON_CHARS_MAX),
            w.error_type and printable(w.error_type, ERROR_CHARS_MAX),
            w.error_text and printable(w.error_text, ERROR_CHARS_MAX),
        )
        for w in runs
    ]
    calls = [
        (
            c.ref.part,
            c.ref.run,
            c.call,
            c.attempt,
            c.ok,
            c.started_at,
            c.finished_at,
            printable(c.action, REASON_CHARS_MAX),
            c.arguments,
            c.outcome,
        )
        for c in sorted(batch.calls, key=lambda row: (in_order(row.ref), row.call))
    ]
    return [
        batch.engine,
        *_columns(sorted(batch.fence.items()), 2),
        *_columns(writes, 10),
        *_columns(puts, 4),
        *_columns(drops, 3),
        *_columns(sorted(batch.consumed), 2),
        *_columns(calls, 10),
        [w.status_text and printable(w.status_text, STATUS_CHARS_MAX) for w in runs],
        *_columns(map(_sent_row, batch.sent), 14),
    ]


def _sent_row(sent: Sent) -> tuple[Any, ...]:
    start = sent.start
    who = (sent.ref.part, sent.ref.run, sent.to.part, sent.to.run, int(sent.kind), sent.body, sent.joined)
    if start is None:
        return (*who, None, None, None, None, None, None, None)
    return (*who, start.workflow, start.key, start.unit, start.arguments, start.seed, start.priority, start.request)


def _columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]


def plain_uuid(value: UUID) -> UUID:
    """The driver has a class of its own, which compares but does not print alike."""
    return UUID(int=value.int)


def run_ref(row: asyncpg.Record) -> RunRef:
    return RunRef(row["part"], plain_uuid(row["run"]))


def stored_run(row: asyncpg.Record) -> StoredRun:
    return StoredRun(
        ref=run_ref(row),
        workflow=row["workflow"],
        key=row["key"],
        unit=row["unit"],
        arguments=row["arguments"],
        seed=row["seed"],
        status=Status(row["status"]),
        revision=row["revision"],
        root=row["root"],
        wake_at=row["wake_at"],
        outcome=row["outcome"],
        reason=row["reason"],
        priority=row["priority"],
        start_at=row["start_at"],
        deadline_at=row["deadline_at"],
    )


def inbox_entry(row: asyncpg.Record) -> InboxEntry:
    return InboxEntry(row["part"], row["seq"], plain_uuid(row["run"]), row["kind"], row["body"])


def call_row(row: asyncpg.Record) -> CallRow:
    return CallRow(
        ref=run_ref(row),
        call=row["call"],
        action=row["action"],
        attempt=row["attempt"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        ok=row["ok"],
        arguments=row["arguments"],
        outcome=row["outcome"],
    )
