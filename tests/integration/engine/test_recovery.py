"""How soon everything goes on after kill -9 of everything, on the same host and on another; and a million that sleep.

The figures are those of a quiet machine, so they are asserted only under HYPOTHESIS_PROFILE=long; the promises always.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

import pytest

from benchmarks.chaos import deeds
from benchmarks.chaos.deployment import TTL_MS, Deployment
from waymark.client import Client
from waymark.runtime.store.opening import Database, open_store
from waymark.workflow import compiled_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc")

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
RUNS = 300 if LONG else 20
STEPS = 5
DEADLINE_S = 240.0
AFTER_S_MAX = 3.0


async def half_done(deployment: Deployment) -> None:
    while True:
        if deployment.ledger.exists() and deployment.ledger.read_bytes().count(b"\n") >= RUNS * STEPS // 2:
            return
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["on the same host", "on another host"])
def test_everything_is_killed_and_all_runs_go_on(elsewhere: bool, record_property: pytest.RecordProperty) -> None:
    async def test() -> float:
        with Deployment(hosts=2, shards=1, **{deeds.PACE_VARIABLE: "0"}) as deployment:
            first, second = deployment.hosts
            first.start()
            store = await open_store((Database(deployment.dsn),), application_name="waymark client")
            client = Client(store)
            try:
                compiled, numbers = compiled_of(deeds.Deeds), range(RUNS)
                starts = [client.start(compiled, {"number": n, "steps": STEPS}, f"run {n}") for n in numbers]
                handles = await asyncio.gather(*starts)
                await half_done(deployment)
                assert first.process is not None
                first.process.kill()
                first.process.wait()
                heir = second if elsewhere else first
                began = time.monotonic()
                heir.start()
                results = await asyncio.gather(*(handle.result() for handle in handles))
                took = time.monotonic() - began
            finally:
                await store.close()
            assert results == [deeds.expected(number, STEPS) for number in range(RUNS)]
            return took

    async def within_deadline() -> float:
        async with asyncio.timeout(DEADLINE_S):
            return await test()

    took = asyncio.run(within_deadline())
    if LONG:
        assert took <= AFTER_S_MAX + (TTL_MS / 1000 if elsewhere else 0.0)
    record_property("seconds until all runs had ended", round(took, 2))
    print(f"{RUNS} runs, killed after half of their steps: all ended {took:.2f} s after the restart")
