"""Which of two engines on asyncio has the partitions, and when the other one gets them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Collection
from pathlib import Path

import msgspec
import pytest

from waymark.runtime.engine.events import Dispatch, Revoke
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.machines.shares import share_of
from waymark.runtime.model import PARTITIONS, EngineId, Epoch, Part, RunRef
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers

from .doubles import ACTION
from .engines import engine_on, memory_store, result, run, start, wall_us
from .wired import WiredHost


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(
        state_dir=tmp_path, lock_ttl_ms=15_000, heartbeat_ms=50, reclaim_interval_ms=10, poll_busy_ms=2, poll_idle_ms=5
    )


def test_the_partitions_of_an_engine_that_stops_are_the_others_at_once(settings: EngineSettings):
    async def test() -> None:
        store = memory_store()
        async with engine_on(store, settings) as first, engine_on(store, settings) as second:
            first.stop(0.0)
            assert await result(store, await start(store, "a", ["call", 1])) == 10
            assert len(second._core.parts) == PARTITIONS

    run(test)


class Noting(MemoryStore):
    """Says when partitions were acquired, and which engines were declared dead."""

    def __init__(self) -> None:
        super().__init__(wall_us)
        self.acquired = asyncio.Event()
        self.declared_dead: list[EngineId] = []

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        self.acquired.set()
        return await super().acquire(engine, parts, ttl_ms)

    async def expire(self, engine: EngineId) -> None:
        self.declared_dead.append(engine)
        await super().expire(engine)


def test_two_engines_share_the_partitions_and_nothing_runs_twice(settings: EngineSettings):
    async def test() -> None:
        store = Noting()
        async with engine_on(store, settings) as first:
            refs = [await start(store, f"run {number}", ["call", 1], ["call", 2]) for number in range(20)]
            async with engine_on(store, settings) as second:
                while len(first._core.parts) > len(share_of(first.id, {second.id}, range(PARTITIONS))):
                    store.acquired.clear()
                    await store.acquired.wait()
                refs += [await start(store, f"later {number}", ["call", 1], ["call", 2]) for number in range(20)]
                assert [await result(store, ref) for ref in refs] == [30] * 40
                assert first._core.parts.isdisjoint(second._core.parts)
                assert 0 < len(second._core.parts) < PARTITIONS
        attempts = [call.attempt for ref in refs for call in await store.calls_of(ref)]
        assert attempts == [1] * 80

    run(test)


async def left_by_a_dead_engine(store: MemoryStore, settings: EngineSettings) -> RunRef:
    """A run whose action was under way in an engine that is gone, and has told nobody."""
    begun = asyncio.Event()

    async def endless(number: int) -> int:
        begun.set()
        return await asyncio.Event().wait()

    dying = Engine(store, InlineWorkers({ACTION: endless}), WiredHost(), settings)
    task = asyncio.create_task(dying.run())
    ref = await start(store, "a", ["call", 4])
    await begun.wait()
    task.cancel()  # nothing is given up, and the lock is let go of, as the kernel does for a killed process
    await asyncio.gather(task, return_exceptions=True)
    return ref


def test_a_dead_engine_of_this_host_is_succeeded_before_its_lease_ends(settings: EngineSettings):
    async def test() -> None:
        store = memory_store()
        ref = await left_by_a_dead_engine(store, settings)
        async with engine_on(store, settings):
            assert await result(store, ref) == 40
        assert [call.attempt for call in await store.calls_of(ref)] == [2]

    run(test)


class LateGrant(MemoryStore):
    """What an engine asked for in its last moment is executed once others have been told that it is dead."""

    def __init__(self) -> None:
        super().__init__(wall_us)
        self.granted: dict[Part, Epoch] = {}

    async def expire(self, engine: EngineId) -> None:
        await super().expire(engine)
        if not self.granted:
            self.granted = await super().acquire(engine, range(PARTITIONS), 600_000)


def test_what_a_dead_engine_has_asked_for_is_taken_from_it_again(settings: EngineSettings):
    async def test() -> None:
        store = LateGrant()
        ref = await left_by_a_dead_engine(store, settings)
        async with engine_on(store, settings):
            assert await result(store, ref) == 40
        assert len(store.granted) == PARTITIONS

    run(test)


def test_a_live_engine_of_this_host_is_not_proved_dead(settings: EngineSettings):
    async def test() -> None:
        store = Noting()
        async with engine_on(store, settings) as first, engine_on(store, settings) as second:
            await second._lease._take()
            assert first._core.parts
        assert store.declared_dead == []

    run(test)


def test_an_engine_whose_lease_ran_out_drops_everything_and_begins_again(settings: EngineSettings):
    async def test() -> None:
        store = memory_store()
        begun = asyncio.Event()

        async def once_endless(number: int) -> int:
            if not begun.is_set():
                begun.set()
                await asyncio.Event().wait()
            return number

        async with engine_on(store, settings, once_endless) as engine:
            ref = await start(store, "a", ["call", 5])
            await begun.wait()
            await store.expire(engine.id)
            assert await result(store, ref) == 5
        assert [call.attempt for call in await store.calls_of(ref)] == [2]

    run(test)


class Told(InlineWorkers):
    """Workers without a place, who note what they are told."""

    def __init__(self) -> None:
        super().__init__({}, slots=0)
        self.told: list[str] = []
        self.asked = asyncio.Event()

    def dispatch(self, dispatch: Dispatch) -> None:
        self.told.append(f"start attempt {dispatch.attempt}")
        self.asked.set()

    def revoke(self, revoke: Revoke) -> None:
        self.told.append("revoke")

    def hold(self, held: bool, until_s: float = math.inf) -> None:
        self.told.append("held" if held else "open")


def test_an_engine_that_stood_still_takes_back_what_it_asked_for_before_workers_start_anything(
    settings: EngineSettings,
):
    async def test() -> None:
        store, workers = memory_store(), Told()
        engine = Engine(store, workers, WiredHost(), msgspec.structs.replace(settings, lock_ttl_ms=400))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(engine.run())
            await engine.owning()
            await start(store, "a", ["call", 1])
            await workers.asked.wait()
            workers.told.clear()
            workers.asked.clear()
            stand_still_s(0.5)
            await workers.asked.wait()
            told = [each for each in workers.told if each != "held"]
            assert told[:2] == ["revoke", "open"] and told[-1] == "start attempt 2"
            engine.stop(0.0)

    stand_still_s = time.sleep
    run(test)
