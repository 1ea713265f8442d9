"""What people ask of the store on Postgres: see `people.People`. All of it on the connection of clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from waymark.vm.surface import Instant

from ..model import RunRef, Status
from ..people import PAGE_MAX, Cursor, EngineStanding, HistoryRow, RunQuery, RunRow, StoredState, WorkflowRow
from .links import Link
from .queries import QUERIES
from .rows import plain_uuid, stored_run
from .rules import REASON_CHARS_MAX, printable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEEDED = {  # where a status has an index of its own
    frozenset({Status.FAILED}): "list_failed_runs",
    frozenset({Status.PARKED}): "list_parked_runs",
}


class PostgresPeople:
    """A part of `PostgresStore`."""

    _client: Link

    async def list_runs(self, query: RunQuery, limit: int, after: Cursor | None = None) -> Sequence[RunRow]:
        rows = await self._client.fetch(
            QUERIES[_NEEDED.get(query.statuses, "list_runs")],
            printable(query.workflow, REASON_CHARS_MAX),
            sorted(query.statuses) or None,
            printable(query.tag, REASON_CHARS_MAX),
            query.since,
            printable(query.text, REASON_CHARS_MAX),
            query.parent,
            after.created_at if after else None,
            after.run if after else None,
            min(limit, PAGE_MAX),
        )
        return [_run_row(row) for row in rows]

    async def run_row(self, ref: RunRef) -> RunRow | None:
        rows = await self._client.fetch(QUERIES["read_run_row"], ref.part, ref.run)
        return _run_row(rows[0]) if rows else None

    async def history_of(self, ref: RunRef) -> Sequence[HistoryRow]:
        rows = await self._client.fetch(QUERIES["read_history"], ref.part, ref.run)
        return [HistoryRow(**dict(row)) for row in rows]

    async def state_of(self, ref: RunRef) -> StoredState | None:
        rows = await self._client.fetch(QUERIES["read_state"], ref.part, ref.run)
        if not rows:
            return None
        return StoredState(stored_run(rows[0]), dict(zip(rows[0]["pages"], rows[0]["bodies"], strict=True)))

    async def list_workflows(self) -> Sequence[WorkflowRow]:
        rows = await self._client.fetch(QUERIES["list_workflows"])
        return [WorkflowRow(row["workflow"], row["unit"], row["last_start"]) for row in rows]

    async def list_engines(self) -> Sequence[EngineStanding]:
        rows = await self._client.fetch(QUERIES["list_engines"])
        return [
            EngineStanding(
                kind=row["kind"],
                id=plain_uuid(row["id"]),
                host=row["host"],
                pid=row["pid"],
                alive=row["alive"],
                partitions=row["partitions"],
                slots=row["slots"],
                actions=tuple(row["actions"]),
                seen_at=row["seen_at"],
            )
            for row in rows
        ]

    async def note(self, who: str, did: str, ref: RunRef, said: str) -> None:
        texts = [printable(text, REASON_CHARS_MAX) for text in (who, did, said)]
        await self._client.fetch(QUERIES["note"], texts[0], texts[1], ref.part, ref.run, texts[2])

    async def is_pausing(self, ref: RunRef) -> bool:
        return bool(await self._client.fetch(QUERIES["find_pause"], ref.part, ref.run))

    async def name_unit(self, workflow: str, unit: bytes) -> None:
        await self._client.fetch(QUERIES["name_unit"], workflow, unit)

    async def newest_unit(self, workflow: str) -> bytes | None:
        rows = await self._client.fetch(QUERIES["get_newest_unit"], printable(workflow, REASON_CHARS_MAX))
        return rows[0]["unit"] if rows else None


def _run_row(row: asyncpg.Record) -> RunRow:
    return RunRow(
        ref=RunRef(row["part"], plain_uuid(row["run"])),
        workflow=row["workflow"],
        key=row["key"],
        status=Status(row["status"]),
        priority=row["priority"],
        created_at=_instant(row["created_at"]),
        started_at=_instant_or_none(row["started_at"]),
        finished_at=_instant_or_none(row["finished_at"]),
        wake_at=_instant_or_none(row["wake_at"]),
        tags=tuple(row["tags"] or ()),
        parent=plain_uuid(row["parent"]) if row["parent"] else None,
        schedule=row["schedule"],
        unit=row["unit"],
        reason=row["reason"],
        error_type=row["error_type"],
        error_text=row["error_text"],
        status_text=row["status_text"],
    )


def _instant(at: datetime) -> Instant:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _instant_or_none(at: Any) -> Instant | None:
    return None if at is None else _instant(at)
