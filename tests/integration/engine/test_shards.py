"""Engines that stand still or die under their supervisor, with their processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from benchmarks.chaos import deeds
from benchmarks.chaos.deployment import ENGINE, Deployment
from waymark.client import Client
from waymark.runtime.store.opening import Database, open_store
from waymark.workflow import compiled_of

from .test_processes import deployed, environ, pids  # noqa: F401  # a fixture
from .watching import Ears, gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")


RUNS, STEPS = 20, 6
DEADLINE_S = 120.0  # six processes start, more than once, on a machine that may be busy


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())


def test_an_engine_that_is_stopped_is_killed_and_another_goes_on(
    project: Path,
    environ: dict[str, str],  # noqa: F811
    ears: Ears,
):
    async def test() -> None:
        async with deployed(project, environ) as deployment:
            handle = await deployment.start("two", marker=str(project / "marker"))
            await pids(ears, "add")
            worker, engine = await pids(ears, "first_time_endless")
            os.kill(engine, signal.SIGSTOP)
            await deployment.says(b"has not moved for 5 s, and is killed")
            await gone(engine)
            await gone(worker)
            assert await handle.result() == [3, "done"]

    run(test)


async def begun(deployment: Deployment, attempts: int) -> None:
    while True:
        if deployment.ledger.exists() and deployment.ledger.read_bytes().count(b"\n") >= attempts:
            return
        await asyncio.sleep(0.02)


def test_engines_that_are_killed_together_lose_nothing_though_no_lease_of_theirs_runs_out() -> None:
    async def test() -> None:
        lease = {"WAYMARK_LOCK_TTL_MS": "600000", "WAYMARK_LOCK_HEARTBEAT_MS": "5000"}
        with Deployment(hosts=1, shards=2, small_disk=False, **lease) as deployment:
            deployment.hosts[0].start()
            store = await open_store((Database(deployment.dsn),), application_name="waymark client")
            try:
                client, compiled = Client(store), compiled_of(deeds.Deeds)
                starts = [client.start(compiled, {"number": n, "steps": STEPS}, f"run {n}") for n in range(RUNS)]
                handles = await asyncio.gather(*starts)
                for part in (1, 2):
                    await begun(deployment, RUNS * STEPS * part // 3)
                    for engine in deployment.pids(ENGINE):
                        os.kill(engine, signal.SIGKILL)
                results = await asyncio.gather(*(handle.result() for handle in handles))
            finally:
                await store.close()
            assert results == [deeds.expected(number, STEPS) for number in range(RUNS)]

    run(test)
