"""The stores that one suite is run on: in memory, on Postgres, on Postgres as behind a pooler, and behind one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.pgbouncer import MISSING, PROGRAM, Bouncer, bouncing
from waymark.runtime.embedded import EmbeddedPostgres
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


@pytest.fixture(scope="session")
def bouncer(postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bouncer]:
    """PgBouncer in transaction mode before the session's server."""
    if PROGRAM is None:
        pytest.skip(MISSING)
    with bouncing(tmp_path_factory.mktemp("pgbouncer"), postgres_server.dsn("postgres")) as bouncer:
        yield bouncer


@pytest.fixture(params=["memory", "postgres", "pooled", "pgbouncer"])
def store_of(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A kind of store and its DSN. Not async, because making a database is not, and only Postgres needs one."""
    if request.param == "memory":
        return "memory", ""
    dsn: str = request.getfixturevalue("database")
    if request.param != "pgbouncer":
        return request.param, dsn
    bouncer: Bouncer = request.getfixturevalue("bouncer")
    return "pooled", bouncer.dsn(dsn)


@pytest.fixture
async def store(store_of: tuple[str, str]) -> AsyncIterator[AnyStore]:
    kind, dsn = store_of
    if kind == "memory":
        yield MemoryStore(Clock())
        return
    store = await PostgresStore.connect(dsn, pooled=kind == "pooled")
    yield store
    await store.close()
