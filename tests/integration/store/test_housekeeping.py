"""What is deleted when it is old, and what is counted, on every store; days and their partitions on Postgres."""

from __future__ import annotations

import asyncio
import uuid

import asyncpg
import pytest

from waymark.runtime.engine.housekeeping import collect_all
from waymark.runtime.model import RunRef, Status
from waymark.runtime.stats import Counts
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.store.postgres import PostgresStore

from .making import AnyStore, Owner, call_row, new_run, write

pytestmark = pytest.mark.anyio

ALL = range(256)
HOUR = 3_600_000_000
DAY = 24 * HOUR


async def ended(store: AnyStore, key: str | None = None, status: Status = Status.FINISHED) -> RunRef:
    """A run with pages, a call and a message that nobody read."""
    ref = await store.start(new_run(key=key))
    owner = await Owner.of(store, ref)
    (entry,) = [entry for entry in await store.read_inbox([ref.part], 100) if entry.run == ref.run]
    await owner.commit(
        write(ref, put={1: b"one", 2: b"two"}), consumed=((entry.part, entry.seq),), calls=(call_row(ref),)
    )
    await store.send(ref, b"hello")
    await owner.commit(write(ref, expected=1, status=status, outcome=b"done"))
    await store.release(owner.engine)
    return ref


async def later(store: AnyStore) -> int:
    return await store.now() + 1_000


async def test_runs_that_ended_long_ago_are_deleted_with_all_that_is_theirs(store: AnyStore) -> None:
    finished, failed = await ended(store, "a"), await ended(store, "b", Status.FAILED)
    living = await store.start(new_run(key="c"))
    assert await store.collect(await store.now() - DAY, 0, 10) == (0, None)
    before = await later(store)
    assert await store.count_collectable(before) == 2
    collected, reached = await store.collect(before, 0, 10)
    assert collected == 2 and reached is not None and reached < before
    assert await store.get_runs([finished, failed, living]) == await store.get_runs([living])
    assert await store.pages_of([finished.run, failed.run]) == 0
    assert await store.load_pages(finished) == {}
    assert await store.find_run("Orders", "a") is None
    assert await store.find_run("Orders", "c") == living
    assert await store.count_collectable(before) == 0
    # Its owner finds what was left for it, and nobody whom it is for.
    assert {entry.run for entry in await store.read_inbox(ALL, 10)} == {finished.run, failed.run, living.run}


async def test_an_id_is_free_when_its_run_was_deleted(store: AnyStore) -> None:
    ref = await ended(store, "a")
    again = new_run(key="a")
    assert await store.start(again) == ref
    await collect_all(store, await later(store), 0, 10)
    assert await store.start(again) == again.ref != ref
    (stored,) = await store.get_runs([again.ref])
    assert (stored.status, stored.revision) == (Status.QUEUED, 0)


async def test_an_id_that_another_run_has_by_now_stays_with_it(store: AnyStore) -> None:
    ref = await ended(store, "a")
    replacing = new_run(key="a")
    replacing = type(replacing)(
        **{name: getattr(replacing, name) for name in replacing.__struct_fields__} | {"replace": True}
    )
    assert await store.start(replacing) == replacing.ref
    await collect_all(store, await later(store), 0, 10)
    assert await store.get_runs([ref]) == []
    assert await store.find_run("Orders", "a") == replacing.ref


async def test_deleting_goes_by_batches_from_the_oldest_on(store: AnyStore) -> None:
    refs = [await ended(store) for _ in range(7)]
    before = await later(store)
    collected, reached = await store.collect(before, 0, 3)
    assert collected == 3 and reached is not None
    assert {run.ref for run in await store.get_runs(refs)} == set(refs[3:])
    assert (await store.collect(before, reached, 3))[0] == 3
    assert (await store.collect(before, reached, 3))[0] == 1
    assert await store.collect(before, 0, 3) == (0, None)


async def test_all_are_deleted_however_small_the_batch(store: AnyStore) -> None:
    refs = [await ended(store) for _ in range(5)]
    assert await collect_all(store, await later(store), 0, 2) == 5
    assert await store.get_runs(refs) == []


async def test_what_an_engine_did_in_a_minute_is_added_up(store: AnyStore) -> None:
    engine, minute = uuid.uuid4(), await store.now()
    await store.put_stats(engine, minute, {"a": Counts(1, 2, 3, 4, 50, 60), "b": Counts(started=1)})
    await store.put_stats(engine, minute // 60_000_000 * 60_000_000, {"a": Counts(1, 1, 1, 1, 10, 10)})
    counted = await counts_of(store)
    assert counted["a"] == Counts(2, 3, 4, 5, 60, 60)
    assert counted["b"] == Counts(started=1)


async def counts_of(store: AnyStore) -> dict[str, Counts]:
    if isinstance(store, MemoryStore):
        return {workflow: counts for (*_, workflow), counts in store._counts.items()}
    rows = await store._client.work("read counts", lambda c: c.fetch("select * from waymark.stats"))
    names = Counts.__struct_fields__
    return {row["workflow"]: Counts(**{name: row[name] for name in names}) for row in rows}


async def test_days_to_come_are_made_and_old_ones_dropped(postgres: PostgresStore, database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("select waymark.make_days_v1((now() at time zone 'utc')::date - 5, 3)")
        await connection.execute(
            "insert into waymark.stats (minute, engine, workflow) values (now() - interval '3 days', $1, 'w')",
            uuid.uuid4(),
        )
        now = await postgres.now()
        old = await postgres.old_days(now - DAY)
        assert len(old) == 3 * 4
        assert await postgres.keep_days(now - DAY) == old
        assert await postgres.keep_days(now - DAY) == await postgres.old_days(now - DAY) == []
        assert await connection.fetchval("select count(*) from waymark.stats") == 0
        ahead = "select to_regclass('waymark.calls_' || to_char((now() at time zone 'utc')::date + 7, 'YYYY_MM_DD'))"
        assert await connection.fetchval(ahead) is not None
    finally:
        await connection.close()


async def test_a_day_that_is_being_read_is_dropped_another_time(postgres: PostgresStore, database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("select waymark.make_days_v1((now() at time zone 'utc')::date - 5, 1)")
        before = await postgres.now() - DAY
        old = await postgres.old_days(before)
        (held,) = [child for child in old if child.startswith("logs_")]
        transaction = connection.transaction()
        await transaction.start()
        await connection.fetch(f"select * from waymark.{held}")
        assert await postgres.keep_days(before) == [child for child in old if child != held]
        await transaction.rollback()
        assert await postgres.keep_days(before) == [held]
    finally:
        await connection.close()


async def test_two_who_collect_at_once_share_the_work(postgres: PostgresStore, database: str) -> None:
    """By hand: the first has locked the oldest; the second takes the next ones and does not wait."""
    refs = [await ended(postgres) for _ in range(4)]
    before = await later(postgres)
    other = await asyncpg.connect(database)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.fetch("select waymark.collect_v1(waymark.time_of($1), '-infinity', 2)", before)
        assert (await postgres.collect(before, 0, 10))[0] == 2
        await transaction.commit()
    finally:
        await other.close()
    assert await postgres.get_runs(refs) == []


async def test_who_starts_an_id_anew_waits_for_the_deletion(postgres: PostgresStore, database: str) -> None:
    await ended(postgres, "a")
    before = await later(postgres)
    other = await asyncpg.connect(database)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.fetch("select waymark.collect_v1(waymark.time_of($1), '-infinity', 2)", before)
        again = new_run(key="a")
        starting = asyncio.create_task(postgres.start(again))
        while not await other.fetchval("select count(*) from pg_locks where not granted"):
            pass  # each look gives the other task its turn
        assert not starting.done()
        await transaction.commit()
        assert await starting == again.ref
    finally:
        await other.close()


async def test_a_million_rows_are_not_read_to_find_a_few(postgres: PostgresStore, database: str) -> None:
    """Of 20,000 parked runs and a handful that have ended: by the index of times, whatever the planner believes."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            "insert into waymark.runs (part, run, unit, workflow, key, status, created_at) "
            "select n % 256, gen_random_uuid(), '', 'w', n::text, 'parked', "
            "now() - interval '2 days' from generate_series(1, 20000) n"
        )
        plan = await connection.fetch(
            "explain select r.part, r.run from waymark.runs r where r.created_at >= now() - interval '1 day' "
            "and r.created_at < now() and r.finished_at < now() order by r.created_at limit 100 for update skip locked"
        )
        assert any("runs_by_time" in row[0] for row in plan)
        refs = [await ended(postgres) for _ in range(3)]
        assert await collect_all(postgres, await later(postgres), 0, 2) == len(refs)
    finally:
        await connection.close()
