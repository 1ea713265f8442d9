"""What people, schedules and the garbage collector ask, of several databases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from waymark.vm.surface import Instant

from ..model import EngineId, RunRef, partition_of
from ..people import Cursor, EngineStanding, HistoryRow, RunQuery, RunRow, StoredState, WorkflowRow
from ..ports import Away
from ..schedules import Schedule, ScheduleState, ScheduleWrite
from ..stats import Counts
from .elsewhere import write_schedule_at
from .homes import Homes


class RoutedPeople:
    """A part of `RoutedStore`."""

    _homes: Homes

    # --- runs ---
    async def list_runs(self, query: RunQuery, limit: int, after: Cursor | None = None) -> Sequence[RunRow]:
        found = await self._homes.reachable(lambda store: store.list_runs(query, limit, after))
        rows = [row for _, rows in found if not isinstance(rows, Away) for row in rows]
        return sorted(rows, key=lambda row: (-row.created_at, -row.ref.run.int))[:limit]

    async def run_row(self, ref: RunRef) -> RunRow | None:
        return await (await self._homes.at(ref.part)).run_row(ref)

    async def history_of(self, ref: RunRef) -> Sequence[HistoryRow]:
        return await (await self._homes.at(ref.part)).history_of(ref)

    async def state_of(self, ref: RunRef) -> StoredState | None:
        return await (await self._homes.at(ref.part)).state_of(ref)

    async def note(self, who: str, did: str, ref: RunRef, said: str) -> None:
        await (await self._homes.at(ref.part)).note(who, did, ref, said)

    async def is_pausing(self, ref: RunRef) -> bool:
        return await (await self._homes.at(ref.part)).is_pausing(ref)

    async def list_workflows(self) -> Sequence[WorkflowRow]:
        """The newest of each name."""
        found = await self._homes.reachable(lambda store: store.list_workflows())
        newest: dict[str, WorkflowRow] = {}
        for row in (row for _, rows in found if not isinstance(rows, Away) for row in rows):
            known = newest.setdefault(row.workflow, row)
            if row.last_start > known.last_start:
                newest[row.workflow] = row
        return [newest[name] for name in sorted(newest)]

    async def list_engines(self) -> Sequence[EngineStanding]:
        found = await self._homes.reachable(lambda store: store.list_engines())
        return [row for _, rows in found if not isinstance(rows, Away) for row in rows]

    async def name_unit(self, workflow: str, unit: bytes) -> None:
        await self._homes.reachable(lambda store: store.name_unit(workflow, unit))

    async def newest_unit(self, workflow: str) -> bytes | None:
        """As the home of the name has it, or while that is away, another."""
        try:
            return await (await self._homes.at(partition_of(workflow, ""))).newest_unit(workflow)
        except Away:
            found = await self._homes.reachable(lambda store: store.newest_unit(workflow))
            return next((unit for _, unit in found if isinstance(unit, bytes)), None)

    # --- schedules ---
    async def write_schedule(self, write: ScheduleWrite) -> bool:
        return await write_schedule_at(self._homes, write)

    async def get_schedule(self, workflow: str, name: str) -> Schedule | None:
        return await (await self._homes.at(partition_of(workflow, name))).get_schedule(workflow, name)

    async def list_schedules(self, states: Collection[ScheduleState]) -> Sequence[Schedule]:
        found = await self._homes.reachable(lambda store: store.list_schedules(states))
        rows = [row for _, rows in found if not isinstance(rows, Away) for row in rows]
        return sorted(rows, key=lambda row: (row.workflow, row.name))

    async def due_schedules(self, parts: Collection[int], until: Instant, limit: int) -> Sequence[Schedule]:
        rows: list[Schedule] = []
        for home, mine in self._homes.split(parts):
            rows += await (await home.opened()).due_schedules(mine, until, limit)
        return sorted(rows, key=lambda row: (row.look_at or 0, row.workflow, row.name))[:limit]

    async def runs_of_schedule(
        self, workflow: str, name: str, since: Instant, limit: int
    ) -> Sequence[tuple[RunRef, Instant]]:
        found = await self._homes.every(lambda store: store.runs_of_schedule(workflow, name, since, limit))
        return sorted((run for runs in found for run in runs), key=lambda run: (run[1], run[0]))[:limit]

    # --- housekeeping ---
    async def collect(self, ended_before: Instant, started_since: Instant, runs_max: int) -> tuple[int, Instant | None]:
        found = await self._homes.every(lambda store: store.collect(ended_before, started_since, runs_max))
        reached = [at for _, at in found if at is not None]
        return sum(count for count, _ in found), min(reached, default=None)

    async def count_collectable(self, ended_before: Instant) -> int:
        return sum(await self._homes.every(lambda store: store.count_collectable(ended_before)))

    async def old_days(self, before: Instant) -> Sequence[str]:
        return [day for days in await self._homes.every(lambda store: store.old_days(before)) for day in days]

    async def keep_days(self, before: Instant) -> Sequence[str]:
        return [day for days in await self._homes.every(lambda store: store.keep_days(before)) for day in days]

    async def put_stats(self, engine: EngineId, minute: Instant, counts: Mapping[str, Counts]) -> None:
        first = next(iter(self._homes))  # they are added up by whoever reads them
        await (await first.opened()).put_stats(engine, minute, counts)
