"""Pauses, later starts, timeouts and retries of compiled workflows, on every store, with a whole engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from waymark.compiler.library import linked_units
from waymark.compiler.pipeline import compile_text
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.messages import encode_message
from waymark.runtime.model import Batch, NewRun, RunRef, Status, StoredRun
from waymark.runtime.workers.inline import InlineWorkers
from waymark.vm.codec import code_hash, encode_unit
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import decode_outcome, encode_value

from .making import AnyStore

pytestmark = pytest.mark.anyio

TEXT = """
import asyncio

from waymark import Workflow, action, workflow


@action
async def slow(n: int) -> int: ...


@action
async def frail(n: int) -> int: ...


@workflow
class Twice(Workflow):
    async def run(self) -> int:
        return await slow(1) + await slow(2)


@workflow
class Fragile(Workflow):
    async def run(self) -> int:
        first = await self.receive("go")
        good, bad = await asyncio.gather(slow(1), frail(2))
        return first + good + bad


@workflow
class Sleeper(Workflow):
    async def run(self) -> str:
        try:
            await asyncio.sleep(3600)
        finally:
            await slow(3)
        return "slept"
"""


class Place:
    def __init__(self, store: AnyStore, folder: Path) -> None:
        self.store = store
        self._folder = folder
        compilation = compile_text(TEXT, path="held.py", module="held")
        compilation.raise_if_failed()
        assert compilation.unit is not None
        self.entry = code_hash(compilation.unit)
        self.units = {code_hash(unit): encode_unit(unit) for unit in linked_units(compilation.unit)}
        self.called: list[int] = []
        self.open = asyncio.Event()  # until then no slow action answers
        self.mended = False
        self._moved = asyncio.Event()
        self._commit, store.commit = store.commit, self._told  # type: ignore[method-assign]

    async def start(self, workflow: str, **times: int) -> RunRef:
        arguments = encode_value({}, "arguments")
        new = NewRun(workflow, str(uuid4()), uuid4(), self.entry, arguments, bytes(16), **times)
        return await self.store.start(new)

    @asynccontextmanager
    async def engine(self) -> AsyncIterator[None]:
        async def slow(n: int) -> int:
            self._calls(n)
            await self.open.wait()
            return 10 * n

        async def frail(n: int) -> int:
            self._calls(n)
            if not self.mended:
                raise ValueError("out of paper")
            return 10 * n

        settings = EngineSettings(state_dir=self._folder, poll_busy_ms=1, poll_idle_ms=5)
        workers = InlineWorkers({"held:slow": slow, "held:frail": frail})
        async with running_engine(self.store, workers, settings=settings):
            yield

    async def until(self, ref: RunRef, holds: Callable[[StoredRun], bool]) -> StoredRun:
        """Looks again after each commit."""
        async with asyncio.timeout(20):
            while True:
                self._moved.clear()
                run = await self.store.get_run(ref)
                if run is not None and holds(run):
                    return run
                await self._moved.wait()

    async def called_for(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.called) < count:
                self._moved.clear()
                await self._moved.wait()

    def _calls(self, n: int) -> None:
        self.called.append(n)
        self._moved.set()

    async def _told(self, batch: Batch) -> bool:
        left = await self._commit(batch)
        self._moved.set()
        return left


@pytest.fixture
async def place(store: AnyStore, tmp_path: Path) -> Place:
    place = Place(store, tmp_path)
    await store.put_units(place.units)
    return place


def value_of(run: StoredRun) -> object:
    outcome = decode_outcome(run.outcome or b"")
    assert isinstance(outcome, Succeeded), outcome
    return outcome.value


async def test_an_outcome_that_comes_in_a_pause_is_there_after_it_on_another_engine(place: Place) -> None:
    ref = await place.start("twice")
    async with place.engine():
        await place.called_for(1)
        await place.store.pause(ref)
        paused = await place.until(ref, lambda run: run.status == Status.PAUSED)
        place.open.set()
        await place.until(ref, lambda run: run.revision > paused.revision)
    assert place.called == [1]
    await place.store.resume(ref)
    async with place.engine():
        assert value_of(await place.until(ref, lambda run: run.status == Status.FINISHED)) == 30
    assert place.called == [1, 2]


async def test_a_run_is_paused_before_it_begins(place: Place) -> None:
    ref = await place.start("twice")
    await place.store.pause(ref)
    place.open.set()
    async with place.engine():
        await place.until(ref, lambda run: run.status == Status.PAUSED)
        assert place.called == []
        await place.store.resume(ref)
        assert value_of(await place.until(ref, lambda run: run.status == Status.FINISHED)) == 30


async def test_a_failed_run_is_tried_again_with_the_values_and_messages_that_it_had(place: Place) -> None:
    place.open.set()
    ref = await place.start("fragile")
    await place.store.send(ref, encode_message("go", 5))
    async with place.engine():
        failed = await place.until(ref, lambda run: run.status == Status.FAILED)
        assert isinstance(decode_outcome(failed.outcome or b""), Raised)
        before = list(place.called)
        place.mended = True
        assert await place.store.retry(ref)
        assert value_of(await place.until(ref, lambda run: run.status == Status.FINISHED)) == 35
    assert before.count(1) == 1 and place.called[len(before) :] in ([2], [1, 2])


async def test_one_that_is_parked_on_its_way_back_has_its_values_and_messages_too(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lacks(code_hash: bytes) -> None:
        return None

    ref = await place.start("fragile")
    await place.store.send(ref, encode_message("go", 5))
    place.open.set()
    async with place.engine():
        await place.until(ref, lambda run: run.status == Status.FAILED)
    calls = {row.call for row in await place.store.calls_of(ref) if row.ok}
    before, place.mended = list(place.called), True
    assert await place.store.retry(ref)
    with monkeypatch.context() as patch:
        patch.setattr(place.store, "get_unit", lacks)
        async with place.engine():
            parked = await place.until(ref, lambda run: run.status == Status.PARKED)
    assert "is not in the store" in (parked.reason or "")
    assert isinstance(decode_outcome(parked.outcome or b""), Raised)
    await place.store.resume(ref)
    async with place.engine():
        assert value_of(await place.until(ref, lambda run: run.status == Status.FINISHED)) == 35
    assert place.called[len(before) :] == ([2] if 1 in calls else [1, 2])


async def test_a_run_whose_time_is_over_is_cancelled_and_cleans_up(place: Place) -> None:
    place.open.set()
    async with place.engine():
        ref = await place.start("sleeper", timeout_us=2_000_000)
        run = await place.until(ref, lambda run: run.status == Status.FAILED)
    assert place.called == [3] and b"CancelledError" in (run.outcome or b"")
    assert not await place.store.retry(ref)


async def test_a_run_that_starts_later_does(place: Place) -> None:
    place.open.set()
    ref = await place.start("twice", delay_us=300_000)
    async with place.engine():
        run = await place.until(ref, lambda run: run.status == Status.FINISHED)
    assert value_of(run) == 30 and run.start_at is not None
    calls = await place.store.calls_of(ref)
    assert min(call.started_at for call in calls) >= run.start_at
