"""An engine whose gaps between commits never end by themselves: what waits then, and what ends it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from waymark.runtime.engine import pace
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.model import RunRef
from waymark.runtime.store.memory import MemoryStore

from .engines import ended, engine_on, memory_store, result, run, start

NEVER_S = 3_600.0
CALLS = [["call", number] for number in range(6)]
RUNS = 6


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(
        state_dir=tmp_path, gap_s=NEVER_S, heartbeat_ms=50, reclaim_interval_ms=10, poll_busy_ms=2, poll_idle_ms=5
    )


@asynccontextmanager
async def held_up(settings: EngineSettings) -> AsyncIterator[tuple[Engine, MemoryStore, list[RunRef], asyncio.Event]]:
    """Runs that have had company wait for one whose action does not end."""
    store, gate = memory_store(), asyncio.Event()

    async def act(number: int) -> int:
        if number == 99:
            await gate.wait()
        return number * 10

    async with engine_on(store, settings, act) as engine:
        last = await start(store, "the last", ["call", 99], ["call", 1])
        refs = [await start(store, f"run {number}", *CALLS, *CALLS) for number in range(RUNS)]
        for _ in itertools.count():
            if engine._gathers:
                break
            await asyncio.sleep(0)
        yield engine, store, [last, *refs], gate


def test_runs_that_have_company_wait_for_more_of_it(settings: EngineSettings) -> None:
    async def test() -> None:
        async with held_up(settings) as (engine, store, refs, _):
            for _ in range(200):
                await asyncio.sleep(0)
            waiting = engine._core.gathering()
            assert 0 < waiting <= RUNS and not engine._core.committing
            assert await store.wait_ended(refs[-1], 0) is None

    run(test)


def test_something_urgent_lets_everybody_go(settings: EngineSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "HURRY_S", NEVER_S)

    async def test() -> None:
        async with held_up(settings) as (engine, store, refs, gate):
            engine.hint(starts=True)
            for _ in range(100):
                await asyncio.sleep(0)
            assert not engine._core.committing and engine._core.gathering()
            await store.cancel(refs[0], "enough")
            engine.hint()
            await ended(store, refs[0])
            gate.set()
            assert [await result(store, ref) for ref in refs[1:]] == [300] * RUNS

    run(test)


def test_when_all_are_there_nobody_waits(settings: EngineSettings) -> None:
    async def test() -> None:
        async with held_up(settings) as (_, store, refs, gate):
            gate.set()
            await asyncio.gather(*(ended(store, ref) for ref in refs))

    run(test)


def test_a_run_that_is_alone_waits_for_nobody(settings: EngineSettings) -> None:
    async def test() -> None:
        store = memory_store()
        async with engine_on(store, settings):
            for number in range(20):
                assert await result(store, await start(store, f"run {number}", *CALLS)) == 150

    run(test)


def test_an_engine_that_stops_writes_down_what_waits(settings: EngineSettings) -> None:
    async def test() -> None:
        async with held_up(settings) as (engine, store, refs, _):
            rows = {row.ref: row.revision for row in await store.get_runs(refs)}
            held = {each.ref: each.revision for each in engine._core._memory.runs.values() if each in _waiting(engine)}
            assert held
        after = {row.ref: row.revision for row in await store.get_runs(refs)}
        assert all(after[ref] > rows[ref] for ref in held)

    run(test)


def test_partitions_that_leave_are_not_held_up(settings: EngineSettings) -> None:
    async def test() -> None:
        async with held_up(settings) as (engine, _, refs, _gate):
            assert engine._core.gathering()
            engine._core.leave([refs[0].part])
            assert not engine._core.gathering()
            engine._core.stay([refs[0].part])

    run(test)


def test_engines_of_services_have_a_pace_and_those_of_tests_none(tmp_path: Path) -> None:
    from waymark.runtime.config import load_config

    assert EngineSettings.of(load_config({})).gap_s == pace.GAP_S
    assert EngineSettings(state_dir=tmp_path).gap_s == 0


def _waiting(engine: Engine) -> list[object]:
    return [each for lane in engine._core._memory.lanes for each in lane._gathered]
