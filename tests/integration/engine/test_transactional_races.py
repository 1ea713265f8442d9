"""A transactional action against everything at once: cancels, timeouts, takeovers, and kill -9 of its worker.

Each run pays for one order. When all have ended, an order has its one row if its run was told "paid", and none if it
was not, whatever happened in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
from pathlib import Path

import pytest

from tests.support.examples import FACTORS, profile
from waymark.client import Handle
from waymark.exceptions import RunEnded, WorkflowFailed

from .offering import LEDGER, Host, Shop, opened, write_shop
from .test_transactional import ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")

RACES = 12 * FACTORS[profile()]
AT_ONCE = 24
TTL_MS = 2_000
DEADLINE_S = 600.0


class Chaos:
    """Two hosts, of which one loses its power now and then, and workers that are killed."""

    def __init__(self, dsn: str, project: Path, draw: random.Random) -> None:
        self._dsn = dsn
        self._project = project
        self._draw = draw
        self._hosts: list[Host] = []
        self.kills = self.takeovers = 0

    async def _begin(self) -> None:
        state = self._project / "state"
        self._hosts.append(await Host.begun(self._dsn, self._project, state, slots=AT_ONCE, ttl_ms=TTL_MS))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            for _ in range(self._draw.randrange(2, 6)):
                await asyncio.sleep(self._draw.uniform(0.2, 0.9))
                self._kill(self._draw.choice(self._hosts))
            host = self._hosts.pop(0)
            self._kill(host)
            await host.drop()
            self.takeovers += 1
            await self._begin()

    def _kill(self, host: Host) -> None:
        for pid in host.pool.pids:
            os.kill(pid, signal.SIGKILL)
            self.kills += 1

    async def __aenter__(self) -> Chaos:
        await self._begin()
        await self._begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        for host in self._hosts:
            await host.end()


async def race(shop: Shop, order: str, draw: random.Random) -> str:
    """What the run came to."""
    patience_s = draw.uniform(0.0, 0.3) if draw.random() < 0.4 else 60.0
    handle = await shop.start("pay", order=order, pause_s=draw.uniform(0.0, 0.1), patience_s=patience_s)
    if draw.random() < 0.4:
        await asyncio.sleep(draw.uniform(0.0, 0.3))
        with contextlib.suppress(RunEnded):
            await handle.cancel("enough")
    return await told(handle)


async def told(handle: Handle) -> str:
    try:
        return str(await handle.result(120))
    except WorkflowFailed as failed:
        assert isinstance(failed.__cause__, asyncio.CancelledError), failed
        return "cancelled"


def test_rows_and_outcome_are_both_there_or_neither(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAYMARK_DATABASE_URL", "set by each host")
    project = write_shop(tmp_path)
    draw = random.Random(81723)

    async def test() -> dict[str, str]:
        await ask(database, LEDGER)
        said: dict[str, str] = {}
        async with opened(database, project) as shop, Chaos(database, project, draw) as chaos:
            places = asyncio.Semaphore(AT_ONCE)

            async def one(order: str, seed: int) -> None:
                async with places:
                    said[order] = await race(shop, order, random.Random(seed))

            raging = asyncio.create_task(chaos.run())
            async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as races:
                for n in range(RACES):
                    races.create_task(one(f"order-{n}", draw.getrandbits(32)))
            raging.cancel()
            await asyncio.gather(raging, return_exceptions=True)
            print(f"{chaos.kills} workers killed, {chaos.takeovers} hosts lost")
        return said

    said = asyncio.run(test())
    rows = asyncio.run(ask(database, "select order_id, count(*), bool_and(settled) from ledger group by order_id"))
    kept = {order: (count, settled) for order, count, settled in rows}
    came = {what: sum(each == what for each in said.values()) for what in ("paid", "late", "cancelled")}
    print(came)
    wrong = {order: (what, kept.get(order)) for order, what in said.items() if kept.get(order) != _meant(what)}
    assert not wrong and len(said) == RACES
    assert came["paid"] and came["late"] and came["cancelled"], "all of it happens"


def _meant(what: str) -> tuple[int, bool] | None:
    return (1, True) if what == "paid" else None
