"""The schedules of the store on Postgres; see `ports.Store` for what each method promises."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import asyncpg

from waymark.vm.surface import Instant

from ..ids import new_run_id
from ..model import Part, RunRef, partition_of
from ..schedules import Schedule, ScheduleState, ScheduleWrite, decode_plan, encode_plan
from .hints import Hints
from .links import Link
from .queries import QUERIES
from .rows import plain_uuid
from .rules import can_exist, check_schedule, encode_reason


class PostgresSchedules:
    _client: Link
    _reader: Link
    _hints: Hints

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        check_schedule(write)
        row = write.schedule
        rows = await self._client.fetch(
            QUERIES["write_schedule"],
            *(row.part, row.workflow, row.name, row.id, write.expected),
            *(row.unit, row.arguments, encode_plan(row.plan), row.state.value, row.due, row.look_at, row.waiting),
            *(row.since, row.fired_at, row.last_key, row.priority),
            *(list(write.starts), [new_run_id() for _ in write.starts], list(write.starts.values())),
            *([ref.part for ref in write.cancels], [ref.run for ref in write.cancels]),
            encode_reason(write.why),
        )
        parts = {partition_of(row.workflow, key) for key in write.starts} | {ref.part for ref in write.cancels}
        if rows[0]["written"] and parts:
            self._hints.left(parts)
        return bool(rows[0]["written"])

    async def get_schedule(self, workflow: str, name: str) -> Schedule | None:
        if not can_exist(workflow, name):
            return None
        rows = await self._client.fetch(QUERIES["get_schedule"], partition_of(workflow, name), workflow, name)
        return _schedule(rows[0]) if rows else None

    async def list_schedules(self, states: Collection[ScheduleState]) -> Sequence[Schedule]:
        rows = await self._client.fetch(QUERIES["list_schedules"], [state.value for state in states])
        return [_schedule(row) for row in rows]

    async def due_schedules(self, parts: Collection[Part], until: Instant, limit: int) -> Sequence[Schedule]:
        rows = await self._reader.fetch(QUERIES["read_due_schedules"], sorted(parts), until, limit)
        return [_schedule(row) for row in rows]

    async def runs_of_schedule(
        self, workflow: str, name: str, since: Instant, limit: int
    ) -> Sequence[tuple[RunRef, Instant]]:
        rows = await self._client.fetch(QUERIES["read_runs_of_schedule"], workflow, name, since, limit)
        return [(RunRef(row["part"], plain_uuid(row["run"])), row["created_at"]) for row in rows]


def _schedule(row: asyncpg.Record) -> Schedule:
    return Schedule(
        id=plain_uuid(row["id"]),
        workflow=row["workflow"],
        name=row["schedule"],
        unit=row["unit"],
        arguments=row["arguments"],
        plan=decode_plan(row["plan"]),
        state=ScheduleState(row["state"]),
        revision=row["revision"],
        due=row["due"],
        look_at=row["look_at"],
        waiting=row["waiting"],
        since=row["since"],
        fired_at=row["fired_at"],
        last_key=row["last_key"],
        priority=row["priority"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
