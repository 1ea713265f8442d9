"""The scheduler of an engine: what is due at its time, what is not yet, and what cannot fire at all."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

from waymark.runtime import scheduling
from waymark.runtime.engine.scheduler import TRY_AGAIN_US, Scheduler
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.model import partition_of
from waymark.runtime.ports import Unreachable
from waymark.runtime.schedules import Overlap, Plan, Schedule, ScheduleWrite, key_of
from waymark.runtime.store.memory import MemoryStore

NOW = 1_800_000_000_000_000
MINUTE = 60_000_000
SECOND = 1_000_000


class World:
    """A store and a scheduler on one clock, which a test moves."""

    def __init__(self, **said: Any) -> None:
        self.now = NOW
        self.parts = frozenset(range(256))
        self.store = MemoryStore(lambda: self.now)
        self.looked = asyncio.Event()
        settings = EngineSettings(state_dir=Path("/nowhere"), **said)
        self.scheduler = Scheduler(self.store, lambda: self.parts, lambda: self.now, settings, self.looked.set)

    async def register(self, name: str, plan: Plan | None = None) -> None:
        plan = plan or Plan(every_us=MINUTE, overlap=Overlap.ALLOW)
        await scheduling.register(self.store, workflow="w", name=name, unit=b"", arguments=b"", plan=plan)

    async def runs(self) -> set[str]:
        return {key for _, key in self.store._ids}


def test_what_is_due_fires_and_the_next_time_is_known() -> None:
    async def body() -> None:
        world = World()
        await world.register("a")
        await world.scheduler._look()
        assert (await world.runs(), world.scheduler.next) == (set(), None), "it is further ahead than a look"
        world.now += MINUTE - SECOND
        await world.scheduler._look()
        assert (await world.runs(), world.scheduler.next) == (set(), NOW + MINUTE)
        world.now = NOW + MINUTE
        await world.scheduler._look()
        assert await world.runs() == {key_of("a", NOW + MINUTE)}

    asyncio.run(body())


def test_where_time_is_skipped_all_that_is_to_come_counts() -> None:
    async def body() -> None:
        world = World(skip_sleeps=True)
        await world.register("a", Plan(every_us=90 * 24 * 3600 * SECOND))
        await world.scheduler._look()
        assert world.scheduler.next == NOW + 90 * 24 * 3600 * SECOND

    asyncio.run(body())


def test_only_schedules_of_our_own_partitions_are_looked_at() -> None:
    async def body() -> None:
        world = World()
        await world.register("a")
        world.now += MINUTE
        world.parts -= {partition_of("w", "a")}
        await world.scheduler._look()
        assert await world.runs() == set()
        world.parts = frozenset()
        await world.scheduler._look()
        assert world.scheduler.next is None

    asyncio.run(body())


def test_more_than_a_batch_is_fired_at_one_look() -> None:
    async def body() -> None:
        world = World(schedule_batch=2)
        for name in "abcde":
            await world.register(name)
        world.now += MINUTE
        await world.scheduler._look()
        assert await world.runs() == {key_of(name, NOW + MINUTE) for name in "abcde"}

    asyncio.run(body())


def test_what_cannot_fire_here_is_tried_again_and_the_others_fire() -> None:
    async def body() -> None:
        world = World(schedule_batch=1)
        plan = Plan(cron="* * * * *", zone="Nowhere/Land", overlap=Overlap.ALLOW)
        lost = Schedule(uuid.uuid4(), "w", "lost", b"", b"", plan, due=NOW, look_at=NOW)
        assert await world.store.write_schedule(ScheduleWrite(lost, None))
        await world.register("a")
        world.now += MINUTE
        await world.scheduler._look()
        assert await world.runs() == {key_of("a", NOW + MINUTE)}
        after = await world.store.get_schedule("w", "lost")
        assert after is not None
        assert (after.look_at, after.due, after.last_key) == (world.now + TRY_AGAIN_US, NOW, None)

    asyncio.run(body())


def test_a_database_that_does_not_answer_is_asked_again() -> None:
    async def body() -> None:
        world = World()
        await world.register("a")
        world.now += MINUTE
        answer, refused = world.store.due_schedules, []

        async def refusing(*arguments: Any) -> Any:
            if not refused:
                refused.append(True)
                raise Unreachable("it is starting")
            return await answer(*arguments)

        world.store.due_schedules = refusing  # type: ignore[method-assign]
        running = asyncio.create_task(world.scheduler.run())
        await world.looked.wait()
        running.cancel()
        assert refused and await world.runs() == {key_of("a", NOW + MINUTE)}
        assert world.scheduler.idle

    asyncio.run(body())


def test_a_call_makes_it_look_at_once() -> None:
    async def body() -> None:
        world = World(schedule_poll_ms=3_600_000)
        running = asyncio.create_task(world.scheduler.run())
        await world.looked.wait()
        assert world.scheduler.idle
        world.looked.clear()
        await world.register("a")
        world.now += MINUTE
        world.scheduler.look()
        assert not world.scheduler.idle
        await world.looked.wait()
        running.cancel()
        assert await world.runs() == {key_of("a", NOW + MINUTE)}

    asyncio.run(body())
