"""Bare SQL in batches of 200, by one connection: the rows of each workload, and nothing that would keep them safe."""

from __future__ import annotations

import asyncio
import time

from waymark.runtime.store.migrate import migrate

from ...bare import Bare, new_refs
from .speaking import Answer, deeds_of, enter, serve

BATCH = 200


class Program:
    def __init__(self, bare: Bare) -> None:
        self._bare = bare

    async def warm(self) -> Answer:
        await self._bare.live(20, BATCH)
        return {}

    async def chain(self, count: int, at_once: bool) -> Answer:
        """In batches, however they are started: that is the limit."""
        began = time.perf_counter()
        await self._bare.live(count, BATCH)
        return {"seconds": time.perf_counter() - began}

    async def fan_out(self, branches: int) -> Answer:
        began = time.perf_counter()
        await self._bare.fan_out(branches, BATCH)
        return {"seconds": time.perf_counter() - began}

    async def latency(self, count: int) -> Answer:
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            await self._bare.live(1, 1, actions=1)
            taken.append((time.perf_counter() - began) * 1000)
        return {"ms": taken}

    async def sleepers(self, count: int, seconds: float) -> Answer:
        began = time.perf_counter()
        batches = [new_refs(min(BATCH, count - first)) for first in range(0, count, BATCH)]
        for each in batches:
            await self._bare.start(each)
            await self._bare.write(each)
        await asyncio.sleep(max(0.0, began + seconds - time.perf_counter()))  # the first batch is due by then
        for each in batches:
            await self._bare.write(each)
        return {"seconds": time.perf_counter() - began}

    async def control(self, turns: int) -> Answer:
        began = time.perf_counter()
        await self._bare.live(1, 1, actions=0)
        return {"seconds": time.perf_counter() - began}


def prepare(dsn: str, shared: str) -> None:
    asyncio.run(migrate(dsn))  # the tables take their columns from ours


def main(dsn: str, shared: str) -> None:
    with asyncio.Runner() as runner:
        bare = runner.run(Bare.connect(dsn))
        serve(deeds_of(Program(bare), runner.run))
        runner.run(bare.close())


if __name__ == "__main__":
    enter(prepare=prepare, serve=main)
