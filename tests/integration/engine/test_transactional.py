"""`@action(transaction=True)`: what it writes and its outcome are both there, or neither."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from .offering import LEDGER, host, opened, write_shop
from .watching import run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYMARK_DATABASE_URL", "set by each host")
    return write_shop(tmp_path)


async def ask(dsn: str, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *arguments)]
    finally:
        await connection.close()


def test_its_rows_and_its_outcome_are_committed_together(shop: Path, database: str):
    async def test() -> None:
        async with opened(database, shop) as client:
            await ask(database, LEDGER)
            async with host(database, shop):
                handle = await client.start("pay", order="7", pause_s=0.0, patience_s=20.0)
                assert await handle.result(20) == "paid"
            assert await ask(database, "select order_id, settled from ledger") == [("7", True)]
            assert await ask(database, "select count(*) from waymark.offers") == [(0,)]
            assert await ask(database, "select count(*) from waymark.inbox") == [(0,)]

    run(test)


def test_whatever_is_no_value_leaves_no_rows(shop: Path, database: str):
    async def test() -> None:
        async with opened(database, shop) as client:
            await ask(database, LEDGER)
            async with host(database, shop):
                said = await (await client.start("fails", order="7")).result(25)
            assert said[0] == "ValueError: no"
            assert said[1].startswith("TransactionOver: action shop:ends_it_itself has ended the transaction")
            assert said[2].startswith("TypeError: the result of action shop:cannot_be_sent cannot be sent back")
            assert 'duplicate key value violates unique constraint "last"' in said[3]
            assert await ask(database, "select * from ledger") == []

    run(test)


def test_one_that_does_not_use_its_connection_opens_none(shop: Path, database: str):
    async def test() -> None:
        async with opened(database, shop) as client, host(database, shop):
            assert await (await client.start("touches")).result(20) == 2
            opened_ = "select count(*) from pg_stat_activity where application_name = 'waymark action'"
            assert await ask(database, opened_) == [(0,)]

    run(test)


def test_a_program_that_stops_waiting_leaves_no_rows(shop: Path, database: str):
    async def test() -> None:
        async with opened(database, shop) as client:
            await ask(database, LEDGER)
            async with host(database, shop):
                handle = await client.start("pay", order="7", pause_s=60.0, patience_s=0.5)
                assert await handle.result(20) == "late"
            assert await ask(database, "select * from ledger") == []
            assert await ask(database, "select count(*) from waymark.offers") == [(0,)]

    run(test)
