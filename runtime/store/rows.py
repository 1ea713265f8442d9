"""Structs to arrays for the commit, and rows to structs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from ..model import PARTITIONS, Batch, CallRow, EndedRun, InboxEntry, Part, RunRef, Sent, Status, StoredRun, in_order
from .literals import of_bools, of_ids, of_ints, of_names, of_some_ints, of_words, some
from .rules import ERROR_CHARS_MAX, REASON_CHARS_MAX, STATUS_CHARS_MAX, printable


def arrays_of(batch: Batch) -> list[Any]:
    """The arguments of commit_v2: columns, sorted by key so that two commits never lock in opposite order."""
    runs = sorted(batch.runs, key=lambda write: in_order(write.ref))
    puts = [(w.ref, page, body) for w in runs if w.put for page, body in sorted(w.put.items())]
    drops = [(w.ref, page) for w in runs if w.drop for page in sorted(w.drop)]
    calls = sorted(batch.calls, key=lambda row: (in_order(row.ref), row.call))
    parts = sorted(batch.fence)
    return [
        batch.engine,
        of_ints(parts),
        of_ints([batch.fence[part] for part in parts]),
        *_of_refs([w.ref for w in runs]),
        of_ints([w.expected for w in runs]),
        of_words([w.status for w in runs]),
        [w.root for w in runs],
        of_some_ints([w.wake_at for w in runs]),
        some([w.outcome for w in runs]),
        some([w.reason and printable(w.reason, REASON_CHARS_MAX) for w in runs]),
        some([w.error_type and printable(w.error_type, ERROR_CHARS_MAX) for w in runs]),
        some([w.error_text and printable(w.error_text, ERROR_CHARS_MAX) for w in runs]),
        *_of_refs([ref for ref, _, _ in puts]),
        of_ints([page for _, page, _ in puts]),
        [body for _, _, body in puts],
        *_of_refs([ref for ref, _ in drops]),
        of_ints([page for _, page in drops]),
        *_of_pairs(sorted(batch.consumed)),
        *_of_refs([c.ref for c in calls]),
        of_ints([c.call for c in calls]),
        of_ints([c.attempt for c in calls]),
        of_bools([c.ok for c in calls]),
        of_ints([c.started_at for c in calls]),
        of_ints([c.finished_at for c in calls]),
        of_names([printable(c.action, REASON_CHARS_MAX) or "" for c in calls]),
        [c.arguments for c in calls],
        [c.outcome for c in calls],
        some([w.status_text and printable(w.status_text, STATUS_CHARS_MAX) for w in runs]),
        *_columns(map(_sent_row, batch.sent), 14),
    ]


def _of_refs(refs: Sequence[RunRef]) -> tuple[str, str]:
    return of_ints([ref.part for ref in refs]), of_ids([ref.run for ref in refs])


def _of_pairs(pairs: Sequence[tuple[int, int]]) -> tuple[str, str]:
    return of_ints([first for first, _ in pairs]), of_ints([second for _, second in pairs])


def _sent_row(sent: Sent) -> tuple[Any, ...]:
    start = sent.start
    who = (sent.ref.part, sent.ref.run, sent.to.part, sent.to.run, int(sent.kind), sent.body, sent.joined)
    if start is None:
        return (*who, None, None, None, None, None, None, None)
    return (*who, start.workflow, start.key, start.unit, start.arguments, start.seed, start.priority, start.request)


def _columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]


@functools.lru_cache(maxsize=16)
def bits_of(parts: frozenset[Part]) -> bytes:
    """One for each partition, as `get_bit` counts them."""
    bits = bytearray(PARTITIONS // 8)
    for part in parts:
        bits[part >> 3] |= 1 << (part & 7)
    return bytes(bits)


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


def ended_run(row: asyncpg.Record) -> EndedRun:
    return EndedRun(run_ref(row), Status(row["status"]), row["outcome"], row["reason"])


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
