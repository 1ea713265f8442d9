"""Starts together: bulk starts, and those of one process that come at the same time."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from waymark.runtime.model import InboxKind, NewRun, RunRef, Status
from waymark.runtime.ports import Busy, Rejected
from waymark.runtime.store import starts
from waymark.runtime.store.postgres import PostgresStore

from .making import AnyStore, Owner, keys_in_one_partition, new_run, rows, started, write
from .wires import connected, waits_for_lock

pytestmark = pytest.mark.anyio

TAKEN = "insert into waymark.ids (part, workflow, key, run) values (waymark.partition_of($1, $2), $1, $2, $3)"


@pytest.mark.parametrize("count", [0, 1, 3, 25, 2100])
async def test_many_starts_are_as_many_runs_in_their_order(store: AnyStore, count: int) -> None:
    news = [new_run() for _ in range(count)]
    assert await store.start_many(news) == [new.ref for new in news]
    entries = await store.read_inbox(range(256), 5000)
    assert [entry.run for entry in entries] == [new.run for new in news]
    assert all(entry.kind == InboxKind.START for entry in entries)


@pytest.mark.parametrize("count", [3, 60])
async def test_starting_many_again_gives_the_first_runs(store: AnyStore, count: int) -> None:
    first = [new_run() for _ in range(count)]
    refs = await store.start_many(first)
    again = [new_run(key=new.key) for new in first]
    assert await store.start_many([*again, new_run(key="other"), new_run(key="other")]) == [
        *refs,
        *[await store.start(new_run(key="other"))] * 2,
    ]
    assert len(await store.read_inbox(range(256), 5000)) == count + 1


@pytest.mark.parametrize("count", [1, 30])
async def test_what_a_start_says_is_kept(database: str, postgres: PostgresStore, count: int) -> None:
    parent = RunRef(7, uuid4())
    tags = ("plain", 'with "quotes" and \\', "{braces},", "ключ", "null", "")
    news = [
        NewRun("Orders", f"k{n}", uuid4(), b"u", b"a", b"s", -3, tags, "nightly", parent, "slow") for n in range(count)
    ]
    await postgres.start_many(news)
    kept = await rows(database, "select priority, tags, schedule, parent_part, parent, queue from waymark.runs")
    assert kept == [(-3, list(tags), "nightly", 7, parent.run, "slow")] * count
    assert await rows(database, "select count(*) from waymark.arrivals") == [(0,)]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"tags": ("a\0",)}, r"the tag 'a\\x00' holds a NUL"),
        ({"tags": ("ä" * 101,)}, "is longer than 200 bytes"),
        ({"tags": ("a",) * 101}, "100 tags at most"),
        ({"schedule": "\ud800"}, "the schedule's name .* holds a NUL or half"),
        ({"queue": "q" * 1001}, "is longer than 1000 bytes"),
    ],
)
async def test_what_cannot_be_kept_is_refused_before_anything_is_started(
    store: AnyStore, said: dict[str, object], why: str
) -> None:
    bad = NewRun("Orders", "bad", uuid4(), b"u", b"a", b"s", **said)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=why):
        await store.start(bad)
    with pytest.raises(ValueError, match=why):
        await store.start_many([new_run(), bad])
    assert not await store.read_inbox(range(256), 10)


async def test_starts_at_the_same_time_share_transactions(database: str, postgres: PostgresStore) -> None:
    await started(postgres)
    news = [new_run() for _ in range(500)]
    assert await asyncio.gather(*map(postgres.start, news)) == [new.ref for new in news]
    ((count,),) = await rows(database, "select count(distinct xmin::text) from waymark.ids")
    assert count <= 4  # the one before, the first alone, and the others behind it


async def test_one_that_cannot_be_started_leaves_the_others_alone(postgres: PostgresStore) -> None:
    run = uuid4()
    taken, also = (new_run(key=key, run=run) for key in keys_in_one_partition(2))
    await postgres.start(taken)
    good = [new_run() for _ in range(10)]
    answers = await asyncio.gather(*map(postgres.start, [*good[:5], also, *good[5:]]), return_exceptions=True)
    assert isinstance(answers.pop(5), Rejected)
    assert answers == [new.ref for new in good]


async def test_an_id_that_is_being_started_elsewhere_delays_the_others_and_fails_none(
    database: str, postgres: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(starts.__dict__, "COPIED_MIN", 5)
    async with connected(database) as other, connected(database) as observer:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(TAKEN, "Orders", "busy", uuid4())
        await started(postgres)
        async with postgres._client._use() as connection:
            await connection.execute("set lock_timeout = '100ms'")
        good = [new_run() for _ in range(10)]
        starting = asyncio.gather(
            *map(postgres.start, [*good[:5], new_run(key="busy"), *good[5:]]), return_exceptions=True
        )
        await waits_for_lock(observer, "waymark client")
        answers = await starting
        await transaction.rollback()
    busy = answers.pop(5)
    assert isinstance(busy, Busy) and "another transaction holds a row that this one needs" in str(busy)
    assert answers == [new.ref for new in good]


async def test_whoever_gives_up_a_start_does_not_take_others_along(postgres: PostgresStore) -> None:
    news = [new_run() for _ in range(30)]
    starting = [asyncio.create_task(postgres.start(new)) for new in news]
    await asyncio.sleep(0)
    for task in starting[::2]:
        task.cancel()
    await asyncio.wait(starting)
    assert [task.result() for task in starting[1::2]] == [new.ref for new in news[1::2]]
    assert all(task.cancelled() for task in starting[::2])


async def test_a_copy_that_fails_leaves_nothing(database: str, postgres: PostgresStore) -> None:
    run = uuid4()
    (taken,) = keys_in_one_partition(1)
    await postgres.start(new_run(key=taken, run=run))
    doubled = [new_run(key=key, run=run) for key in keys_in_one_partition(30)[1:]]
    with pytest.raises(Rejected, match="duplicate key"):
        await postgres.start_many(doubled)
    assert await rows(database, "select count(*) from waymark.ids") == [(1,)]
    assert await postgres.start_many([new_run(key=taken)]) == [RunRef(doubled[0].ref.part, run)]


async def test_two_who_start_the_same_in_opposite_order_do_not_deadlock(database: str) -> None:
    one, two = [await PostgresStore.connect(database) for _ in range(2)]
    try:
        for turn in range(10):
            news = [new_run(key=f"{turn}-{n}") for n in range(200)]
            left, right = await asyncio.gather(one.start_many(news), two.start_many(news[::-1]))
            assert left == right[::-1]
    finally:
        await one.close()
        await two.close()


async def test_pieces_are_bounded_by_rows_and_by_bytes() -> None:
    small = [new_run() for _ in range(2001)]
    assert [len(piece) for piece in starts.bounded(small)] == [1000, 1000, 1]
    large = [NewRun("w", str(n), uuid4(), b"u", bytes(size), b"s") for n, size in enumerate([3, 2, 5, 1])]
    sizes = [[len(new.arguments) for new in piece] for piece in _in_millions(large)]
    assert sizes == [[3], [2], [5], [1]]


def _in_millions(news: list[NewRun]) -> list[list[NewRun]]:
    grown = [NewRun(new.workflow, new.key, new.run, b"u", new.arguments * 1_000_000, b"s") for new in news]
    return [
        [NewRun(new.workflow, new.key, new.run, b"u", new.arguments[::1_000_000], b"s") for new in piece]
        for piece in starts.bounded(grown)
    ]


async def test_a_start_of_a_closed_process_is_told(database: str) -> None:
    store = await PostgresStore.connect(database)
    starting = asyncio.create_task(started(store))
    await asyncio.sleep(0)
    await store.close()
    assert (await starting).run  # it had begun
    with pytest.raises(Exception, match="was closed"):
        await started(store)


def test_columns_of_a_copy_are_those_of_the_table(database: str) -> None:
    async def columns() -> list[str]:
        connection = await asyncpg.connect(database)
        try:
            sql = (
                "select attname from pg_attribute where attrelid = 'waymark.arrivals'::regclass "
                "and attnum > 0 order by attnum"
            )
            return [row["attname"] for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    assert tuple(asyncio.run(columns())) == ("batch", "n", *starts.COLUMNS)


async def test_an_id_is_taken_over_only_from_a_run_that_has_ended(store: AnyStore) -> None:
    first, second = new_run(key="order-7"), new_run(key="order-7")
    taking = msgspec.structs.replace(second, replace=True)
    ref = await store.start(first)
    assert await store.start(taking) == ref, "it has not ended"
    owner = await Owner.of(store, ref)
    await owner.commit(write(ref, status=Status.FINISHED))
    assert await store.start(second) == ref, "and nobody asked for it"
    assert await store.start(taking) == second.ref == await store.find_run("Orders", "order-7")
    assert await store.start(taking) == second.ref, "once"
    third = msgspec.structs.replace(new_run(key="order-7"), replace=True)
    assert await store.start_many([*[new_run() for _ in range(30)], third]) != third.ref
    assert await store.find_run("Orders", "order-7") == second.ref
    ended = await store.get_run(ref)
    assert ended is not None and ended.status == Status.FINISHED
    entries = await store.read_inbox(range(256), 100)
    assert [entry.run for entry in entries[:2]] == [first.run, second.run]


async def test_of_two_who_take_an_id_over_one_gets_it(database: str, postgres: PostgresStore) -> None:
    ref = await postgres.start(new_run(key="order-7"))
    await (await Owner.of(postgres, ref)).commit(write(ref, status=Status.FINISHED))
    stores = [await PostgresStore.connect(database) for _ in range(4)]
    try:
        news = [msgspec.structs.replace(new_run(key="order-7"), replace=True) for _ in stores]
        refs = await asyncio.gather(*(store.start(new) for store, new in zip(stores, news, strict=True)))
    finally:
        for store in stores:
            await store.close()
    assert len(set(refs)) == 1 and refs[0] in {new.ref for new in news}
    assert await rows(database, "select count(*) from waymark.runs") == [(2,)]


async def test_a_later_start_sleeps_until_then(database: str, postgres: PostgresStore) -> None:
    now = await postgres.now()
    said = [{"at": now + 3_600_000_000}, {"delay_us": 3_600_000_000}, {"at": now - 1}, {"delay_us": 0}, {}]
    news = [msgspec.structs.replace(new_run(), timeout_us=60_000_000, **some) for some in said]
    await postgres.start_many(news)
    kept = await rows(
        database,
        "select r.run, wake_at = start_at, start_at is null, round(extract(epoch from deadline_at - now()) / 600) "
        "from waymark.runs r order by array_position($1::uuid[], r.run)",
        [new.run for new in news],
    )
    assert [tuple(row[1:]) for row in kept] == [(True, False, 6)] * 2 + [(None, True, 0)] * 3
    assert {entry.run for entry in await postgres.read_inbox(range(256), 10)} == {new.run for new in news[2:]}
    due = await postgres.due_runs(range(256), now + 3_700_000_000, 10)
    assert {run.ref.run for run in due} == {new.run for new in news[:2]}


EVERYTHING = """
select r.part, r.key, r.revision, r.status, r.unit, r.workflow, r.root, r.outcome, r.reason, r.error_type, r.error_text,
       r.wake_at, r.started_at, r.finished_at, r.priority, r.queue, r.parent_part, r.parent, r.schedule, r.tags,
       r.start_at, r.deadline_at, r.status_text, d.arguments, d.seed, i.run = r.run as known, e.kind, e.body
  from waymark.runs r join waymark.run_data d using (part, run) join waymark.inbox e using (part, run)
  join waymark.ids i on i.part = r.part and i.workflow = r.workflow and i.key = r.key
 order by r.run
"""


async def test_one_that_is_started_alone_is_as_one_of_many(database: str, postgres: PostgresStore) -> None:
    """It has a statement of its own, which knows nothing but a priority."""
    news = [new_run(key=f"k{n}") for n in range(2)]
    news[1] = msgspec.structs.replace(news[1], priority=-7)
    for new in news:
        assert await postgres.start(new) == new.ref
    alone = await rows(database, EVERYTHING)
    for table in ("runs", "run_data", "ids", "inbox"):
        await rows(database, f"with gone as (delete from waymark.{table} returning 1) select count(*) from gone")
    assert await postgres.start_many([*news, new_run(key="beside them")]) != []
    together = [row for row in await rows(database, EVERYTHING) if row[1] != "beside them"]
    assert len(alone) == 2 and alone == together


async def test_one_that_is_started_alone_is_the_first_one_of_its_id(postgres: PostgresStore) -> None:
    first, again = new_run(key="k"), new_run(key="k")
    assert [await postgres.start(new) for new in (first, again)] == [first.ref, RunRef(first.ref.part, first.run)]
    assert len(await postgres.read_inbox(range(256), 50)) == 1
