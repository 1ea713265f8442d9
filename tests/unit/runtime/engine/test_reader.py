"""What the shell reads for the core: page after page of sleepers, and entries with their runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec
import pytest

from waymark.runtime.engine import reader
from waymark.runtime.engine.clock import EngineClock
from waymark.runtime.engine.limits import Limits
from waymark.runtime.engine.reader import Reader
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.model import RunRef

from .bounded import SECOND, SLEEPY, Bounded


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(state_dir=tmp_path)


def reading(world: Bounded, settings: EngineSettings) -> Reader:
    clock = EngineClock(lambda: world.now)
    return Reader(world.core, world.store, clock, settings, lambda: None, asyncio.Lock())


def asleep(limits: Limits, count: int) -> tuple[Bounded, set[RunRef]]:
    world = Bounded(limits)
    refs = {world.start(f"sleeper {n}", ["sleep", 60 * SECOND]) for n in range(count)}
    world.settle()
    world.settle()
    assert world.core.runs == frozenset()
    world.now += 56 * SECOND
    return world, refs


def test_all_who_wake_soon_are_taken_into_memory_by_one_look(
    settings: EngineSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "ROWS_READ_MAX", 3)
    world, refs = asleep(SLEEPY, 8)
    assert asyncio.run(reading(world, settings)._wake_sleepers())
    assert world.core.runs == refs


def test_those_without_room_are_known_to_be_left(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ROWS_READ_MAX", 3)
    world, refs = asleep(Limits(runs_max=6, evict_us=20 * SECOND), 8)
    reads = reading(world, settings)
    assert not asyncio.run(reads._wake_sleepers())
    assert len(world.core.runs) == 4 and not world.core.open_to_many_sleepers
    world.now += 4 * SECOND
    world.finish()
    assert world.core.runs == frozenset() and world.core.open_to_many_sleepers
    assert not asyncio.run(reads._wake_sleepers())
    assert len(world.core.runs) == 4
    world.finish()
    assert asyncio.run(reads._wake_sleepers())
    assert all(world.row(ref).outcome is not None for ref in refs)


def test_a_run_that_comes_with_its_entry_is_not_asked_for(settings: EngineSettings) -> None:
    world = Bounded(SLEEPY)
    asked: list[Collection[RunRef]] = []
    get_runs: Callable[[Collection[RunRef]], Any] = world.store.get_runs
    world.store.get_runs = lambda refs: (asked.append(refs), get_runs(refs))[1]  # type: ignore[method-assign]
    reads = reading(world, settings)
    ref = world.start("a")
    assert asyncio.run(reads._poll_once()) == 1
    assert ref in world.core.runs and not world.core.needs().rows and not asked
    assert asyncio.run(reads._poll_once()) == 0, "the same entry, and without its run"
    world.finish()
    assert world.core.runs == frozenset()


def test_a_run_whose_entry_comes_late_is_asked_for(settings: EngineSettings) -> None:
    """Its number was given before that of an entry that was shown already."""
    world = Bounded(SLEEPY)
    reads = reading(world, settings)
    reads._seen = 1_000
    ref = world.start("a")
    assert asyncio.run(reads._poll_once()) == 1
    assert world.core.needs().rows == {ref} and reads._seen == 1_000
    world.finish()
    assert world.row(ref).outcome is not None


def test_a_call_without_an_entry_is_a_reason_to_look_for_sleepers(
    settings: EngineSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that begins in a moment has none, and the next look of the clock's would come after that moment."""
    monkeypatch.setattr(reader, "LOOK_AHEAD_S", 3600.0)

    async def scene() -> None:
        world = Bounded(SLEEPY)
        taken = asyncio.Event()
        clock = EngineClock(lambda: world.now)
        reads = Reader(world.core, world.store, clock, settings, taken.set, asyncio.Lock())
        polling = asyncio.create_task(reads.poll())
        for _ in range(5):
            await asyncio.sleep(0)
        assert reads.idle
        ref = world.start("a", ["call", 1])
        row = world.row(ref)
        world.store._runs[ref] = msgspec.structs.replace(row, wake_at=world.now + SECOND, start_at=world.now + SECOND)
        world.store._inbox.clear()
        reads.hint.set()
        async with asyncio.timeout(10):
            await taken.wait()
        assert world.core.runs == {ref}
        polling.cancel()

    asyncio.run(scene())
