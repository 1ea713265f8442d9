"""Clients and engines come back by themselves after restarts of the server, of a pooler, and of what lies between."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.postgres import temporary_state
from tests.support.pgbouncer import MISSING, PROGRAM, bouncing
from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.model import Status
from waymark.runtime.ports import Away, OutcomeUnknown, Unreachable
from waymark.runtime.store import links
from waymark.runtime.store.migrate import migrate
from waymark.runtime.store.postgres import CLIENT_PATIENCE_S, PostgresStore

from .making import Owner, new_run, started, write
from .wires import Wire

pytestmark = pytest.mark.anyio


@pytest.fixture
def own_server() -> Iterator[EmbeddedPostgres]:
    with temporary_state() as state, EmbeddedPostgres.open(state, durable=False) as server:
        asyncio.run(migrate(server.dsn()))
        yield server


@asynccontextmanager
async def connected(dsn: str, **options: bool) -> AsyncIterator[PostgresStore]:
    store = await PostgresStore.connect(dsn, **options)
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["restart", "kill"])
async def test_a_client_waits_for_a_server_that_restarts(own_server: EmbeddedPostgres, how: signal.Signals) -> None:
    async with connected(own_server.dsn()) as store:
        ref = await started(store)
        waiting = asyncio.create_task(store.wait_ended(ref, 60))
        await asyncio.sleep(0)

        os.kill(own_server.pid, how)
        starting = asyncio.create_task(store.start(new_run()))
        await asyncio.wait([starting], timeout=0.2)
        await asyncio.to_thread(own_server.revive)
        assert (await starting).run
        owner = await Owner.of(store, ref)
        await owner.commit(write(ref, status=Status.FINISHED))
        assert (await waiting) is not None


async def test_a_client_waits_for_a_pooler_that_restarts(own_server: EmbeddedPostgres, tmp_path: Path) -> None:
    if PROGRAM is None:
        pytest.skip(MISSING)
    with bouncing(tmp_path, own_server.dsn()) as bouncer:
        async with connected(bouncer.dsn(own_server.dsn()), pooled=True) as store:
            ref = await started(store)
            bouncer.stop()
            starting = asyncio.create_task(store.start(new_run()))
            await asyncio.wait([starting], timeout=0.2)
            assert not starting.done()
            bouncer.start()
            assert (await starting).run
            assert await store.get_run(ref) is not None


async def test_an_engine_is_told_at_once_and_asks_again_by_itself(database: str) -> None:
    async with Wire(database) as wire, connected(wire.dsn) as store:
        ref = await started(store)
        owner = await Owner.of(store, ref)
        await owner.commit(write(ref))
        wire.stop()
        with pytest.raises(OutcomeUnknown):
            await owner.commit(write(ref, 1))
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(Unreachable):
            await store.beat(owner.engine, 60_000)
        assert loop.time() - began < CLIENT_PATIENCE_S / 2, "an engine has a lease: it does not wait as clients do"
        await wire.resume()
        assert await store.beat(owner.engine, 60_000)
        run = await store.get_run(ref)
        assert run is not None
        await owner.commit(write(ref, run.revision))


async def test_patience_ends(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Wire(database) as wire, connected(wire.dsn) as store:
        wire.stop()
        monkeypatch.setattr(store._client, "_patience_s", 0.3)
        with pytest.raises(Away, match="no server answers there; start it"):
            await started(store)


async def test_those_who_come_back_do_not_come_in_step(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def pause(_: links.Link, pause_s: float) -> None:
        pauses.append(pause_s)
        if len(pauses) == 60:
            await wire.resume()

    async with Wire(database) as wire, connected(wire.dsn) as store:
        wire.stop()
        monkeypatch.setattr(links.Link, "_pause", pause)
        starting = asyncio.create_task(started(store))
        assert (await starting).run
    assert len(set(pauses)) == len(pauses) >= 60, "each is shortened by chance"
    assert max(pauses) <= links.PAUSE_S_MAX and min(pauses[10:]) >= links.PAUSE_S_MAX / 2


async def test_whoever_is_closed_while_he_waits_is_told(database: str) -> None:
    async with Wire(database) as wire:
        store = await PostgresStore.connect(wire.dsn)
        wire.stop()
        starting = asyncio.create_task(started(store))
        await asyncio.wait([starting], timeout=0.1)
        async with asyncio.timeout(5):
            await store.close()
        with pytest.raises(Unreachable):
            await starting


async def test_a_wrong_dsn_is_told_at_once(database: str) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(Unreachable, match="no server answers there"):
        await PostgresStore.connect("postgresql://u@127.0.0.1:1/shop")
    assert loop.time() - began < links.CONNECT_S_MAX
