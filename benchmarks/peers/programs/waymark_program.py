"""Waymark as its users run it: `waymark start-workers` with its defaults, and a client in another process: this one."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from waymark.client import Client
from waymark.handle import Handle
from waymark.runtime.store.migrate import migrate

from ...programs.beside import Control, FanOut, Sleeper
from ...programs.chain import Chain, Single
from .speaking import Answer, deeds_of, enter, processes, serve

RESULT_S_MAX = 600.0
MODULES = "benchmarks.programs.chain,benchmarks.programs.beside"


class Program:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def warm(self) -> Answer:
        """The workers are up, and have the programs."""
        await self._ended([await Chain().start(client=self._client) for _ in range(20)], 3)
        return {}

    async def chain(self, count: int, at_once: bool) -> Answer:
        began = time.perf_counter()
        if at_once:
            handles = await Chain.start_many([{}] * count, client=self._client)
        else:
            handles = [await Chain().start(client=self._client) for _ in range(count)]
        await self._ended(handles, 3)
        return {"seconds": time.perf_counter() - began}

    async def chain_in_groups(self, count: int, width: int) -> Answer:
        """As a web handler's many requests start them: each by itself, and so many of them at the same time."""
        began, handles = time.perf_counter(), list[Handle[int]]()
        while (few := min(width, count - len(handles))) > 0:
            handles += await asyncio.gather(*(Chain().start(client=self._client) for _ in range(few)))
        await self._ended(handles, 3)
        return {"seconds": time.perf_counter() - began}

    async def fan_out(self, branches: int) -> Answer:
        began = time.perf_counter()
        handle = await FanOut().start(branches, client=self._client)
        await self._ended([handle], branches)
        return {"seconds": time.perf_counter() - began}

    async def latency(self, count: int) -> Answer:
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            handle = await Single().start(client=self._client)
            await self._ended([handle], 1)
            taken.append((time.perf_counter() - began) * 1000)
        return {"ms": taken}

    async def sleepers(self, count: int, seconds: float) -> Answer:
        began = time.perf_counter()
        handles = await Sleeper.start_many([{"seconds": seconds}] * count, client=self._client)
        await self._ended(handles, 0)
        return {"seconds": time.perf_counter() - began}

    async def control(self, turns: int) -> Answer:
        began = time.perf_counter()
        handle = await Control().start(turns, client=self._client)
        await self._ended([handle], sum(range(turns)))
        return {"seconds": time.perf_counter() - began}

    async def _ended(self, handles: list[Handle[int]], value: int) -> None:
        values = await asyncio.gather(*(each.result(RESULT_S_MAX) for each in handles))
        assert set(values) == {value}, "a program returns what it computes"


def prepare(dsn: str, shared: str) -> None:
    asyncio.run(migrate(dsn))


def main(dsn: str, shared: str) -> None:
    environ = os.environ | {
        "WAYMARK_DATABASE_URL": dsn,
        "WAYMARK_DATA_DIR": shared,
        "WAYMARK_USER_MODULE": MODULES,
        "WAYMARK_LOG_LEVEL": "WARNING",
    }
    with asyncio.Runner() as runner, processes([[sys.executable, "-m", "waymark", "start-workers"]], environ):
        client = runner.run(Client.connect(dsn))
        serve(deeds_of(Program(client), runner.run))
        runner.run(client.close())


if __name__ == "__main__":
    enter(prepare=prepare, serve=main)
