"""What one host cannot start at once runs on the others, and is taken back from those that are gone."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.examples import FACTORS, profile
from waymark.runtime.offers.port import Offer
from waymark.runtime.offers.workers import OfferingWorkers

from .offering import host, opened, write_shop
from .test_transactional import ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")

BRANCHES = 200 * FACTORS[profile()]
DEADLINE_S = 30.0 + BRANCHES / 50


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYMARK_DATABASE_URL", "set by each host")
    return write_shop(tmp_path)


def test_a_fan_out_uses_the_workers_of_every_host(shop: Path, database: str):
    async def test() -> None:
        options = {"slots": 20}
        async with (
            opened(database, shop) as client,
            host(database, shop, **options) as one,
            host(database, shop, **options) as other,
        ):
            pids = [set(each.pool.pids) for each in (one, other)]
            handle = await client.start("spread", count=BRANCHES, seconds=0.05)
            ran = Counter(await handle.result(DEADLINE_S))
            shares = [sum(ran[pid] for pid in each) for each in pids]
            assert sum(shares) == BRANCHES and min(shares) > BRANCHES / 10, shares
            assert await ask(database, "select count(*) from waymark.offers") == [(0,)]
            calls = "select count(*), count(distinct call) from waymark.calls"
            assert await ask(database, calls) == [(BRANCHES, BRANCHES)]
            print(f"{BRANCHES} branches, {shares} on the two hosts")

    asyncio.run(asyncio.wait_for(test(), DEADLINE_S + 30))


def test_one_host_alone_offers_nothing(shop: Path, database: str):
    async def test() -> None:
        async with opened(database, shop) as client, host(database, shop, slots=2):
            await ask(database, "create table seen (n int)")
            await ask(
                database,
                "create function see() returns trigger language plpgsql as "
                "'begin insert into seen values (1); return new; end'",
            )
            await ask(
                database, "create trigger see before insert on waymark.offers for each row execute function see()"
            )
            assert len(await (await client.start("spread", count=20, seconds=0.05)).result(20)) == 20
            assert await ask(database, "select * from seen") == []

    asyncio.run(asyncio.wait_for(test(), 60))


def test_what_a_host_had_claimed_when_it_was_lost_runs_again(
    shop: Path, database: str, monkeypatch: pytest.MonkeyPatch
):
    for module in ("workers", "claiming"):
        monkeypatch.setattr(f"waymark.runtime.offers.{module}.HOLD_MS", 1_500)
    monkeypatch.setattr("waymark.runtime.offers.workers.RENEW_S", 0.3)

    async def test() -> None:
        async with (
            opened(database, shop) as client,
            host(database, shop, slots=2),
            host(database, shop, slots=2) as other,
        ):
            lost: list[Offer] = []
            offering = other.engine._offering
            assert isinstance(offering, OfferingWorkers)
            claims = offering._claims
            begin = claims.begin
            monkeypatch.setattr(claims, "begin", lambda each: begin(each) if len(lost) >= 2 else lost.append(each))
            handle = await client.start("spread", count=24, seconds=0.1)
            assert len(await handle.result(40)) == 24
            assert len(lost) == 2

    asyncio.run(asyncio.wait_for(test(), 60))


def test_attempts_that_failed_and_what_was_logged_are_kept(shop: Path, database: str):
    async def test() -> None:
        async with opened(database, shop) as client:
            async with host(database, shop):
                handle = await client.start("spread", count=3, seconds=0.0)
                await handle.result(20)
            ref = (await client.store.find_run("spread", handle.id)) or pytest.fail("it is there")
            lines = await client.store.logs_of(ref)
            assert sorted(line.text for line in lines) == ["slowly 0", "slowly 1", "slowly 2"]
            assert {(line.level, line.logger, line.attempt) for line in lines} == {
                ("INFO", "waymark.action.shop.slowly", 1)
            }

    asyncio.run(asyncio.wait_for(test(), 60))
