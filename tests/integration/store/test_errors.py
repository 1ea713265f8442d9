"""What a database says that cannot be used: which one, why, and what to do. Never the password."""

from __future__ import annotations

import socket
from uuid import uuid4

import pytest

from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.model import RunRef, Status
from waymark.runtime.ports import Away, Rejected, Unreachable
from waymark.runtime.store.postgres import PostgresStore

from .making import Owner, keys_in_one_partition, new_run, rows, started, write

pytestmark = pytest.mark.anyio


async def refusal(dsn: str, **options: bool) -> str:
    with pytest.raises(Unreachable) as caught:
        await PostgresStore.connect(dsn, **options)
    return str(caught.value)


async def test_a_wrong_password(database: str) -> None:
    where = database.rpartition("@")[2]
    said = await refusal(f"postgresql://postgres:hunter2@{where}")
    assert "password authentication failed" in said and "check the DSN" in said
    assert f"could not connect: database {where.rpartition('/')[2]} at 127.0.0.1, port " in said
    assert "hunter2" not in said


async def test_a_database_that_does_not_exist(postgres_server: EmbeddedPostgres) -> None:
    said = await refusal(postgres_server.dsn("nowhere"))
    assert said.startswith("could not connect: database nowhere at 127.0.0.1")
    assert "(3D000); the database does not exist; create it with `createdb`" in said


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said = await refusal(f"postgresql://u:hunter2@127.0.0.1:{taken.getsockname()[1]}/shop")
    assert "database shop at 127.0.0.1" in said and "no server answers there; start it" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://u:hun/ter2@localhost/shop",
        "postgresql://u:hun#ter2@localhost/shop",
        "postgresql://u:hun?ter2@localhost/shop",
        "mysql://u:hunter2@localhost/shop",
        "host=localhost password=hunter2",
    ],
)
async def test_a_dsn_that_cannot_be_read_is_not_shown(dsn: str) -> None:
    said = await refusal(dsn)
    assert said.startswith("the DSN cannot be read")
    assert "; it has the form postgresql://user:password@host:port/database" in said
    assert "hun" not in said


async def test_an_option_that_cannot_be_read_is_not_shown() -> None:
    said = await refusal("postgresql://u:hunter2@localhost/shop?sslmode=hunter2")
    assert (
        said
        == "the DSN of database shop at localhost, port 5432 has a part that cannot be read: ClientConfigurationError"
    )


async def test_no_connection_left(database: str) -> None:
    name = database.rpartition("/")[2]
    await rows(database, f"alter database {name} connection limit 0")
    login = "guest" + uuid4().hex[:8]
    await rows(database, f"create role {login} login password 'guest'")
    try:
        said = await refusal(f"postgresql://{login}:guest@{database.rpartition('@')[2]}")
    finally:
        await rows(database, f"drop role {login}")
    assert "(53300); the server has no connection left; raise max_connections" in said


async def test_a_role_that_may_not_migrate(database: str) -> None:
    login = "guest" + uuid4().hex[:8]
    await rows(database, "drop schema if exists waymark cascade")
    await rows(database, f"create role {login} login password 'guest'")
    try:
        said = await refusal(f"postgresql://{login}:guest@{database.rpartition('@')[2]}")
    finally:
        await rows(database, f"drop role {login}")
    assert "could not migrate: " in said and "(42501); the user lacks a privilege; let a role with CREATE" in said


async def test_a_server_that_takes_no_writes(database: str, postgres: PostgresStore) -> None:
    name = database.rpartition("/")[2]
    await rows(database, f"alter database {name} set default_transaction_read_only = on")
    said = await refusal(database)
    assert said.endswith(
        "begins transactions read-only; set default_transaction_read_only to off for this role or database"
    )


async def test_a_server_that_takes_no_writes_any_more_is_left_for_another(
    database: str, postgres: PostgresStore
) -> None:
    async with postgres._client._use() as connection:
        await connection.execute("set default_transaction_read_only = on")
    with pytest.raises(Away, match=r"could not cancel: .* \(25006\); this server is a read-only standby"):
        await postgres.cancel(RunRef(1, uuid4()), "why")
    await started(postgres)  # on a new connection, which a failover has led elsewhere meanwhile


async def test_a_schema_that_vanished(database: str, postgres: PostgresStore) -> None:
    await rows(database, "drop schema waymark cascade")
    with pytest.raises(Unreachable, match=r"could not find run: .* \(42P01\); waymark's schema is missing or older"):
        await postgres.find_run("Orders", "order-7")


async def test_a_closed_store(database: str) -> None:
    store = await PostgresStore.connect(database)
    await store.now()
    await store.close()
    await store.close()
    with pytest.raises(Unreachable, match=r"^the store of database test_\d+ at 127.0.0.1, port \d+ was closed$"):
        await store.now()


async def test_data_that_the_database_refuses(postgres: PostgresStore) -> None:
    ref = await started(postgres)
    owner = await Owner.of(postgres, ref)
    with pytest.raises(Rejected, match=r"^could not commit: database .* refused the data: .* out of range \(22008\)$"):
        await owner.commit(write(ref, wake_at=-(2**63)))
    with pytest.raises(
        Rejected, match=r"^could not commit: database .* refused the data: .*out of range for type bigint"
    ):
        await owner.commit(write(ref, wake_at=2**63))
    await owner.commit(write(ref, status=Status.FINISHED))


async def test_a_run_number_that_is_taken(postgres: PostgresStore) -> None:
    run = uuid4()
    one, two = (new_run(key=key, run=run) for key in keys_in_one_partition(2))
    await postgres.start(one)
    with pytest.raises(Rejected, match=r"^could not start: .* refused the data: duplicate key .* \(23505\)$"):
        await postgres.start(two)
    assert await postgres.find_run(two.workflow, two.key) is None
