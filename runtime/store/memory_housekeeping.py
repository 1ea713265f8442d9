"""What the store without a database deletes and counts; see `ports.Store` for what each method promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from waymark.vm.surface import Instant

from ..model import EngineId, RunRef
from ..stats import Counts
from .memory_schedules import MemorySchedules

MINUTE_US = 60_000_000


class MemoryHousekeeping(MemorySchedules):
    _ids: dict[tuple[str, str], RunRef]

    def __init__(self, now: Callable[[], Instant]) -> None:
        super().__init__(now)
        self._counts: dict[tuple[Instant, EngineId, str], Counts] = {}

    async def collect(self, ended_before: Instant, started_since: Instant, runs_max: int) -> tuple[int, Instant | None]:
        old = sorted(
            (self._started[ref][1], ref)
            for ref, finished_at in self._finished.items()
            if finished_at < ended_before and started_since <= self._started[ref][1] < ended_before
        )[:runs_max]
        for _, ref in old:
            run = self._runs.pop(ref)
            if self._ids.get((run.workflow, run.key)) == ref:
                del self._ids[run.workflow, run.key]
            for of_run in (self._pages, self._calls, self._started, self._begun, self._finished, self._noted):
                of_run.pop(ref, None)
            for texts in (self._errors, self._texts):
                texts.pop(ref, None)
        return len(old), old[-1][0] if old else None

    async def count_collectable(self, ended_before: Instant) -> int:
        return sum(finished_at < ended_before for finished_at in self._finished.values())

    async def old_days(self, before: Instant) -> Sequence[str]:
        return []

    async def keep_days(self, before: Instant) -> Sequence[str]:
        return []

    async def put_stats(self, engine: EngineId, minute: Instant, counts: Mapping[str, Counts]) -> None:
        for workflow, new in counts.items():
            row = self._counts.setdefault((minute // MINUTE_US * MINUTE_US, engine, workflow), Counts())
            row.started += new.started
            row.finished += new.finished
            row.failed += new.failed
            row.parked += new.parked
            row.took_ms += new.took_ms
            row.took_ms_max = max(row.took_ms_max, new.took_ms_max)
