"""DBOS inside the application: workflows run in the process that starts them, without a queue.

The way of its quickstart: `DBOS.start_workflow`, and for many steps at a time coroutines and `asyncio.gather`. It
spares what a queue costs, and has the cores that one process of CPython can use.
"""

from __future__ import annotations

import asyncio
from typing import Any

from dbos import DBOS, DBOSConfig

from .dbos_workflows import chain, control, prepare, single, sleeper
from .speaking import Answer, deeds_of, enter, one_by_one, poll_s, serve, timed

POLL_S = poll_s(1.0)  # its default


@DBOS.step()
async def nothing_async(step: int) -> int:
    return step


@DBOS.workflow()
async def fan_out(branches: int) -> int:
    return len(await asyncio.gather(*[nothing_async(number) for number in range(branches)]))


class Program:
    def warm(self) -> Answer:
        return self._ended([DBOS.start_workflow(chain) for _ in range(20)])

    def chain(self, count: int, at_once: bool) -> Answer:
        return timed(lambda: self._ended([DBOS.start_workflow(chain) for _ in range(count)]))

    def fan_out(self, branches: int) -> Answer:
        return timed(lambda: asyncio.run(self._coroutines(fan_out, 1, branches)))

    def latency(self, count: int) -> Answer:
        return one_by_one(count, lambda: self._ended([DBOS.start_workflow(single)]))

    def sleepers(self, count: int, seconds: float) -> Answer:
        return timed(lambda: asyncio.run(self._coroutines(sleeper, count, seconds)))

    def control(self, turns: int) -> Answer:
        return timed(lambda: self._ended([DBOS.start_workflow(control, turns)]))

    def _ended(self, handles: list[Any]) -> Answer:
        for each in handles:
            each.get_result(polling_interval_sec=POLL_S)
        return {}

    async def _coroutines(self, workflow: Any, count: int, argument: float) -> None:
        handles = [await DBOS.start_workflow_async(workflow, argument) for _ in range(count)]
        for each in handles:
            await each.get_result(polling_interval_sec=POLL_S)


def main(dsn: str, shared: str) -> None:
    config: DBOSConfig = {"name": "benchmark", "system_database_url": dsn, "log_level": "WARNING"}
    DBOS(config=config)
    DBOS.launch()
    serve(deeds_of(Program()))
    DBOS.destroy()


if __name__ == "__main__":
    enter(prepare=prepare, serve=main)
