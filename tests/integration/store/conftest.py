"""The stores that one suite is run on: in memory, on Postgres, and on Postgres as behind a pooler."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.store.postgres import PostgresStore

from .making import AnyStore, Clock


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def postgres(database: str) -> AsyncIterator[PostgresStore]:
    store = await PostgresStore.connect(database)
    yield store
    await store.close()


@pytest.fixture(params=["memory", "postgres", "pooled"])
def store_of(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A kind of store and its DSN. Not async, because making a database is not, and only Postgres needs one."""
    return request.param, "" if request.param == "memory" else request.getfixturevalue("database")


@pytest.fixture
async def store(store_of: tuple[str, str]) -> AsyncIterator[AnyStore]:
    kind, dsn = store_of
    if kind == "memory":
        yield MemoryStore(Clock())
        return
    store = await PostgresStore.connect(dsn, pooled=kind == "pooled")
    yield store
    await store.close()
