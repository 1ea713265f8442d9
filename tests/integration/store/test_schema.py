"""The schema: how a database comes by it, and that every statement and promise of the session fits it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import create_database, drop_database
from waymark.runtime.embedded import EmbeddedPostgres
from waymark.runtime.model import ENDED, InboxKind, Status, partition_of
from waymark.runtime.ports import StoreError, Unreachable
from waymark.runtime.store import migrate as migrations
from waymark.runtime.store.migrate import SchemaMismatch, migrate
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.store.queries import QUERIES

from .making import rows, started
from .wires import connected

pytestmark = pytest.mark.anyio

ALL = sorted(path.stem for path in (Path(migrations.__file__).parent / "migrations").glob("*.sql"))


@pytest.fixture
def empty(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A database in which waymark was never heard of."""
    create_database(postgres_server, "empty", "template0")
    yield postgres_server.dsn("empty")
    drop_database(postgres_server, "empty")


async def test_migrating_applies_every_file_once_in_order(empty: str) -> None:
    assert await migrate(empty) == ALL
    assert await migrate(empty) == []
    assert [name for (name,) in await rows(empty, "select name from waymark.migrations order by applied_at")] == ALL


async def test_five_processes_that_start_together_migrate_once(empty: str) -> None:
    applied = await asyncio.gather(*(migrate(empty) for _ in range(5)))
    assert sorted(applied) == [[], [], [], [], ALL]


async def test_a_store_that_connects_migrates(empty: str) -> None:
    store = await PostgresStore.connect(empty)
    assert (await started(store, key="order-7")).part == partition_of("Orders", "order-7")
    await store.close()


async def test_a_store_told_not_to_migrate_says_what_is_missing(empty: str) -> None:
    with pytest.raises(
        SchemaMismatch, match=r"^database empty at 127.0.0.1, port \d+ lacks migration 0001_pre_initial;"
    ):
        await PostgresStore.connect(empty, migrate=False)
    assert await rows(empty, "select to_regnamespace('waymark')") == [(None,)]


async def test_a_failing_migration_leaves_nothing(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = migrations.Migration("0099_pre_broken", "create table waymark.half (); select 1 / 0")
    known = migrations.packaged()
    monkeypatch.setattr(migrations, "packaged", lambda: [*known, broken])
    with pytest.raises(StoreError, match=r"^could not migrate: database empty at .* division by zero \(22012\)$"):
        await migrate(empty)
    assert await rows(empty, "select to_regnamespace('waymark')") == [(None,)]


async def test_a_schema_newer_than_this_version_is_refused(empty: str) -> None:
    await migrate(empty)
    await rows(empty, "insert into waymark.migrations (name, checksum) values ('0099_pre_later', 'x')")
    with pytest.raises(SchemaMismatch, match=r"has migration 0099_pre_later, which this version .*; upgrade waymark"):
        await PostgresStore.connect(empty)


async def test_a_migration_edited_afterwards_is_refused(empty: str) -> None:
    await migrate(empty)
    await rows(empty, "update waymark.migrations set checksum = 'x' where name = '0001_pre_initial'")
    with pytest.raises(SchemaMismatch, match=r"was migrated by another text of 0001_pre_initial than this version has"):
        await migrate(empty)


def test_every_file_of_the_folder_is_a_migration() -> None:
    assert [migration.name for migration in migrations.packaged()] == ALL
    folder = Path(migrations.__file__).parent / "migrations"
    assert {path.name for path in folder.iterdir()} == {f"{name}.sql" for name in ALL}
    assert all(re.fullmatch(r"\d{4}_(pre|post)_[a-z_]+", name) for name in ALL)
    assert len({name[:4] for name in ALL}) == len(ALL), "no two have one number"


async def test_every_query_can_be_prepared_on_the_schema(database: str, postgres: PostgresStore) -> None:
    async with connected(database) as connection:
        for query in QUERIES.values():
            if query.name != "make_ledger":  # several statements, run only as a script
                await connection.prepare(query.sql)
    assert len(QUERIES) > 20


async def test_every_table_is_explained(database: str, postgres: PostgresStore) -> None:
    silent = await rows(
        database,
        "select oid::regclass::text from pg_class where relnamespace = 'waymark'::regnamespace and relkind = 'r' "
        "and obj_description(oid, 'pg_class') is null "
        "union all select oid::regprocedure::text from pg_proc where pronamespace = 'waymark'::regnamespace "
        "and obj_description(oid, 'pg_proc') is null",
    )
    assert silent == []


async def test_everything_of_ours_is_in_our_schema(database: str, postgres: PostgresStore) -> None:
    elsewhere = await rows(
        database,
        "select oid::regclass::text from pg_class where relnamespace not in ('waymark'::regnamespace, "
        "'pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)",
    )
    assert elsewhere == []


async def test_every_key_begins_with_the_partition(database: str, postgres: PostgresStore) -> None:
    keys = await rows(
        database,
        "select c.relname, a.attname from pg_index i join pg_class c on c.oid = i.indrelid "
        "join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] "
        "where i.indisprimary and c.relnamespace = 'waymark'::regnamespace",
    )
    others = {table: column for table, column in keys if column != "part"}
    assert others == {
        "engines": "engine",
        "workers": "worker",
        "units": "code_hash",
        "migrations": "name",
        "stats": "minute",
        "control_log": "n",
        "arrivals": "batch",
        "home": "one",
        "workflows": "workflow",
    }


async def test_sql_computes_the_same_partition(database: str, postgres: PostgresStore) -> None:
    ids = [("Orders", f"order-{n}") for n in range(300)] + [("", ""), ("Ü", "ключ 🚂"), ("a\x1fb", "\n")]
    names, keys = [list(column) for column in zip(*ids, strict=True)]
    found = await rows(
        database, "select waymark.partition_of(w, k) from unnest($1::text[], $2::text[]) as u (w, k)", names, keys
    )
    assert [part for (part,) in found] == [partition_of(*pair) for pair in ids]


@pytest.mark.parametrize("instant", [0, 1, -1, 1_700_000_000_123_457, 253_402_300_799_999_999])
async def test_instants_are_exact_to_the_microsecond(database: str, postgres: PostgresStore, instant: int) -> None:
    assert await rows(database, "select waymark.instant_of(waymark.time_of($1))", instant) == [(instant,)]


async def test_states_and_kinds_are_the_ones_of_the_model(database: str, postgres: PostgresStore) -> None:
    (check,) = await rows(
        database, "select pg_get_constraintdef(oid) from pg_constraint where conname = 'runs_status_check'"
    )
    assert all(f"'{status.value}'" in check[0] for status in Status)
    assert check[0].count("::text") == len(Status)
    assert {status.value for status in ENDED} == {"finished", "failed"}  # commit_v1 names them
    assert {kind.name: kind.value for kind in InboxKind} == {
        "START": 1,
        "CANCEL": 2,
        "RESUME": 3,
        "STRIKE": 4,
        "MESSAGE": 5,
        "PAUSE": 6,
        "RETRY": 7,
        "CHILD": 8,
        "OUTCOME": 9,
        "JOIN": 10,
    }  # so do start_many_v1 and the statements of their names


@pytest.mark.parametrize(("default", "becomes"), [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")])
async def test_a_commit_is_durable_whatever_the_default(
    database: str, postgres: PostgresStore, default: str, becomes: str
) -> None:
    async with connected(database) as connection, connection.transaction():
        await connection.execute(f"set local synchronous_commit = {default}")
        await connection.execute("select waymark.guard_v1()")
        assert await connection.fetchval("select current_setting('synchronous_commit')") == becomes


async def test_another_isolation_is_refused_with_its_remedy(database: str, postgres: PostgresStore) -> None:
    name = database.rpartition("/")[2]
    await rows(database, f"alter database {name} set default_transaction_isolation = 'repeatable read'")
    direct = await PostgresStore.connect(database)  # brings its own setting
    await started(direct)
    await direct.close()
    with pytest.raises(Unreachable, match=r"as repeatable read; waymark needs read committed: set default_transaction"):
        await PostgresStore.connect(database, pooled=True)
    async with connected(database) as connection:
        with pytest.raises(Exception, match=r"^waymark needs READ COMMITTED, and this transaction is repeatable read$"):
            await connection.execute("select waymark.guard_v1()")


async def test_connections_bring_their_timeouts(database: str, postgres: PostgresStore) -> None:
    link = postgres._lane_link
    async with link._use() as connection:
        seen = {name: await connection.fetchval(f"show {name}") for name in ("statement_timeout", "lock_timeout")}
        seen["idle"] = await connection.fetchval("show idle_in_transaction_session_timeout")
        assert seen == {"statement_timeout": "10s", "lock_timeout": "5s", "idle": "5s"}
        assert await connection.fetchval("show application_name") == "waymark lane"
