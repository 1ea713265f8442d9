"""Who waits is told by NOTIFY, and finds out by polling where nothing is heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from waymark.runtime.model import RunRef, Status
from waymark.runtime.store import listener, waiters
from waymark.runtime.store.channels import GROUP, NAMED_MAX, ended_channel, inbox_channels, parts_of, payloads, runs_of
from waymark.runtime.store.errors import Address
from waymark.runtime.store.links import Target
from waymark.runtime.store.listener import OFF, Listener, listening_target
from waymark.runtime.store.postgres import PostgresStore

from .making import Owner, new_run, started, write
from .wires import connected

pytestmark = pytest.mark.anyio

PATIENCE_S = 10.0


def target(dsn: str, *, pooled: bool = False) -> Target:
    return Target(dsn, Address.of(dsn), "waymark test", pooled)


async def end(store: PostgresStore, ref: RunRef) -> None:
    owner = await Owner.of(store, ref)
    await owner.commit(write(ref, status=Status.FINISHED, outcome=b"outcome"))


async def listens(client: PostgresStore) -> None:
    while True:
        if client._waiters._is_heard():
            return
        await asyncio.sleep(0.005)


class Ear:
    """A listener, and what it heard."""

    def __init__(self, dsn: str) -> None:
        self.heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.changed: asyncio.Queue[None] = asyncio.Queue()
        self.listener = Listener(
            target(dsn), lambda channel, payload: self.heard.put_nowait((channel, payload)), self._changed
        )

    def _changed(self) -> None:
        self.changed.put_nowait(None)

    async def hears(self, channel: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not self.listener.hears(channel):
                await self.changed.get()


@asynccontextmanager
async def listening(dsn: str, *channels: str) -> AsyncIterator[Ear]:
    ear = Ear(dsn)
    ear.listener.listen(channels)
    try:
        yield ear
    finally:
        await ear.listener.close()


async def test_what_is_left_in_an_inbox_is_told_after_the_commit(database: str, postgres: PostgresStore) -> None:
    async with listening(database, *inbox_channels()) as ear, asyncio.timeout(PATIENCE_S):
        await ear.hears(inbox_channels()[-1])
        ref = await started(postgres)
        channel, payload = await ear.heard.get()
        assert ref.part in parts_of(channel) and payload == ""
        await postgres.send(ref, b"word")
        assert (await ear.heard.get())[0] == channel


async def test_a_waiting_client_is_woken_by_the_commit_and_not_by_its_clock(
    database: str, postgres: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PAUSE_S_MIN", "PAUSE_S_MAX", "HEARD_PAUSE_S_MAX"):
        monkeypatch.setattr(waiters, name, 3600.0)
    ref = await started(postgres)
    client = await PostgresStore.connect(database, listen=None)
    try:
        waiting = asyncio.create_task(client.wait_ended(ref, PATIENCE_S))
        async with asyncio.timeout(PATIENCE_S):
            await listens(client)
            await end(postgres, ref)
            stored = await waiting
        assert stored is not None and stored.ref == ref
    finally:
        await client.close()


async def test_a_listener_comes_back_when_its_connection_was_lost(
    database: str, postgres: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "AGAIN_S_FIRST", 0.01)
    channel = ended_channel(0)
    async with listening(database, channel) as ear, connected(database) as observer:
        await ear.hears(channel)
        await observer.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'waymark test listener'"
        )
        async with asyncio.timeout(PATIENCE_S):
            while ear.listener.hears(channel):
                await ear.changed.get()
        await ear.hears(channel)
        await observer.execute(f"select pg_notify('{channel}', '')")
        async with asyncio.timeout(PATIENCE_S):
            assert await ear.heard.get() == (channel, "")


async def test_where_nothing_is_heard_a_client_polls(
    database: str, postgres: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a pooler in transaction mode: LISTEN succeeds, on a server connection that is somebody else's next."""

    async def deaf(self: asyncpg.Connection, channel: str, callback: Any) -> None:
        await self.fetchval("select 1")

    monkeypatch.setattr(asyncpg.Connection, "add_listener", deaf)
    monkeypatch.setattr(listener, "ECHO_S_MAX", 0.05)
    ref = await started(postgres)
    client = await PostgresStore.connect(database, listen=None)
    try:
        waiting = asyncio.create_task(client.wait_ended(ref, PATIENCE_S))
        await end(postgres, ref)
        stored = await waiting
        assert stored is not None and stored.ref == ref
        assert not client._waiters._is_heard()
    finally:
        await client.close()


async def test_a_start_does_not_fail_when_nobody_can_be_notified(postgres: PostgresStore) -> None:
    await postgres._hints._link.close()
    assert await started(postgres)


def test_no_payload_is_too_long_and_each_names_its_runs() -> None:
    refs = [new_run(key=f"run {n}").ref for n in range(20 * NAMED_MAX)]
    few = refs[: GROUP * 2]
    named = [(channel, run) for channel, payload in payloads(few) for run in runs_of(payload)]
    assert sorted(named) == sorted((ended_channel(ref.part), ref.run) for ref in few)
    assert all(payload == "" for _, payload in payloads([RunRef(3, ref.run) for ref in refs]))
    assert all(len(payload) < 8000 for _, payload in payloads([RunRef(3, ref.run) for ref in refs[:NAMED_MAX]]))


def test_a_pooler_is_not_listened_to_unless_a_direct_connection_is_named() -> None:
    dsn, direct = "postgresql://pooler/app", "postgresql://server/app"
    assert listening_target(target(dsn), None) == target(dsn)
    assert listening_target(target(dsn, pooled=True), None) is None
    assert listening_target(target(dsn), OFF) is None
    assert listening_target(target(dsn, pooled=True), direct) == target(direct)
