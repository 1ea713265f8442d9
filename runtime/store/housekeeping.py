"""What the store on Postgres deletes and counts; see `ports.Store` for what each method promises."""

from __future__ import annotations

from collections.abc import Mapping

from waymark.vm.surface import Instant

from ..model import EngineId
from ..ports import Busy
from ..stats import Counts
from .links import Link
from .queries import QUERIES


class PostgresHousekeeping:
    _client: Link

    async def collect(self, ended_before: Instant, started_since: Instant, runs_max: int) -> tuple[int, Instant | None]:
        rows = await self._client.fetch(QUERIES["collect"], ended_before, started_since, runs_max)
        return rows[0]["collected"], rows[0]["reached"]

    async def count_collectable(self, ended_before: Instant) -> int:
        rows = await self._client.fetch(QUERIES["count_collectable"], ended_before)
        return int(rows[0]["runs"])

    async def old_days(self, before: Instant) -> list[str]:
        return [row["child"] for row in await self._client.fetch(QUERIES["read_old_days"], before)]

    async def keep_days(self, before: Instant) -> list[str]:
        await self._client.fetch(QUERIES["make_days"])
        dropped = []
        for child in await self.old_days(before):
            try:
                rows = await self._client.fetch(QUERIES["drop_day"], child, before)
            except Busy:
                continue  # somebody reads it; it is dropped at another time
            if rows[0]["dropped"]:
                dropped.append(child)
        await self._client.fetch(QUERIES["sweep_undated"], before)
        return dropped

    async def put_stats(self, engine: EngineId, minute: Instant, counts: Mapping[str, Counts]) -> None:
        names = sorted(counts)
        rows = [counts[name] for name in names]
        await self._client.fetch(
            QUERIES["put_stats"],
            *(minute, engine, names),
            *([row.started for row in rows], [row.finished for row in rows], [row.failed for row in rows]),
            *([row.parked for row in rows], [row.took_ms for row in rows], [row.took_ms_max for row in rows]),
        )
