"""Schedules in the store without a database; see `ports.Store` for what each method promises."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, cast

import msgspec

from waymark.vm.surface import Instant

from ..ids import new_run_id
from ..model import ENDED, InboxKind, NewRun, Part, RunId, RunRef
from ..schedules import Schedule, ScheduleState, ScheduleWrite, decode_plan, encode_plan
from .memory_people import MemoryPeople
from .rules import check_schedule, encode_reason


class _Runs(Protocol):
    """What `MemoryStore` has, of which this is a part."""

    async def start(self, new: NewRun) -> RunRef: ...
    def _put_entry(self, ref: RunRef, kind: int, body: bytes) -> None: ...


class MemorySchedules(MemoryPeople):
    def __init__(self, now: Callable[[], Instant]) -> None:
        super().__init__(now)
        self._schedules: dict[tuple[str, str], Schedule] = {}

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        check_schedule(write)
        row = write.schedule
        there = self._schedules.get((row.workflow, row.name))
        if (there.revision if there is not None else None) != write.expected:
            return False
        now = self._now()
        self._schedules[row.workflow, row.name] = msgspec.structs.replace(
            row,
            id=row.id if there is None else there.id,
            plan=decode_plan(encode_plan(row.plan)),
            revision=0 if there is None else there.revision + 1,
            created_at=now if there is None else there.created_at,
            updated_at=now,
        )
        runs = cast(_Runs, self)
        for key, seed in write.starts.items():
            await runs.start(
                NewRun(
                    workflow=row.workflow,
                    key=key,
                    run=self._run_id(key),
                    unit=row.unit,
                    arguments=row.arguments,
                    seed=seed,
                    priority=row.priority,
                    schedule=row.name,
                )
            )
        for ref in write.cancels:
            if ref in self._runs and self._runs[ref].status not in ENDED:
                runs._put_entry(ref, InboxKind.CANCEL, encode_reason(write.why))
        return True

    def _run_id(self, key: str) -> RunId:
        """Of a run that a schedule starts. A simulation has its own, which are no chance."""
        return new_run_id()

    async def get_schedule(self, workflow: str, name: str) -> Schedule | None:
        return self._schedules.get((workflow, name))

    async def list_schedules(self, states: Collection[ScheduleState]) -> Sequence[Schedule]:
        return [row for _, row in sorted(self._schedules.items()) if row.state in states]

    async def due_schedules(self, parts: Collection[Part], until: Instant, limit: int) -> Sequence[Schedule]:
        wanted = set(parts)
        due = [
            (row.look_at, row.workflow, row.name, row)
            for row in self._schedules.values()
            if row.look_at is not None and row.look_at <= until and row.part in wanted
        ]
        return [row for *_, row in sorted(due, key=lambda entry: entry[:3])[:limit]]

    async def runs_of_schedule(
        self, workflow: str, name: str, since: Instant, limit: int
    ) -> Sequence[tuple[RunRef, Instant]]:
        open_runs = [
            (created_at, ref)
            for ref, (new, created_at) in self._started.items()
            if new.schedule == name and new.workflow == workflow and created_at >= since
            if ref in self._runs and self._runs[ref].status not in ENDED
        ]
        return [(ref, created_at) for created_at, ref in sorted(open_runs)[:limit]]
