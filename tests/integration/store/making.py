"""Short words for the tests: runs to start, batches to commit, engines that own."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from waymark.runtime.model import Batch, CallRow, EngineId, Epoch, NewRun, Part, RunRef, RunWrite, Status
from waymark.runtime.ports import Store
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.store.postgres import PostgresStore

TTL_MS = 600_000
AnyStore = MemoryStore | PostgresStore

_serial = itertools.count(1)


class Clock:
    """Time for the memory store: a microsecond a look, and as far ahead as a test pushes it."""

    def __init__(self) -> None:
        self.instant = 1_700_000_000_000_000

    def __call__(self) -> int:
        self.instant += 1
        return self.instant


def new_run(workflow: str = "Orders", key: str | None = None, run: UUID | None = None) -> NewRun:
    return NewRun(workflow, key or f"order-{next(_serial)}", run or uuid4(), b"hash", b"arguments", b"seed")


def keys_in_one_partition(count: int) -> list[str]:
    candidates = (f"key-{n}" for n in itertools.count())
    part = new_run(key="key-0").ref.part
    return list(itertools.islice((key for key in candidates if new_run(key=key).ref.part == part), count))


def write(ref: RunRef, expected: int = 0, status: Status = Status.RUNNING, **more: Any) -> RunWrite:
    return RunWrite(ref, expected, status, **{"root": b"root", **more})


def call_row(ref: RunRef, call: int = 1, **more: Any) -> CallRow:
    said: dict[str, Any] = {
        "action": "shop:pay",
        "attempt": 1,
        "started_at": 1_700_000_000_000_001,
        "finished_at": 1_700_000_000_000_002,
        "ok": True,
        "arguments": b"a",
        "outcome": b"o",
    }
    return CallRow(ref=ref, call=call, **(said | more))


class Owner:
    """An engine with the partitions it got, which commits under their epochs."""

    def __init__(self, store: Store, engine: EngineId, fence: dict[Part, Epoch]) -> None:
        self.store = store
        self.engine = engine
        self.fence = fence

    @classmethod
    async def of(cls, store: Store, *refs: RunRef, ttl_ms: int = TTL_MS) -> Owner:
        engine = uuid4()
        return cls(store, engine, await store.acquire(engine, {ref.part for ref in refs}, ttl_ms))

    def batch(self, *runs: RunWrite, **more: Any) -> Batch:
        return Batch(self.engine, self.fence, runs=runs, **more)

    async def commit(self, *runs: RunWrite, **more: Any) -> bool:
        return await self.store.commit(self.batch(*runs, **more))


async def started(store: Store, **said: Any) -> RunRef:
    return await store.start(new_run(**said))


async def lease_ends(store: Store, engine: EngineId) -> None:
    """As if its time had passed without a heartbeat."""
    assert await store.beat(engine, -1)


async def rows(dsn: str, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """What the database itself says, apart from the store."""
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *arguments)]
    finally:
        await connection.close()
