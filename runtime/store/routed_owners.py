"""What owners ask, of several databases: each is asked for the partitions that it is home to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeVar

from waymark.vm.surface import Instant

from ..model import EngineId, EngineRow, Epoch, InboxEntry, Part, Peers, RunRef, StoredRun
from ..ports import Arrived, Moved
from .homes import Homes
from .postgres import PostgresStore

Answer = TypeVar("Answer")


class RoutedOwners:
    """A part of `RoutedStore`. An engine of ours does not use it: with one database away it would get no answer."""

    _homes: Homes

    async def register(self, engine: EngineId, host: str, lock: str) -> None:
        await self._homes.every(lambda store: store.register(engine, host, lock))

    async def engines(self) -> Sequence[EngineRow]:
        rows = {row.engine: row for rows in await self._homes.every(lambda store: store.engines()) for row in rows}
        return [rows[engine] for engine in sorted(rows)]

    async def expire(self, engine: EngineId) -> None:
        await self._homes.every(lambda store: store.expire(engine))

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        held: dict[Part, Epoch] = {}
        for some in await self._of(parts, lambda store, mine: store.acquire(engine, mine, ttl_ms)):
            held |= some
        return held

    async def beat(self, engine: EngineId, ttl_ms: int) -> bool:
        return all(await self._homes.every(lambda store: store.beat(engine, ttl_ms)))

    async def peers(self, engine: EngineId) -> Peers:
        """One lives who lives in all of them."""
        seen = await self._homes.every(lambda store: store.peers(engine))
        wanted = {part: other for peers in seen for part, other in peers.wanted.items()}
        return Peers(frozenset.intersection(*(peers.live for peers in seen)), wanted)

    async def want(self, engine: EngineId, parts: Collection[Part]) -> None:
        await self._of(parts, lambda store, mine: store.want(engine, mine))

    async def hand_over(self, engine: EngineId, epochs: Mapping[Part, Epoch], to: EngineId) -> frozenset[Part]:
        given = await self._of(
            epochs, lambda store, mine: store.hand_over(engine, {part: epochs[part] for part in mine}, to)
        )
        return frozenset[Part]().union(*given)

    async def release(self, engine: EngineId) -> None:
        await self._homes.every(lambda store: store.release(engine))

    async def strike(self, ref: RunRef, why: str) -> None:
        await (await self._homes.at(ref.part)).strike(ref, why)

    async def read_inbox(self, parts: Collection[Part], limit: int, starts: bool = True) -> Sequence[InboxEntry]:
        """In the order of each; between databases there is none."""
        found = await self._of(parts, lambda store, mine: store.read_inbox(mine, limit, starts))
        return [entry for entries in found for entry in entries][:limit]

    async def read_arrivals(self, parts: Collection[Part], limit: int, starts: bool, since: int) -> Arrived:
        found = await self._of(parts, lambda store, mine: store.read_arrivals(mine, limit, starts, since))
        entries = [entry for each in found for entry in each.entries][:limit]
        return Arrived(entries, [run for each in found for run in each.runs])

    async def parts_with_entries(self, parts: Collection[Part]) -> frozenset[Part]:
        return frozenset[Part]().union(*await self._of(parts, lambda store, mine: store.parts_with_entries(mine)))

    async def move_outbox(self, parts: Collection[Part], limit: int = 500) -> Moved:
        """Inside each database. From one to another is what an engine's own store does (home_store.py)."""
        found = await self._of(parts, lambda store, mine: store.move_outbox(mine, limit))
        return Moved(frozenset[Part]().union(*(moved.parts for moved in found)), any(moved.more for moved in found))

    async def read_strikes(self, parts: Collection[Part]) -> Sequence[InboxEntry]:
        found = await self._of(parts, lambda store, mine: store.read_strikes(mine))
        return [entry for entries in found for entry in entries]

    async def live_runs(self, parts: Collection[Part]) -> Sequence[StoredRun]:
        found = await self._of(parts, lambda store, mine: store.live_runs(mine))
        return sorted((run for runs in found for run in runs), key=lambda run: run.ref)

    async def due_runs(
        self, parts: Collection[Part], until: Instant, limit: int, after: StoredRun | None = None
    ) -> Sequence[StoredRun]:
        found = await self._of(parts, lambda store, mine: store.due_runs(mine, until, limit, after))
        return sorted((run for runs in found for run in runs), key=lambda run: (run.wake_at or 0, run.ref))[:limit]

    async def _of(
        self, parts: Collection[Part], ask: Callable[[PostgresStore, frozenset[Part]], Awaitable[Answer]]
    ) -> list[Answer]:
        async def one(part: Part, mine: frozenset[Part]) -> Answer:
            return await ask(await self._homes.at(part), mine)

        return list(await asyncio.gather(*(one(min(mine), mine) for _, mine in self._homes.split(parts))))
