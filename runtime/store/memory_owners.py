"""Which engine owns which partition in the store without a database, and until when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from waymark.vm.surface import Instant

from ..machines.leases import LEASES, OVER, LeaseEvent, LeaseState, lease_at
from ..model import PARTITIONS, EngineId, EngineRow, Epoch, Part, Peers
from .rules import NAME_CHARS_MAX, printable


class _Partition(msgspec.Struct):
    engine: EngineId | None = None
    epoch: Epoch = 0
    wanted_by: EngineId | None = None


class MemoryOwners:
    def __init__(self, now: Callable[[], Instant]) -> None:
        self._now = now
        self._engines: dict[EngineId, EngineRow] = {}
        self._lease_until: dict[EngineId, Instant] = {}  # OVER: declared so
        self._partitions = [_Partition() for _ in range(PARTITIONS)]

    async def register(self, engine: EngineId, host: str, lock: str) -> None:
        names = [printable(name, NAME_CHARS_MAX) or "" for name in (host, lock)]
        self._engines[engine] = EngineRow(engine, *names)
        self._lease_until.setdefault(engine, self._now())

    async def engines(self) -> Sequence[EngineRow]:
        now, owners = self._now(), {partition.engine for partition in self._partitions}
        live = {engine for engine in self._engines if self._lease(engine, now) is LeaseState.HELD}
        return sorted(
            (row for row in self._engines.values() if row.engine in owners | live), key=lambda row: row.engine
        )

    async def expire(self, engine: EngineId) -> None:
        if engine in self._lease_until:
            self._lease_until[engine] = OVER

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        now = self._now()
        wanted = [self._partitions[part] for part in parts]
        for other in {partition.engine for partition in wanted} - {engine}:
            if other is not None and self._lease(other, now) is not LeaseState.HELD:
                await self.expire(other)  # its late heartbeat must find no lease
        for partition in wanted:
            if partition.engine != engine and not self._is_taken(partition, now):
                partition.engine = engine
                partition.epoch += 1
        self._engines.setdefault(engine, EngineRow(engine, "", ""))
        self._lease_until[engine] = now + ttl_ms * 1000
        return {part: self._partitions[part].epoch for part in parts if self._partitions[part].engine == engine}

    def _lease(self, engine: EngineId, now: Instant) -> LeaseState:
        return lease_at(self._lease_until.get(engine), now)

    def _is_taken(self, partition: _Partition, now: Instant) -> bool:
        return partition.engine is not None and self._lease(partition.engine, now) in (LeaseState.HELD, LeaseState.LATE)

    def _owns(self, engine: EngineId, part: Part, epoch: Epoch) -> bool:
        partition = self._partitions[part]
        return partition.engine == engine and partition.epoch == epoch

    async def peers(self, engine: EngineId) -> Peers:
        now = self._now()
        live = frozenset(each for each in self._engines if self._lease(each, now) is LeaseState.HELD)
        held = ((part, row) for part, row in enumerate(self._partitions) if row.engine == engine)
        return Peers(live, {part: row.wanted_by for part, row in held if row.wanted_by is not None})

    async def want(self, engine: EngineId, parts: Collection[Part]) -> None:
        for part in parts:
            if self._partitions[part].engine not in (None, engine):
                self._partitions[part].wanted_by = engine

    async def hand_over(self, engine: EngineId, epochs: Mapping[Part, Epoch], to: EngineId) -> frozenset[Part]:
        lives = self._lease(to, self._now()) is LeaseState.HELD
        given = {part for part, epoch in epochs.items() if lives and self._owns(engine, part, epoch)}
        given = {part for part in given if self._partitions[part].wanted_by == to}
        for part in given:
            self._partitions[part] = _Partition(to, self._partitions[part].epoch + 1)
        return frozenset(given)

    async def beat(self, engine: EngineId, ttl_ms: int) -> bool:
        now = self._now()
        if not LEASES.allows(self._lease(engine, now), LeaseEvent.BEAT):
            return False
        self._lease_until[engine] = now + ttl_ms * 1000
        return True

    async def release(self, engine: EngineId) -> None:
        self._engines.pop(engine, None)
        self._lease_until.pop(engine, None)
        for partition in self._partitions:
            if partition.engine == engine:
                partition.engine = None
