"""Tables with a partition for each day: made ahead, dropped whole, and never in the way of a commit."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.runtime.store.postgres import PostgresStore

from .making import Owner, call_row, rows, started, write
from .wires import connected

pytestmark = pytest.mark.anyio

DAYS = (
    "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid "
    "where i.inhparent = 'waymark.calls'::regclass order by 1"
)


async def test_an_engine_that_begins_makes_the_days_to_come(database: str, postgres: PostgresStore) -> None:
    assert len(await rows(database, DAYS)) == 15, "two weeks, and what is undated"
    await rows(database, "select waymark.drop_days_v1(date '2999-01-01')")
    assert await rows(database, DAYS) == [("calls_undated",)]
    await postgres.register(uuid4(), "host", "lock")
    assert len(await rows(database, DAYS)) == 15
    assert await rows(database, "select waymark.make_days_v1((now() at time zone 'utc')::date, 14)") == [(0,)]


async def test_a_call_is_in_the_partition_of_the_day_on_which_it_was_written(
    database: str, postgres: PostgresStore
) -> None:
    ref = await started(postgres)
    owner = await Owner.of(postgres, ref)
    await owner.commit(write(ref), calls=(call_row(ref),))
    found = await rows(
        database, "select tableoid::regclass::text, day = (now() at time zone 'utc')::date from waymark.calls"
    )
    assert [(name.startswith("waymark.calls_20"), today) for name, today in found] == [(True, True)]
    assert [call.call for call in await postgres.calls_of(ref)] == [1]


async def test_a_commit_of_a_day_that_nobody_has_made_is_made_all_the_same(
    database: str, postgres: PostgresStore
) -> None:
    await rows(database, "select waymark.drop_days_v1(date '2999-01-01')")
    ref = await started(postgres)
    owner = await Owner.of(postgres, ref)
    await owner.commit(write(ref), calls=(call_row(ref),))
    assert await rows(database, "select tableoid::regclass::text from waymark.calls") == [("waymark.calls_undated",)]


async def test_days_before_one_are_dropped_and_later_ones_stay(database: str, postgres: PostgresStore) -> None:
    await rows(database, "select waymark.make_days_v1(date '2020-02-27', 4)")
    await rows(
        database,
        "insert into waymark.logs (part, run, at, level, said, day) "
        "select 1, gen_random_uuid(), now(), 'print', 'x', d "
        "from unnest(array[date '2020-02-28', '2020-03-01', '2019-01-01']) d",
    )
    assert await rows(database, "select waymark.drop_days_v1(date '2020-03-01')") == [(12,)]
    assert await rows(database, "select day::text from waymark.logs") == [("2020-03-01",)]


async def test_whoever_reads_an_old_day_is_not_waited_for(database: str, postgres: PostgresStore) -> None:
    await rows(database, "select waymark.make_days_v1(date '2020-02-27', 1)")
    async with connected(database) as reader, reader.transaction():
        await reader.fetch("select * from waymark.calls where day = date '2020-02-27'")
        with pytest.raises(Exception, match="lock timeout"):
            await rows(database, "select waymark.drop_days_v1(date '2020-03-01')")
    assert await rows(database, "select waymark.drop_days_v1(date '2020-03-01')") == [(4,)]
