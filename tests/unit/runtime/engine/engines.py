"""Engines on asyncio for tests: fake machines, a memory store, actions in this process, and a deadline for all."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.model import EndedRun, NewRun, RunRef
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers
from waymark.vm.surface import Succeeded
from waymark.vm.wire import decode_outcome

from .doubles import ACTION, UNIT
from .wired import WiredHost

DEADLINE_S = 10.0


def wall_us() -> int:
    return time.time_ns() // 1000


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())


def memory_store() -> MemoryStore:
    return MemoryStore(wall_us)


async def tenfold(number: int) -> int:
    return number * 10


@asynccontextmanager
async def engine_on(store: Any, settings: EngineSettings, act: Any = tenfold, **options: Any):
    engine = Engine(store, InlineWorkers({ACTION: act}), WiredHost(), settings, **options)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        await engine.owning()
        yield engine
        engine.stop(0.0)


async def start(store: Any, key: str, *steps: list[Any]) -> RunRef:
    await store.put_units({UNIT: b"good"})
    run_id = uuid.uuid5(uuid.NAMESPACE_OID, key)
    return await store.start(NewRun("fake", key, run_id, UNIT, msgspec.msgpack.encode(steps), bytes(16)))


async def ended(store: Any, ref: RunRef) -> EndedRun:
    row = await store.wait_ended(ref, DEADLINE_S)
    assert row is not None, await store.get_run(ref)
    return row


async def result(store: Any, ref: RunRef) -> Any:
    outcome = decode_outcome((await ended(store, ref)).outcome)
    assert isinstance(outcome, Succeeded), outcome
    return outcome.value
