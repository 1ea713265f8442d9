"""A real Postgres for tests: one server a session, one database a test.

`database` gives a test the DSN of a fresh copy of the template. The session's server forgets its data when the machine
crashes, so it keeps them in memory where it can: making a database means making 300 files, which takes 8 ms there and
30 to 90 on a disk. A test of durability takes `durable_server`, which is its own, on a disk.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.store.migrate import migrate

TEMPLATE = "waymark_template"
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 2**30

TemplateHook = Callable[[str], Awaitable[None] | None]

_serial = itertools.count(1)


async def prepare_template(dsn: str) -> None:
    """What every `database` starts with: the schema. It leaves no connection: Postgres copies no database in use."""
    await migrate(dsn)


def execute(dsn: str, *statements: str) -> None:
    """Run statements one by one, outside any transaction, on a connection of their own."""

    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@contextmanager
def temporary_state(on_disk: bool = False) -> Iterator[Path]:
    """A state folder that is removed in the end: pytest's own are kept for three runs, and these have 60 MB each."""
    path = Path(tempfile.mkdtemp(prefix="waymark-test-", dir=None if on_disk else _memory()))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _memory() -> Path | None:
    """Where files are in memory, if there is room; a container has 64 MB of it unless told otherwise."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < MEMORY_BYTES_MIN:
        return None
    return MEMORY


def create_database(server: EmbeddedPostgres, name: str, template: str) -> None:
    # Copying through the log is faster than by files, which takes two checkpoints; Postgres 14 knows only the latter.
    strategy = " STRATEGY wal_log" if int(server.version.split(".")[0]) >= 15 else ""
    execute(server.dsn("postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}')


def drop_database(server: EmbeddedPostgres, name: str) -> None:
    execute(server.dsn("postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    with temporary_state() as state, EmbeddedPostgres.open(state, durable=False) as server:
        yield server


@pytest.fixture
def durable_server() -> Iterator[EmbeddedPostgres]:
    """With fsync on, and of this test alone, which may kill it."""
    with temporary_state(on_disk=True) as state, EmbeddedPostgres.open(state) as server:
        yield server


@pytest.fixture(scope="session")
def template_hook() -> TemplateHook:
    """What fills the template; a conftest of a folder may put another in its place."""
    return prepare_template


@pytest.fixture(scope="session")
def template(postgres_server: EmbeddedPostgres, template_hook: TemplateHook) -> str:
    """The name of the database that every `database` is a copy of."""
    name = f"{TEMPLATE}_{next(_serial)}"
    create_database(postgres_server, name, "template0")

    async def fill() -> None:
        result = template_hook(postgres_server.dsn(name))
        if inspect.isawaitable(result):
            await result

    asyncio.run(fill())
    return name


@pytest.fixture
def database(postgres_server: EmbeddedPostgres, template: str) -> Iterator[str]:
    """The DSN of a database of this test's own."""
    name = f"test_{next(_serial)}"
    create_database(postgres_server, name, template)
    try:
        yield postgres_server.dsn(name)
    finally:
        drop_database(postgres_server, name)
