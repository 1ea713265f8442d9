"""Who waits is told by NOTIFY, and finds out by polling where nothing is heard."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from waymark.runtime.model import EndedRun, RunRef, Status
from waymark.runtime.store import listener, waiters
from waymark.runtime.store.channels import (
    GROUP,
    ONLY_STARTS,
    TOLD_MAX,
    ended_channel,
    ended_of,
    inbox_channels,
    outcome_of,
    parts_of,
    payloads,
)
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
        assert ref.part in parts_of(channel) and payload == ONLY_STARTS
        await postgres.send(ref, b"word")
        assert await ear.heard.get() == (channel, ""), "which is not to wait"


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
    refs = [new_run(key=f"run {n}").ref for n in range(3_000)]
    outcomes = [b"", b"short", bytes(TOLD_MAX), bytes(TOLD_MAX + 1), None]
    runs = [EndedRun(ref, Status.FINISHED, outcomes[n % 5]) for n, ref in enumerate(refs)]
    runs += [EndedRun(new_run(key=f"failed {n}").ref, Status.FAILED, b"short") for n in range(3_000)]
    told = [(channel, *word) for channel, payload in payloads(runs) for word in ended_of(payload)]
    assert all(0 < len(payload) <= 7_900 for _, payload in payloads(runs))
    assert [(channel, digits) for channel, digits, _ in sorted(told)] == sorted(
        (ended_channel(run.ref.part), run.ref.run.hex) for run in runs
    )
    by_run = {(channel, digits): outcome_of(said) for channel, digits, said in told}
    for run in runs:
        short = run.status is Status.FINISHED and run.outcome and len(run.outcome) <= TOLD_MAX
        assert by_run[ended_channel(run.ref.part), run.ref.run.hex] == (run.outcome if short else None)


@pytest.mark.parametrize("told", ["", "?", "#*", "abc"])
def test_what_is_told_in_another_way_is_not_taken_for_a_result(told: str) -> None:
    assert outcome_of(told) is None


async def test_the_result_of_a_run_that_was_started_here_arrives_without_a_question(
    database: str, postgres: PostgresStore
) -> None:
    client = await PostgresStore.connect(database, listen=None)
    asked: list[int] = []
    ask = client._waiters._ask

    async def counted(refs: Sequence[RunRef]) -> Sequence[EndedRun]:
        asked.append(len(refs))
        return await ask(refs)

    client._waiters._ask = counted
    try:
        async with asyncio.timeout(PATIENCE_S):
            first = asyncio.create_task(client.wait_ended(await started(client, key="first"), PATIENCE_S))
            await asyncio.sleep(0)
            await listens(client)
            ref = await started(client, key="first")
            await end(postgres, ref)
            assert (await first) == EndedRun(ref, Status.FINISHED, b"outcome")
            other = await same_group(client, ref)
            before = len(asked)
            waiting = asyncio.create_task(client.wait_ended(other, PATIENCE_S))
            await end(postgres, other)
            assert await waiting == EndedRun(other, Status.FINISHED, b"outcome")
            late = await same_group(client, ref)
            await end(postgres, late)
            await known(client, late)
            assert await client.wait_ended(late, PATIENCE_S) == EndedRun(late, Status.FINISHED, b"outcome")
            assert len(asked) == before
    finally:
        await client.close()


async def known(client: PostgresStore, ref: RunRef) -> None:
    """The end of a run that nobody waits for has been heard."""
    while True:
        if client._waiters._fresh[ref.run.hex].ended is not None:
            return
        await asyncio.sleep(0.005)


async def same_group(client: PostgresStore, ref: RunRef) -> RunRef:
    """A new run of which the client hears if it hears of this one."""
    keys = (f"{number}" for number in itertools.count())
    group = ref.part // GROUP
    while True:
        new = new_run(key=next(keys))
        if new.ref.part // GROUP == group and await client.find_run(new.workflow, new.key) is None:
            return await started(client, key=new.key)


async def test_of_a_run_that_failed_only_the_id_is_told(database: str, postgres: PostgresStore) -> None:
    """It may be tried again, and then the old failure would come late."""
    ref = await started(postgres)
    async with listening(database, ended_channel(ref.part)) as ear, asyncio.timeout(PATIENCE_S):
        await ear.hears(ended_channel(ref.part))
        owner = await Owner.of(postgres, ref)
        await owner.commit(write(ref, status=Status.FAILED, outcome=b"outcome"))
        assert await ear.heard.get() == (ended_channel(ref.part), ref.run.hex)


def test_a_pooler_is_not_listened_to_unless_a_direct_connection_is_named() -> None:
    dsn, direct = "postgresql://pooler/app", "postgresql://server/app"
    assert listening_target(target(dsn), None) == target(dsn)
    assert listening_target(target(dsn, pooled=True), None) is None
    assert listening_target(target(dsn), OFF) is None
    assert listening_target(target(dsn, pooled=True), direct) == target(direct)
