"""Actions as tasks of the engine's own loop."""

from __future__ import annotations

import asyncio
import uuid

from waymark.runtime.engine.events import Dispatch, Report
from waymark.runtime.model import RunRef
from waymark.runtime.workers.inline import InlineWorkers
from waymark.vm.wire import encode_value


def call(number: int) -> Dispatch:
    arguments = encode_value(((number,), {}))
    return Dispatch(RunRef(0, uuid.UUID(int=1)), number, 1, "shop:act", arguments, 60_000)


def test_a_heartbeat_during_a_drain_starts_nothing():
    async def test() -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()
        seen: list[int] = []

        async def act(number: int) -> None:
            seen.append(number)
            begun.set()
            await go_on.wait()

        reports: list[Report] = []
        workers = InlineWorkers({"shop:act": act})
        serving = asyncio.create_task(workers.serve(reports.append))
        workers.dispatch(call(1))
        await begun.wait()
        draining = asyncio.create_task(workers.drain(10.0))
        await asyncio.sleep(0)
        workers.dispatch(call(2))
        workers.hold(False)  # as the lease does with each answer of the store
        go_on.set()
        await draining
        assert seen == [1] and len(reports) == 1
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(test())
