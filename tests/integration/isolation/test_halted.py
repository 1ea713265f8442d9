"""An engine that stands still inside an open transaction: its commit was executed, and its end was never sent.

The driver sends a statement and what ends its transaction in one piece; the network may deliver the first part of it.
No timeout of the server counts while it waits for the rest, so whoever takes over ends such a connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from waymark.runtime.ports import Busy
from waymark.runtime.store import links, postgres
from waymark.runtime.store.links import SETTINGS
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.store.queries import QUERIES

from .sessions import COMMIT, PART, TTL_MS, Stage, write

pytestmark = pytest.mark.anyio

SYNC = b"S\0\0\0\4"
EXECUTE = b"E\0\0\0"
OWNER = "select engine, epoch from waymark.partitions where part = 7"
HALTED = (
    "select count(*) from pg_stat_activity where application_name = 'waymark engine lane 0' and state = 'active' "
    "and wait_event = 'ClientRead'"
)


class Halting:
    """A wire to the server. Once `halts`, the end of the next statement is held back until `goes_on`."""

    def __init__(self, dsn: str) -> None:
        self._to = urlsplit(dsn)
        self.halts = False
        self.goes_on = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        login = self._to.netloc.rpartition("@")[0]
        try:
            yield self._to._replace(netloc=f"{login}@127.0.0.1:{server.sockets[0].getsockname()[1]}").geturl()
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _join(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_server, server = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._tasks |= {
            asyncio.create_task(self._up(client, server)),
            asyncio.create_task(_down(from_server, to_client)),
        }

    async def _up(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        while data := await client.read(1 << 20):
            if self.halts and EXECUTE in data and data.endswith(SYNC):
                server.write(data.removesuffix(SYNC))
                await self.goes_on.wait()
                data = SYNC
            server.write(data)


async def _down(server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
    while data := await server.read(1 << 20):
        client.write(data)
    client.close()


@asynccontextmanager
async def halted(stage: Stage, dsn: str) -> AsyncIterator[tuple[Halting, asyncio.Task[object]]]:
    """The owner's commit is executed, and stands there; its lease is over."""
    await stage.owned()
    batch, wire = stage.batch(write(await stage.run())), Halting(dsn)
    async with wire.listening() as through:
        named = SETTINGS | {"application_name": "waymark engine lane 0"}
        connection = await asyncpg.connect(through, server_settings=named)
        try:
            commit = await connection.prepare(COMMIT)
            wire.halts = True
            sent = asyncio.create_task(commit.fetch(*batch))
            await stands(stage)
            await stage.look(QUERIES["end_lease"].sql, stage.engine)
            yield wire, sent
        finally:
            connection.terminate()


async def stands(stage: Stage) -> None:
    async with asyncio.timeout(10):
        while True:
            if await stage.look(HALTED) == [(1,)]:
                return
            await asyncio.sleep(0.005)


@asynccontextmanager
async def refused_heir(
    stage: Stage, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Halting, asyncio.Task[object], Callable[[], Awaitable[object]]]]:
    """Somebody who takes over has waited for the halted commit in vain. The last one takes the partition, once more."""
    monkeypatch.setitem(links.SETTINGS, "lock_timeout", "200")
    store, heir = await PostgresStore.connect(dsn), uuid4()

    async def acquires() -> None:
        assert await store.acquire(heir, [PART], TTL_MS) == {PART: stage.epoch + 1}
        assert await stage.look(OWNER) == [(heir, stage.epoch + 1)]

    try:
        async with halted(stage, dsn) as (wire, sent):
            with pytest.raises(Busy):
                await store.acquire(heir, [PART], TTL_MS)
            yield wire, sent, acquires
    finally:
        await store.close()


async def test_no_timeout_ends_it_and_the_heir_does(
    stage: Stage, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "HALTED_MS_MIN", 0)
    async with refused_heir(stage, database, monkeypatch) as (wire, sent, acquires):
        await acquires()
        wire.goes_on.set()
        with pytest.raises((asyncpg.PostgresError, OSError)):
            await sent
    assert await stage.look("select revision from waymark.runs") == [(0,)], "what it had executed was never committed"


async def test_one_that_has_only_just_stopped_goes_on_if_it_comes_back(
    stage: Stage, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with refused_heir(stage, database, monkeypatch) as (wire, sent, acquires):
        wire.goes_on.set()
        await sent
        await acquires()
    assert await stage.look("select revision from waymark.runs") == [(1,)]


async def test_connections_of_a_role_that_is_not_ours_to_end_are_left_alone(stage: Stage, database: str) -> None:
    watcher = f"watcher_{uuid4().hex}"
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(f"create role {watcher}")
        await connection.execute(f"grant pg_monitor to {watcher}; grant usage on schema waymark to {watcher}")
        async with halted(stage, database) as (wire, sent):
            await connection.execute(f"set role {watcher}")
            assert await connection.fetch(QUERIES["end_halted"].sql, 0) == []
            wire.goes_on.set()
            await sent
    finally:
        await connection.execute(f"reset role; drop owned by {watcher}; drop role {watcher}")
        await connection.close()
