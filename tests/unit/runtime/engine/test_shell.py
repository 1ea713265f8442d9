"""The engine on asyncio, with fake machines, a memory store and actions in this process. Every wait has a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.machines.attempts import AttemptPolicy
from waymark.runtime.model import Batch, Status
from waymark.runtime.ports import Arrived, OutcomeUnknown, Unreachable
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome

from .doubles import ACTION
from .engines import DEADLINE_S, ended, engine_on, memory_store, result, run, start, tenfold, wall_us
from .wired import WiredHost


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(
        state_dir=tmp_path, lock_ttl_ms=15_000, heartbeat_ms=50, reclaim_interval_ms=10, poll_busy_ms=2, poll_idle_ms=5
    )


def test_runs_go_to_their_end(settings: EngineSettings):
    async def test() -> None:
        store = memory_store()
        async with engine_on(store, settings):
            refs = [await start(store, f"run {n}", ["call", 1], ["fan", 3], ["sleep", 1000]) for n in range(50)]
            assert [await result(store, ref) for ref in refs] == [40] * 50

    run(test)


def test_an_error_in_an_action_reaches_the_workflow(settings: EngineSettings):
    async def test() -> None:
        async def fail(number: int) -> int:
            raise ValueError(f"not {number}")

        store = memory_store()
        async with engine_on(store, settings, fail):
            row = await ended(store, await start(store, "a", ["call", 1]))
        assert row.status == Status.FAILED
        outcome = decode_outcome(row.outcome)
        assert isinstance(outcome, Raised) and str(outcome.error) == "not 1"

    run(test)


class TellsOfParked(MemoryStore):
    def __init__(self, now: Callable[[], int]) -> None:
        super().__init__(now)
        self.parked = asyncio.Event()

    async def commit(self, batch: Batch) -> None:
        await super().commit(batch)
        if any(write.status == Status.PARKED for write in batch.runs):
            self.parked.set()


def test_a_run_of_an_action_that_nobody_registered_is_parked_and_resumed_when_somebody_has(settings: EngineSettings):
    async def test() -> None:
        store = TellsOfParked(wall_us)
        actions: dict[str, Any] = {}
        engine = Engine(store, InlineWorkers(actions), WiredHost(), settings)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(engine.run())
            ref = await start(store, "a", ["call", 1])
            await store.parked.wait()
            row = await store.get_run(ref)
            assert (
                row is not None
                and row.reason is not None
                and row.reason.startswith("no worker has imported module fake")
            )
            assert row.reason.endswith("resume the run when a worker has it")
            actions[ACTION] = tenfold
            await store.resume(ref)
            assert (await ended(store, ref)).status == Status.FINISHED
            engine.stop(0)

    run(test)


def test_an_action_that_takes_too_long_is_stopped_and_tried_again(settings: EngineSettings):
    async def test() -> None:
        attempts = []

        async def slow_at_first(number: int) -> int:
            attempts.append(number)
            if len(attempts) == 1:
                await asyncio.Event().wait()
            return number

        store = memory_store()
        async with engine_on(store, settings, slow_at_first, policy=AttemptPolicy(timeout_ms=20)):
            assert await result(store, await start(store, "a", ["call", 7])) == 7
        assert attempts == [7, 7]

    run(test)


def test_a_cancelled_run_stops_its_action(settings: EngineSettings):
    async def test() -> None:
        begun, stopped = asyncio.Event(), asyncio.Event()

        async def endless(number: int) -> int:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()
            return number

        store = memory_store()
        async with engine_on(store, settings, endless):
            ref = await start(store, "a", ["call", 1])
            await begun.wait()
            await store.cancel(ref, "enough")
            outcome = decode_outcome((await ended(store, ref)).outcome)
            assert isinstance(outcome, Raised) and type(outcome.error) is asyncio.CancelledError
            await stopped.wait()

    run(test)


def test_sleeps_can_be_skipped_in_a_test(settings: EngineSettings):
    async def test() -> None:
        store = memory_store()
        async with engine_on(store, msgspec.structs.replace(settings, skip_sleeps=True)):
            ref = await start(store, "a", ["sleep", 3_600_000_000], ["call", 1], ["sleep", 86_400_000_000])
            assert await result(store, ref) == 10

    run(test)


class FaultyStore(MemoryStore):
    """Its commits fail in turn as `plan` says: not sent, made and not answered, not made and not answered."""

    def __init__(self, plan: list[str]) -> None:
        super().__init__(wall_us)
        self.plan = plan

    async def commit(self, batch: Batch) -> None:
        step = self.plan.pop(0) if self.plan else "made"
        if step == "unreachable":
            raise Unreachable("no route to host")
        if step in ("made", "lost answer"):
            await super().commit(batch)
        if step in ("lost answer", "not made"):
            raise OutcomeUnknown("the connection was lost")


@pytest.mark.parametrize("trouble", ["unreachable", "lost answer", "not made"])
@pytest.mark.parametrize("when", [0, 1, 2])
def test_a_commit_that_goes_wrong_loses_nothing(settings: EngineSettings, trouble: str, when: int):
    async def test() -> None:
        store = FaultyStore(["made"] * when + [trouble])
        async with engine_on(store, settings):
            assert await result(store, await start(store, "a", ["call", 1], ["call", 2])) == 30

    run(test)


class SilentStore(MemoryStore):
    """Every kind of question fails once before it is answered."""

    def __init__(self) -> None:
        super().__init__(wall_us)
        self.asked: set[str] = set()

    def __getattribute__(self, name: str) -> Any:
        method = super().__getattribute__(name)
        if name not in "register engines acquire live_runs beat read_arrivals get_runs load_pages get_unit now".split():
            return method

        async def once_unreachable(*args: Any) -> Any:
            if name not in self.asked:
                self.asked.add(name)
                raise Unreachable(f"{name} is not answered")
            answer = await method(*args)
            return Arrived(answer.entries, ()) if name == "read_arrivals" else answer  # the runs are asked for, then

        return once_unreachable


def test_a_database_that_does_not_answer_is_asked_again(settings: EngineSettings):
    async def test() -> None:
        store = SilentStore()
        async with engine_on(store, settings):
            assert await result(store, await start(store, "a", ["call", 1])) == 10
        assert {"register", "acquire", "live_runs", "read_arrivals", "get_runs", "get_unit"} <= store.asked

    run(test)


def test_a_drain_lets_actions_end_and_starts_no_new_ones(settings: EngineSettings):
    async def test() -> None:
        store = memory_store()
        begun, go_on = asyncio.Event(), asyncio.Event()
        seen = []

        async def act(number: int) -> int:
            seen.append(number)
            begun.set()
            await go_on.wait()
            return number

        engine = Engine(store, InlineWorkers({ACTION: act}), WiredHost(), settings)
        task = asyncio.create_task(engine.run())
        ref = await start(store, "a", ["call", 1], ["call", 2])
        await begun.wait()
        engine.stop(DEADLINE_S)
        asyncio.get_running_loop().call_soon(go_on.set)
        await task
        assert seen == [1]
        assert [call.outcome is not None for call in await store.calls_of(ref)] == [True]
        async with engine_on(store, settings, act):
            assert await result(store, ref) == 3
        assert seen == [1, 2], "the call that was committed and not started was started by the next engine"

    run(test)


def test_an_engine_that_fails_takes_the_block_that_runs_it_along(settings: EngineSettings):
    class BrokenStore(MemoryStore):
        async def get_unit(self, code_hash: bytes) -> Any:
            raise AssertionError("a defect of the store")

    async def test() -> None:
        store = BrokenStore(wall_us)
        with pytest.raises(ExceptionGroup) as caught:
            async with engine_on(store, settings):
                await ended(store, await start(store, "a"))
        assert caught.group_contains(AssertionError, match="a defect of the store")

    run(test)
