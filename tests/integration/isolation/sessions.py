"""Sessions that are stepped by hand. A step either is done at once, or waits for a lock until another session lets go.

one = stage.one                      two connections with settings as engines have them
await one.begin()
await one(SQL, ...)                  must not wait: a step that does fails the test
waiting = await two.waits(SQL, ...)  must wait for a lock; `await waiting` is its answer, once it has one
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from waymark.runtime.model import Batch, NewRun, RunRef, RunWrite, Status
from waymark.runtime.store.links import SETTINGS
from waymark.runtime.store.queries import QUERIES
from waymark.runtime.store.rows import arrays_of
from waymark.runtime.store.starts import arguments_of

PATIENCE_S = 10.0
TTL_MS = 600_000
PART = 7
Rows = list[tuple[Any, ...]]


class Session:
    def __init__(self, connection: asyncpg.Connection, observer: asyncpg.Connection) -> None:
        self.connection = connection
        self._observer = observer
        self._pid: int = connection.get_server_pid()

    async def __call__(self, sql: str, *arguments: Any) -> Rows:
        """A step that waits for nobody."""
        step = asyncio.create_task(self._step(sql, *arguments))
        async with asyncio.timeout(PATIENCE_S):
            while not step.done():
                assert not await self._is_waiting(), f"it waits for a lock: {sql}"
                await asyncio.wait([step], timeout=0.005)
        return step.result()

    async def waits(self, sql: str, *arguments: Any) -> asyncio.Task[Rows]:
        step = asyncio.create_task(self._step(sql, *arguments))
        async with asyncio.timeout(PATIENCE_S):
            while not await self._is_waiting():
                assert not step.done(), f"it waited for nobody, and came to {step}"
                await asyncio.sleep(0.005)
        return step

    async def begin(self) -> None:
        await self("begin")

    async def commit(self) -> None:
        await self("commit")

    async def rollback(self) -> None:
        await self("rollback")

    async def dies(self) -> None:
        """Its host has gone: the server ends it, as after the timeouts of its connection."""
        await self._observer.fetch("select pg_terminate_backend($1, 5000)", self._pid)

    async def _step(self, sql: str, *arguments: Any) -> Rows:
        return [tuple(row) for row in await self.connection.fetch(sql, *arguments)]

    async def _is_waiting(self) -> bool:
        return bool(await self._observer.fetchval("select cardinality(pg_blocking_pids($1)) > 0", self._pid))


class Stage:
    def __init__(self, one: Session, two: Session, observer: asyncpg.Connection) -> None:
        self.one = one
        self.two = two
        self._observer = observer
        self.engine = uuid4()
        self.epoch = 0

    async def look(self, sql: str, *arguments: Any) -> Rows:
        """What somebody else sees."""
        return [tuple(row) for row in await self._observer.fetch(sql, *arguments)]

    async def owned(self) -> None:
        """`engine` owns the partition of the tests."""
        ((_, self.epoch),) = await self.look(QUERIES["acquire"].sql, self.engine, [PART], TTL_MS)

    async def run(self) -> RunRef:
        """A run in that partition."""
        key = next(key for key in (str(uuid4()) for _ in range(10_000)) if _ref(key).part == PART)
        new = _new(key)
        await self.look(QUERIES["start"].sql, *arguments_of([new]))
        return new.ref

    def batch(self, *writes: RunWrite, engine: UUID | None = None, **more: Any) -> Sequence[Any]:
        """The arguments of a commit under the epoch of `owned`."""
        return arrays_of(Batch(engine or self.engine, {PART: self.epoch}, runs=writes, **more))


COMMIT = QUERIES["commit"].sql


def write(ref: RunRef, expected: int = 0, status: Status = Status.RUNNING, **more: Any) -> RunWrite:
    return RunWrite(ref, expected, status, **{"root": b"root", **more})


def _new(key: str) -> NewRun:
    return NewRun("Orders", key, uuid4(), b"unit", b"arguments", b"seed")


def _ref(key: str) -> RunRef:
    return _new(key).ref


@asynccontextmanager
async def staged(dsn: str) -> AsyncIterator[Stage]:
    one, two = [await asyncpg.connect(dsn, server_settings=SETTINGS) for _ in range(2)]
    observer = await asyncpg.connect(dsn)
    try:
        yield Stage(Session(one, observer), Session(two, observer), observer)
    finally:
        for connection in (one, two, observer):
            connection.terminate()
