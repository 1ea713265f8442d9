"""Clocks that are set by an hour: an engine's host's changes nothing, and the server's is told by `waymark doctor`."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks.chaos import deeds
from benchmarks.chaos.deployment import FAKETIME, Deployment, clock_of
from tests.postgres import temporary_state
from waymark.client import Client
from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.store.doctor import Finding, examine
from waymark.runtime.store.errors import Address
from waymark.runtime.store.links import Target
from waymark.runtime.store.migrate import migrate
from waymark.runtime.store.opening import Database, open_store
from waymark.runtime.store.postgres import PostgresStore
from waymark.workflow import compiled_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc, LD_PRELOAD")

DEADLINE_S = 120.0
HOUR_S = 3600.0
NAP_S = 4
TTL_MS = 15_000


@pytest.mark.parametrize("step_s", [-HOUR_S, HOUR_S], ids=["back", "ahead"])
def test_a_host_whose_clock_is_set_by_an_hour_goes_on_as_if_nothing_was(step_s: float) -> None:
    """Nobody sleeps an hour more or wakes an hour too early, no lease ends, nothing is repeated."""

    async def test() -> None:
        with Deployment(hosts=1, shards=1, small_disk=False, **{deeds.PACE_VARIABLE: "0.05"}) as deployment:
            (host,) = deployment.hosts
            host.start()
            store = await open_store((Database(deployment.dsn),), application_name="waymark client")
            try:
                client = Client(store)
                before = await client.start(compiled_of(deeds.Deeds), {"number": 1}, "before")
                assert await before.result() == deeds.expected(1), "everybody has started"
                works = await client.start(compiled_of(deeds.Deeds), {"number": 2}, "works")
                began = time.monotonic()
                naps = await client.start(compiled_of(deeds.Sleeper), {"seconds": NAP_S}, "naps")
                host.set_clock(step_s)
                assert await naps.result() == NAP_S and time.monotonic() - began >= NAP_S
                assert await works.result() == deeds.expected(2)
                later = await client.start(compiled_of(deeds.Sleeper), {"seconds": 1}, "later")
                assert await later.result() == 1
            finally:
                await store.close()
            assert await asyncio.to_thread(host.stop, 40.0) == 0
            lines = deployment.ledger.read_text().splitlines()
            assert len(lines) == 2 * deeds.STEPS, "no attempt was repeated"

    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())


def step(file: Path, step_s: float) -> None:
    file.write_text(f"{step_s:+g}\n")


@pytest.mark.skipif(FAKETIME is None, reason="NOT TESTED: the server's clock, without libfaketime")
def test_a_server_whose_clock_is_set_back_is_told_by_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    async def clock(dsn: str) -> Finding:
        findings = await examine(Target(dsn, Address.of(dsn), "waymark"))
        return next(each for each in findings if each.check == "clock")

    async def told(dsn: str, state: str) -> Finding:
        """The server's processes read the file once a second, each for itself."""
        while (found := await clock(dsn)).state != state:  # noqa: ASYNC110 - nobody calls when it has
            await asyncio.sleep(0.1)
        return found

    async def test(dsn: str, file: Path) -> None:
        await migrate(dsn)
        store, engine = await PostgresStore.connect(dsn), uuid4()
        try:
            await store.register(engine, "host", "")
            await store.acquire(engine, range(256), TTL_MS)
            assert (await clock(dsn)).state == "ok"
            step(file, -HOUR_S)
            found = await told(dsn, "problem")
            assert "was set back: heartbeats are 35" in found.what
            assert found.do.startswith("set the server's clock right; if it is right by now, end the leases")
            while await store.now() > time.time_ns() // 1000 - 1_000_000:  # noqa: ASYNC110 - nor here
                await asyncio.sleep(0.1)
            assert await store.beat(engine, TTL_MS), "its own lease goes on by the server's clock"
            found = await told(dsn, "warning")
            assert "this host's clock is 3600 s ahead of the database's" in found.what
        finally:
            await store.close()

    with temporary_state() as state:
        file = state / "clock"
        step(file, 0.0)
        with monkeypatch.context() as stepped:
            for name, value in clock_of(file).items():
                stepped.setenv(name, value)
            server = EmbeddedPostgres.open(state, durable=False)
        with server:
            asyncio.run(test(server.dsn(), file))
