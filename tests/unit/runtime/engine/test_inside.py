"""An engine inside the caller's process: whose failure is whose."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from waymark.runtime.engine.inside import EngineFailed, running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.model import PARTITIONS
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers

from .engines import run, wall_us


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(state_dir=tmp_path, poll_busy_ms=1, poll_idle_ms=2)


def test_an_error_in_the_block_leaves_it_as_it_is_and_the_engine_ends_cleanly(settings: EngineSettings):
    store = MemoryStore(wall_us)

    async def test() -> None:
        with pytest.raises(KeyError, match="mine"):
            async with running_engine(store, InlineWorkers({}), settings=settings) as engine:
                raise KeyError("mine")
        other = (await store.acquire(engine.id.__class__(int=1), range(PARTITIONS), 1000)).keys()
        assert len(other) == PARTITIONS, "the partitions were given up"

    run(test)


def test_an_engine_that_fails_ends_the_block_with_the_reason(settings: EngineSettings):
    class BrokenStore(MemoryStore):
        async def read_arrivals(self, parts: Any, limit: int, starts: bool, since: int) -> Any:
            raise AssertionError("a defect of the store")

    async def test() -> None:
        with pytest.raises(EngineFailed) as caught:
            async with running_engine(BrokenStore(wall_us), InlineWorkers({}), settings=settings):
                await asyncio.Event().wait()
        assert "a defect of the store" in str(caught.value.__cause__.exceptions)  # type: ignore[union-attr]

    run(test)


def test_cancelling_the_block_ends_the_engine(settings: EngineSettings):
    async def test() -> None:
        inside = asyncio.Event()

        async def block() -> None:
            async with running_engine(MemoryStore(wall_us), InlineWorkers({}), settings=settings):
                inside.set()
                await asyncio.Event().wait()

        began = time.monotonic()
        task = asyncio.create_task(block())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 5

    run(test)
