"""A migration is applied while engines of the version before commit, poll and beat: they go on, and lose nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from waymark.runtime.model import RunRef
from waymark.runtime.ports import StoreError
from waymark.runtime.store import migrate as migrations
from waymark.runtime.store.links import SETTINGS
from waymark.runtime.store.migrate import Migration, SchemaMismatch, migrate
from waymark.runtime.store.postgres import PostgresStore

from .making import Owner, new_run, rows, started, write
from .wires import becomes, connected

pytestmark = pytest.mark.anyio

WAITS = (
    "select exists (select from pg_stat_activity where application_name like 'waymark migrate%' "
    "and wait_event_type = 'Lock' and datname = current_database())"
)
# As the next release may bring: columns and an index on the hottest table, the next version of the function that every
# commit is, and a table. The functions that older engines call stay.
LATER = Migration(
    "9998_pre_later",
    """
    alter table waymark.runs add column if not exists later integer, add column if not exists also text default 'x';
    create index runs_by_later on waymark.runs (later) where later is not null;
    create function waymark.commit_v99() returns void language sql as 'select';
    create or replace function waymark.guard_v1() returns void language plpgsql as $$
    begin
        if current_setting('transaction_isolation') <> 'read committed' then
            raise exception 'waymark needs READ COMMITTED' using errcode = 'WM003';
        end if;
    end
    $$;
    create table waymark.later_still (part smallint primary key);
    """,
)


class Load:
    """An engine of the version before: it commits, reads its inbox and beats, without a break.

    No statement of it waits for the migration longer than the lock_timeout of its connections, 5 s: it would fail.
    """

    def __init__(self, store: PostgresStore, owner: Owner, refs: list[RunRef]) -> None:
        self.commits = 0
        self.failures: list[StoreError] = []
        self.moved = asyncio.Event()
        self._store, self._owner, self._refs = store, owner, refs
        self._stopping = False

    async def run(self) -> None:
        while not self._stopping:
            try:
                await self._owner.commit(*(write(ref, self.commits) for ref in self._refs))
                await self._store.read_inbox(self._owner.fence, 100)
                assert await self._store.beat(self._owner.engine, 60_000)
                await started(self._store)
            except StoreError as error:
                self.failures.append(error)
                continue
            self.commits += 1
            self.moved.set()

    async def stop(self) -> None:
        self._stopping = True


@asynccontextmanager
async def loaded(database: str) -> AsyncIterator[Load]:
    store = await PostgresStore.connect(database)
    refs = [await started(store) for _ in range(5)]
    load = Load(store, await Owner.of(store, *refs), refs)
    running = asyncio.create_task(load.run())
    try:
        await goes_on(load)
        yield load
        await goes_on(load)
    finally:
        await load.stop()
        await running
        await store.close()


async def goes_on(load: Load, commits: int = 20) -> None:
    begin = load.commits
    async with asyncio.timeout(30):
        while load.commits < begin + commits:
            load.moved.clear()
            await load.moved.wait()


async def test_an_engine_goes_on_while_and_after_a_later_version_migrates(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with loaded(database) as load:
        known = migrations.packaged()
        with monkeypatch.context() as later:
            later.setattr(migrations, "packaged", lambda: [*known, LATER])
            assert await migrate(database) == [LATER.name]
        await goes_on(load, 50)
        with pytest.raises(SchemaMismatch, match="has migration 9998_pre_later, which this version"):
            await PostgresStore.connect(database)  # who comes anew is told to upgrade; who is there stays
    assert load.failures == []
    revisions = await rows(database, "select distinct revision from waymark.runs where revision > 0")
    assert revisions == [(load.commits,)], "every commit counted once"


async def test_a_migration_that_waits_for_an_open_transaction_holds_engines_up_and_loses_nothing(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst of it: somebody reads for long, the migration waits for him, and commits for the migration."""
    reader = await asyncpg.connect(database, server_settings={k: v for k, v in SETTINGS.items() if "idle" not in k})
    try:
        async with loaded(database) as load:
            reading = reader.transaction()
            await reading.start()
            await reader.fetch("select count(*) from waymark.runs")
            known = migrations.packaged()
            monkeypatch.setattr(migrations, "packaged", lambda: [*known, LATER])
            migrating = asyncio.create_task(migrate(database))
            async with connected(database) as observer:
                await becomes(observer, True, WAITS)
            await goes_on(load, 30)
            assert not migrating.done(), "in between it lets go of its place in the line"
            await reading.commit()
            assert await migrating == [LATER.name]
    finally:
        reader.terminate()
    assert load.failures == [], "nobody waited for longer than an engine waits"
    revisions = await rows(database, "select distinct revision from waymark.runs where revision > 0")
    assert revisions == [(load.commits,)]


async def test_processes_of_both_versions_that_start_during_a_migration_agree(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrations.packaged()
    monkeypatch.setattr(migrations, "packaged", lambda: [*known, LATER])
    async with loaded_by_older(database) as old:
        stores = await asyncio.gather(*(PostgresStore.connect(database) for _ in range(6)))
        news = [new_run() for _ in stores]
        assert [await store.start(new) for store, new in zip(stores, news, strict=True)] == [new.ref for new in news]
        assert await old.start(new_run(key=news[0].key)) == news[0].ref
        for store in stores:
            await store.close()


@asynccontextmanager
async def loaded_by_older(database: str) -> AsyncIterator[PostgresStore]:
    """Its connections were there before the migration."""
    with pytest.MonkeyPatch.context() as older:
        older.setattr(migrations, "packaged", lambda: [each for each in _all() if each != LATER])
        store = await PostgresStore.connect(database)
    await started(store)
    try:
        yield store
    finally:
        await store.close()


_packaged = migrations.packaged


def _all() -> list[Migration]:
    return _packaged()
