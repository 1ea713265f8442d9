"""`waymark doctor` finds what is wrong with a real Postgres, and says where and what to do."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from tests.support.pgbouncer import Bouncer
from waymark.runtime.store import doctor
from waymark.runtime.store.doctor import Finding, examine
from waymark.runtime.store.errors import Address
from waymark.runtime.store.links import Target
from waymark.runtime.store.migrate import packaged

from .making import rows

pytestmark = pytest.mark.anyio


async def look(dsn: str, *, pooled: bool = False, listen: str | None = None) -> dict[str, Finding]:
    findings = await examine(Target(dsn, Address.of(dsn), "waymark", pooled), listen)
    assert len({each.check for each in findings}) == len(findings)
    return {each.check: each for each in findings}


def bad(found: dict[str, Finding]) -> dict[str, str]:
    return {check: each.state for check, each in found.items() if each.state != "ok"}


@contextmanager
def guest(database: str) -> Iterator[str]:
    """The DSN of a role with no rights but those of everybody."""
    login = "guest" + uuid4().hex[:8]
    asyncio.run(rows(database, f"create role {login} login password 'guest'"))
    try:
        yield f"postgresql://{login}:guest@{database.rpartition('@')[2]}"
    finally:
        asyncio.run(rows(database, f"drop owned by {login}"))
        asyncio.run(rows(database, f"drop role {login}"))


@pytest.fixture
def visitor(database: str) -> Iterator[str]:
    with guest(database) as dsn:
        yield dsn


async def test_a_good_database_has_nothing_to_mend(database: str) -> None:
    found = await look(database)
    # The server of the tests runs without fsync, and nobody has started an engine.
    assert bad(found) == {"durability": "warning", "engines": "warning"}
    assert set(found) == {
        *("connection", "pooler", "timeouts", "durability", "extensions", "connections", "primary", "schema", "rights"),
        *("disk", "engines", "clock", "days", "wake-ups"),
    }
    assert found["schema"].what.endswith(packaged()[-1].name)
    assert found["wake-ups"].what.startswith("by LISTEN on database ")


async def test_looking_changes_nothing(database: str) -> None:
    before = await rows(database, "select count(*) from waymark.arrivals")
    await look(database)
    assert await rows(database, "select count(*) from waymark.arrivals") == before == [(0,)]


@pytest.mark.parametrize(
    ("change", "what", "do"),
    [
        (lambda dsn: dsn.replace("postgres:", "postgres:wrong"), "password authentication failed", "check the DSN"),
        (lambda dsn: f"{dsn}_missing", "does not exist (3D000)", "create it with `createdb`"),
        (
            lambda dsn: "postgresql://u:hidden@127.0.0.1:1/shop",
            "database shop at 127.0.0.1, port 1",
            "start it, or correct",
        ),
        (
            lambda dsn: "postgresql://u:hidden@host.invalid/shop",
            "database shop at host.invalid",
            "correct the host and port",
        ),
    ],
    ids=["password", "database", "port", "host"],
)
async def test_a_wrong_dsn(database: str, change: object, what: str, do: str) -> None:
    found = await look(change(database))  # type: ignore[operator]
    assert list(found) == ["connection"] and found["connection"].state == "problem"
    said = f"{found['connection'].what}; {found['connection'].do}"
    assert what in said and do in said and "hidden" not in said


async def test_a_server_that_does_not_answer() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        found = await look(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/shop")
    assert bad(found) == {"connection": "problem"}


async def test_missing_rights(visitor: str, database: str) -> None:
    found = await look(visitor)
    assert found["rights"].state == "problem" and "permission denied for schema waymark" in found["rights"].what
    login = visitor.split("//")[1].split(":")[0]
    await rows(database, f"grant usage on schema waymark to {login}")
    await rows(database, f"grant select on all tables in schema waymark to {login}")
    found = await look(visitor)
    assert found["rights"].state == "problem"
    assert re.search(r"the user lacks INSERT, UPDATE, DELETE on waymark\.\w+, .* and \d+ more$", found["rights"].what)
    assert "grant this one USAGE on schema waymark" in found["rights"].do
    await rows(database, f"grant insert, update, delete on all tables in schema waymark to {login}")
    assert (await look(visitor))["rights"].state == "ok"


async def test_an_older_schema(database: str) -> None:
    last = packaged()[-1].name
    await rows(database, "delete from waymark.migrations where name = $1", last)
    found = await look(database)
    assert found["schema"].state == "problem" and f"from {last} on: the schema is older" in found["schema"].what
    assert "`waymark db migrate`" in found["schema"].do


async def test_a_missing_schema(database: str) -> None:
    await rows(database, "drop schema waymark cascade")
    found = await look(database)
    assert found["schema"].state == "problem" and "the schema is missing" in found["schema"].what


async def test_a_newer_schema(database: str) -> None:
    await rows(database, "insert into waymark.migrations (name, checksum) values ('9999_pre_later', 'x')")
    found = await look(database)
    assert found["schema"].state == "problem" and "has migration 9999_pre_later" in found["schema"].what
    assert found["schema"].do == "upgrade waymark here"


async def test_a_database_that_takes_no_writes(database: str) -> None:
    name = database.rpartition("/")[2]
    await rows(database, f"alter database {name} set default_transaction_read_only = on")
    found = await look(database)
    assert found["primary"].state == "problem" and "set default_transaction_read_only to off" in found["primary"].do


async def test_a_language_that_is_missing(database: str) -> None:
    await rows(database, "drop extension plpgsql cascade")
    found = await look(database)
    assert (
        found["extensions"].state == "problem"
        and found["extensions"].do == "run `create extension plpgsql` in the database"
    )


async def test_a_clock_that_was_set_back(database: str) -> None:
    sql = (
        "insert into waymark.engines (engine, beat_at, lease_until) "
        "select $1, t, t from (select clock_timestamp() + $2 * interval '1 s') as later (t)"
    )
    await rows(database, sql, uuid4(), 2)
    assert (await look(database))["clock"].state == "ok", "an update takes its time"
    await rows(database, sql, uuid4(), 3600)
    found = await look(database)
    assert found["clock"].state == "problem"
    assert "was set back: heartbeats are 3600 s ahead of it" in found["clock"].what.replace("3599", "3600")
    mend = found["clock"].do.partition("that it left: ")[2]
    await rows(database, mend)
    later = await look(database)
    assert "and until it has" in later["clock"].what, "the heartbeats are still in the future"


async def test_a_host_whose_clock_is_wrong(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = doctor.time.time
    monkeypatch.setattr(doctor.time, "time", lambda: real() - 3600)
    found = await look(database)
    assert (
        found["clock"].state == "warning" and "this host's clock is 3600 s behind the database's" in found["clock"].what
    )


async def test_a_pooler_in_the_wrong_mode(database: str, bouncer: Bouncer) -> None:
    through = bouncer.dsn(database)
    found = await look(through)
    assert "unsupported startup parameter" in found["connection"].what
    assert found["connection"].state == "problem" and "set WAYMARK_DATABASE_POOLED=1" in found["connection"].do
    found = await look(through, pooled=True)
    assert found["pooler"].what == "a pooler in transaction mode, as WAYMARK_DATABASE_POOLED says"
    assert found["wake-ups"].what.startswith("by polling")
    assert found["timeouts"].state == "warning"
    assert "alter role postgres set statement_timeout" in found["timeouts"].do
    found = await look(through, pooled=True, listen=through)
    assert found["wake-ups"].state == "problem" and "LISTEN needs a session" in found["wake-ups"].do
    found = await look(through, pooled=True, listen=database)
    assert found["wake-ups"].state == "ok"


async def test_days_that_nobody_has_made(database: str) -> None:
    ((today,),) = await rows(database, "select to_char((now() at time zone 'utc')::date, 'YYYY_MM_DD')")
    await rows(database, f"drop table waymark.calls_{today}")
    found = await look(database)
    assert found["days"].state == "warning" and found["days"].what.startswith("1 partitions")
