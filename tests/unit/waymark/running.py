"""An engine on a memory store, with actions in this process and sleeps that are skipped; every wait has a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from waymark.default import use_store
from waymark.registry import registry
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers

DEADLINE_S = 20.0


def memory_store() -> MemoryStore:
    return MemoryStore(lambda: time.time_ns() // 1000)


@asynccontextmanager
async def engine_on(store: MemoryStore, state: Path) -> AsyncIterator[None]:
    settings = EngineSettings(state_dir=state, poll_busy_ms=1, poll_idle_ms=2, skip_sleeps=True)
    engine = Engine(store, InlineWorkers(registry), VmHost(), settings)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        yield
        engine.stop(0.0)


def run(test: Callable[[MemoryStore], Awaitable[None]], state: Path) -> None:
    """Run a test whose workflows are executed by an engine."""

    async def within_deadline() -> None:
        store = memory_store()
        async with asyncio.timeout(DEADLINE_S), engine_on(store, state):
            use_store(store)
            await test(store)

    asyncio.run(within_deadline())
