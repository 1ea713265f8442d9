"""The fixtures that other tests stand on (tests/postgres.py)."""

from __future__ import annotations

import asyncio
import time

import asyncpg
import pytest
from pace import is_within

from tests.postgres import MEMORY, create_database, drop_database
from waymark.runtime.embedded import EmbeddedPostgres

from .test_sharing import ask


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(database: str, turn: int) -> None:
    ask(database, "CREATE TABLE mine (n int)")  # would fail the second time on a shared one


def test_a_database_costs_less_than_a_tenth_of_a_second(postgres_server: EmbeddedPostgres, template: str) -> None:
    if not postgres_server.folder.is_relative_to(MEMORY):
        pytest.skip("NOT TESTED: the cost of a database, since there is no room in memory and a disk may be slow")
    costs = []
    for n in range(10):  # until one was not kept waiting by others
        started = time.perf_counter()
        create_database(postgres_server, f"cost_{n}", template)
        costs.append(time.perf_counter() - started)
        drop_database(postgres_server, f"cost_{n}")
        if is_within(costs[-1], 0.1, time.perf_counter):
            return
    pytest.fail(f"it took {min(costs):.3f} s")


def test_a_database_is_dropped_under_its_users(postgres_server: EmbeddedPostgres, template: str) -> None:
    async def stay() -> None:
        connection = await asyncpg.connect(postgres_server.dsn("left"))
        await asyncio.to_thread(drop_database, postgres_server, "left")
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError)):
            await connection.execute("SELECT 1")

    create_database(postgres_server, "left", template)
    asyncio.run(stay())


def test_the_session_server_is_fast_and_the_durable_one_is_not(
    postgres_server: EmbeddedPostgres, durable_server: EmbeddedPostgres
) -> None:
    assert ask(postgres_server.dsn(), "SHOW fsync") == "off"
    assert ask(durable_server.dsn(), "SHOW fsync") == "on"
