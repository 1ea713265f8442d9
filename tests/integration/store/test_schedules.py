"""Schedules, on every store: what people do with them, and two schedulers that fire the same one."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any

import asyncpg
import msgspec
import pytest

from waymark.runtime import scheduling
from waymark.runtime.machines.schedules import LOOK_US, look
from waymark.runtime.model import RunRef, Status, partition_of
from waymark.runtime.schedules import Overlap, Plan, Schedule, ScheduleState, ScheduleWrite, key_of
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.store.queries import QUERIES

from .making import AnyStore, Owner, write

pytestmark = pytest.mark.anyio

HOUR = 3_600_000_000
MINUTE = 60_000_000
ALL = range(256)


async def registered(store: AnyStore, plan: Plan | None = None, name: str = "nightly", **said: Any) -> Schedule:
    await scheduling.register(
        store,
        workflow="report",
        name=name,
        unit=b"hash",
        arguments=b"arguments",
        plan=plan or Plan(every_us=HOUR),
        **said,
    )
    return await read(store, name)


async def read(store: AnyStore, name: str = "nightly") -> Schedule:
    schedule = await store.get_schedule("report", name)
    assert schedule is not None
    return schedule


async def set_back(store: AnyStore, by_us: int, name: str = "nightly", **said: Any) -> Schedule:
    """As if the schedule were older by so much."""
    row = await read(store, name)
    plan = msgspec.structs.replace(row.plan, anchor=row.plan.anchor - by_us)
    assert row.due is not None
    due = row.due - by_us
    older = msgspec.structs.replace(row, plan=plan, due=due, look_at=due if row.look_at else None, **said)
    assert await store.write_schedule(ScheduleWrite(older, row.revision))
    return await read(store, name)


async def fired(store: AnyStore, name: str = "nightly") -> list[str]:
    """What starts when its next time has come."""
    row = await read(store, name)
    assert row.look_at is not None
    return await scheduling.fire(store, row, row.look_at)


async def run_of(store: AnyStore, key: str) -> RunRef:
    ref = await store.find_run("report", key)
    assert ref is not None
    return ref


async def end(store: AnyStore, ref: RunRef) -> None:
    await (await Owner.of(store, ref)).commit(write(ref, status=Status.FINISHED, outcome=b"done"))


async def test_what_is_registered_is_read_back(store: AnyStore) -> None:
    plan = Plan(cron="30 2 * * *", zone="Europe/Berlin", jitter_us=5, overlap=Overlap.BUFFER_ONE, catch_up_us=HOUR)
    row = await registered(store, plan, priority=7)
    now = await store.now()
    assert (row.workflow, row.name, row.unit, row.arguments, row.plan) == (
        "report",
        "nightly",
        b"hash",
        b"arguments",
        plan,
    )
    assert (row.state, row.priority, row.revision) == (ScheduleState.ACTIVE, 7, 0)
    assert (row.fired_at, row.last_key, row.waiting) == (None, None, None)
    assert row.due is not None and now < row.due <= now + 25 * HOUR
    assert row.look_at is not None and row.due <= row.look_at <= row.due + 5
    assert 0 <= now - row.created_at < MINUTE and 0 <= now - row.updated_at < MINUTE
    assert await store.list_schedules([ScheduleState.ACTIVE]) == [row]


async def test_an_interval_fires_first_when_it_is_over(store: AnyStore) -> None:
    before = await store.now()
    row = await registered(store, Plan(every_us=HOUR))
    assert row.due is not None and before + HOUR <= row.due <= await store.now() + HOUR


async def test_registering_again_changes_it_in_place_and_keeps_its_next_fire(store: AnyStore) -> None:
    row = await registered(store)
    await scheduling.pause(store, "report", "nightly")
    again = await registered(store, Plan(cron="* * * * *", overlap=Overlap.ALLOW), priority=3)
    assert (again.id, again.due, again.state, again.priority) == (row.id, row.due, ScheduleState.ACTIVE, 3)
    assert again.plan.cron == "* * * * *" and again.created_at == row.created_at


async def test_registering_is_refused_where_it_should_not_replace(store: AnyStore) -> None:
    row = await registered(store)
    said: dict[str, Any] = {
        "workflow": "report",
        "name": "nightly",
        "unit": b"other",
        "arguments": b"",
        "plan": Plan(every_us=1),
    }
    assert await scheduling.register(store, replace=False, **said) is None
    assert await read(store) == row


async def test_a_fire_starts_a_run_of_its_instant_once(store: AnyStore) -> None:
    await registered(store)
    row = await set_back(store, HOUR + MINUTE)
    now = await store.now()
    assert row.due is not None
    first, second = await asyncio.gather(scheduling.fire(store, row, now), scheduling.fire(store, row, now))
    assert sorted([first, second]) == [[], [key_of("nightly", row.due)]]
    ref = await run_of(store, key_of("nightly", row.due))
    (stored,) = await store.get_runs([ref])
    assert (stored.workflow, stored.unit, stored.arguments, stored.status) == (
        "report",
        b"hash",
        b"arguments",
        "queued",
    )
    assert len(stored.seed) == 16
    assert [entry.run for entry in await store.read_inbox(ALL, 10)] == [ref.run]
    after = await read(store)
    assert (after.due, after.fired_at, after.last_key) == (row.due + HOUR, now, stored.key)
    assert await scheduling.fire(store, row, now) == []  # as a scheduler does that stood still meanwhile


async def test_what_is_due_is_found_in_the_order_of_its_time(store: AnyStore) -> None:
    for name, by_us in (("a", 0), ("b", 2 * HOUR), ("c", HOUR + MINUTE)):
        await registered(store, name=name)
        if by_us:
            await set_back(store, by_us, name)
    now = await store.now()
    assert [row.name for row in await store.due_schedules(ALL, now, 10)] == ["b", "c"]
    assert [row.name for row in await store.due_schedules(ALL, now, 1)] == ["b"]
    assert [row.name for row in await store.due_schedules(ALL, now + 2 * HOUR, 10)] == ["b", "c", "a"]
    others = set(ALL) - {partition_of("report", "b")}
    assert [row.name for row in await store.due_schedules(others, now, 10)] == ["c"]


async def test_a_run_that_goes_on_holds_back_the_next_one(store: AnyStore) -> None:
    await registered(store)
    (key,) = await fired(store)
    row = await read(store)
    assert await fired(store) == []
    skipped = await read(store)
    assert (skipped.last_key, skipped.due) == (key, (row.due or 0) + HOUR)
    await end(store, await run_of(store, key))
    assert len(await fired(store)) == 1


async def test_one_that_waits_starts_when_the_run_before_it_has_ended(store: AnyStore) -> None:
    await registered(store, Plan(every_us=HOUR, overlap=Overlap.BUFFER_ONE))
    (key,) = await fired(store)
    row = await read(store)
    assert await fired(store) == []
    waiting = await read(store)
    assert waiting.waiting == row.due
    assert waiting.look_at == (row.due or 0) + LOOK_US
    await end(store, await run_of(store, key))
    assert await fired(store) == [key_of("nightly", row.due or 0)]
    assert (await read(store)).waiting is None


async def test_a_run_that_goes_on_is_cancelled_if_the_plan_says_so(store: AnyStore) -> None:
    await registered(store, Plan(every_us=HOUR, overlap=Overlap.CANCEL_PREVIOUS))
    (key,) = await fired(store)
    before = await run_of(store, key)
    (later,) = await fired(store)
    entries = await store.read_inbox(ALL, 10)
    assert [(entry.run, entry.kind) for entry in entries] == [
        (before.run, 1),
        ((await run_of(store, later)).run, 1),
        (before.run, 2),
    ]
    assert entries[-1].body == b"schedule 'nightly' starts the next run"


async def test_a_paused_schedule_fires_no_more(store: AnyStore) -> None:
    await registered(store)
    row = await set_back(store, HOUR)
    assert await scheduling.pause(store, "report", "nightly")
    assert await scheduling.pause(store, "report", "nightly")
    assert await store.due_schedules(ALL, await store.now() + 9 * HOUR, 10) == []
    assert await scheduling.fire(store, row, await store.now()) == []  # by who had read it before
    assert (await read(store)).due == row.due


async def test_what_a_pause_has_missed_comes_to_one_fire(store: AnyStore) -> None:
    await registered(store, Plan(every_us=HOUR, catch_up_us=0, overlap=Overlap.ALLOW))
    await scheduling.pause(store, "report", "nightly")
    row = await set_back(store, 5 * HOUR + MINUTE)
    assert row.due is not None
    assert await scheduling.resume(store, "report", "nightly")
    after = await read(store)
    assert (after.state, after.due, after.last_key) == (
        ScheduleState.ACTIVE,
        row.due + 5 * HOUR,
        key_of("nightly", row.due + 4 * HOUR),
    )
    assert len(await store.read_inbox(ALL, 10)) == 1
    assert await scheduling.resume(store, "report", "nightly")  # it is active: nothing
    assert await read(store) == after


async def test_a_pause_in_which_nothing_was_missed_leaves_nothing(store: AnyStore) -> None:
    row = await registered(store)
    await scheduling.pause(store, "report", "nightly")
    await scheduling.resume(store, "report", "nightly")
    after = await read(store)
    assert (after.due, after.look_at, after.last_key) == (row.due, row.look_at, None)


async def test_a_deleted_schedule_is_gone_until_it_is_registered_anew(store: AnyStore) -> None:
    row = await registered(store)
    assert await scheduling.delete(store, "report", "nightly")
    for gone in (scheduling.delete, scheduling.pause, scheduling.resume):
        assert await gone(store, "report", "nightly") is False
    assert await scheduling.trigger(store, "report", "nightly") is None
    assert await scheduling.backfill(store, "report", "nightly", 0, 1) is None
    assert await store.list_schedules([ScheduleState.ACTIVE, ScheduleState.PAUSED]) == []
    assert [each.name for each in await store.list_schedules([ScheduleState.DELETED])] == ["nightly"]
    again = await registered(store, Plan(every_us=2 * HOUR))
    assert again.id == row.id and again.state is ScheduleState.ACTIVE
    assert again.due is not None and row.due is not None and again.due > row.due + HOUR - MINUTE


async def test_two_workflows_may_have_schedules_of_one_name(store: AnyStore) -> None:
    await registered(store)
    said: dict[str, Any] = {"unit": b"hash", "arguments": b"", "plan": Plan(every_us=1), "name": "nightly"}
    await scheduling.register(store, workflow="sync", **said)
    assert await scheduling.delete(store, "sync", "nightly")
    assert (await read(store)).state is ScheduleState.ACTIVE


async def test_a_run_started_by_hand_is_beside_the_plan(store: AnyStore) -> None:
    row = await registered(store)
    await scheduling.pause(store, "report", "nightly")
    one = await scheduling.trigger(store, "report", "nightly")
    two = await scheduling.trigger(store, "report", "nightly")
    assert one and two and one != two and one.startswith("nightly+")
    after = await read(store)
    assert (after.due, after.last_key, after.state) == (row.due, two, ScheduleState.PAUSED)
    await run_of(store, one)


async def test_instants_of_the_past_are_filled_once(store: AnyStore) -> None:
    await registered(store, Plan(cron="0 * * * *"))
    start = int(dt.datetime(2027, 3, 14, 5, tzinfo=dt.UTC).timestamp() * 1e6)
    keys = await scheduling.backfill(store, "report", "nightly", start, start + 3 * HOUR)
    assert keys == [f"nightly@2027-03-14T0{hour}:00:00Z" for hour in (5, 6, 7, 8)]
    assert await scheduling.backfill(store, "report", "nightly", start, start + 3 * HOUR) == keys
    assert len(await store.read_inbox(ALL, 100)) == 4
    assert await scheduling.backfill(store, "report", "nightly", start + 1, start + 2) == []
    with pytest.raises(scheduling.TooMuch, match="more than 10000 instants from 2027-03-14T05:00:00Z"):
        await scheduling.backfill(store, "report", "nightly", start, start + 20_000 * HOUR)


async def test_instants_before_an_interval_began_are_filled_in_its_rhythm(store: AnyStore) -> None:
    row = await registered(store)
    assert row.due is not None
    keys = await scheduling.backfill(store, "report", "nightly", row.due - 3 * HOUR, row.due - HOUR)
    assert keys == [key_of("nightly", row.due - back * HOUR) for back in (3, 2, 1)]


async def test_a_write_at_another_revision_does_nothing(store: AnyStore) -> None:
    row = await registered(store)
    late = ScheduleWrite(msgspec.structs.replace(row, priority=9), 5, {"nightly@x": b"seed"})
    assert await store.write_schedule(late) is False
    assert await store.write_schedule(ScheduleWrite(row, None)) is False
    assert await read(store) == row
    assert await store.find_run("report", "nightly@x") is None


async def test_runs_of_before_are_not_looked_through_again(store: AnyStore) -> None:
    await registered(store, Plan(every_us=HOUR, overlap=Overlap.ALLOW))
    (key,) = await fired(store)
    ((ref, created_at),) = await store.runs_of_schedule("report", "nightly", 0, 10)
    assert ref == await run_of(store, key)
    await fired(store)
    assert (await read(store)).since == created_at - scheduling.MARGIN_US
    assert await store.runs_of_schedule("report", "nightly", created_at + 1_000_000_000, 10) == []
    assert await store.runs_of_schedule("report", "other", 0, 10) == []


async def test_a_name_that_a_column_cannot_hold_is_refused(store: AnyStore) -> None:
    with pytest.raises(ValueError, match="schedule's name"):
        await registered(store, name="a\0b")
    with pytest.raises(ValueError, match="longer than 960 bytes"):
        await registered(store, name="n" * 961)


async def test_the_second_of_two_schedulers_waits_for_the_first(postgres: PostgresStore, database: str) -> None:
    """By hand: the transaction of the first is open while the second one writes."""
    await registered(postgres)
    row = await set_back(postgres, HOUR)
    now = await postgres.now()
    step = look(row, now, False)
    other = await asyncpg.connect(database)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(
            "update waymark.schedules set revision = revision + 1 where id = $1", uuid.UUID(str(row.id))
        )
        write = ScheduleWrite(step.schedule, row.revision, {"nightly@x": b"seed"})
        late = asyncio.create_task(postgres.write_schedule(write))
        while not await other.fetchval("select count(*) from pg_locks where not granted"):
            pass  # each look gives the other task its turn
        assert not late.done()
        await transaction.commit()
        assert await late is False
    finally:
        await other.close()
    assert await postgres.find_run("report", "nightly@x") is None


async def test_the_questions_of_schedulers_are_answered_by_index(postgres: PostgresStore, database: str) -> None:
    """With 20,000 schedules of which none is due, and 20,000 runs of others: whatever the planner believes."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            "insert into waymark.schedules (part, workflow, schedule, unit, arguments, plan, id, due, next_at) "
            "select n % 256, 'w', n::text, '', '', '', gen_random_uuid(), now() + n * interval '1 minute', "
            "now() + n * interval '1 minute' from generate_series(1, 20000) n"
        )
        await connection.execute(
            "insert into waymark.runs (part, run, unit, workflow, key, schedule) "
            "select n % 256, gen_random_uuid(), '', 'w', n::text, (n % 100)::text from generate_series(1, 20000) n"
        )
        await connection.execute("analyze waymark.schedules")
        await connection.execute("analyze waymark.runs")
        asked = {
            "read_due_schedules": (list(ALL), await postgres.now(), 100),
            "read_runs_of_schedule": ("w", "7", 0, 1),
        }
        indexes = {"read_due_schedules": "schedules_due", "read_runs_of_schedule": "runs_of_schedule"}
        for name, arguments in asked.items():
            lines = await connection.fetch(f"explain (analyze, buffers) {QUERIES[name].sql}", *arguments)
            plan = "\n".join(line[0] for line in lines)
            assert indexes[name] in plan and "Seq Scan" not in plan, plan
    finally:
        await connection.close()
