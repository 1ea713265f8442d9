"""What could be wrong with a database, looked for one thing after the other.

Each check answers a `Finding`: what is so, and what to do where that is not good. A check that needs another one's
success is left out when that failed. Nothing is changed: the one thing that is written is rolled back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from uuid import uuid4

import asyncpg
import msgspec

from ..ports import StoreError
from .errors import POOLED_VARIABLE, Address, translate
from .fitness import check_rights, check_writable
from .links import CONNECT_S_MAX, SETTINGS, Target
from .listener import OFF
from .migrate import SchemaMismatch, applied_migrations, packaged, pending
from .queries import QUERIES, one_row

State = Literal["ok", "warning", "problem"]

HEARD_S_MAX = 3.0  # of a notification
CLOCK_APART_S_MAX = 5.0
CLOCK_BACK_S_MIN = (
    5.0  # heartbeats are stamped by the same clock, so that any is too many; but for what an update takes
)
LEASE_S_MAX = 24 * 3600.0  # WAYMARK_LOCK_TTL_MS takes no more
LISTEN_VARIABLE = "WAYMARK_LISTEN_URL"
Trouble = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class Finding(msgspec.Struct, frozen=True):
    check: str
    state: State
    what: str
    do: str = ""


async def examine(target: Target, listen: str | None = None) -> list[Finding]:
    """Everything about one database, in the order in which one thing needs the other."""
    try:
        connection = await target.open("doctor")
    except StoreError as error:
        return [_problem("connection", error)]
    version = connection.get_settings().server_version
    found = [Finding("connection", "ok", f"{target.address} answers, Postgres {version}")]
    try:
        settings = await one_row(connection, "check_settings")
        found.append(await _pooler(target, connection))
        found.append(_timeouts(target, settings))
        found.append(_durability(settings))
        found.append(_extensions(settings))
        found.append(await _connections(connection, settings["connections_max"]))
        found.append(await _writable(target, connection))
        found += await _schema(target, connection)
    except Trouble as error:
        found.append(_problem("answers", translate(error, target.address, "look further")))
    finally:
        connection.terminate()
    found.append(await _wake_ups(target, listen))
    return found


async def _pooler(target: Target, connection: asyncpg.Connection) -> Finding:
    """Two connections that are both open share no backend, unless something between deals backends out."""
    ours = await _backend(connection)
    async with _another(target) as other, other.transaction():
        theirs = await _backend(other)
        shared = ours == theirs or await _backend(connection) != ours
    if not shared:
        return Finding("pooler", "ok", "connections go to the server itself, or through a pooler in session mode")
    if target.pooled:
        return Finding("pooler", "ok", f"a pooler in transaction mode, as {POOLED_VARIABLE} says")
    return Finding(
        "pooler",
        "problem",
        f"{target.address} is a pooler in transaction mode, which forgets the settings and statements of a session",
        f"set {POOLED_VARIABLE}=1, or connect to the server itself, or set the pooler's pool_mode to session",
    )


def _timeouts(target: Target, settings: asyncpg.Record) -> Finding:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    unbounded = [name for name in names if settings[name] == "0"]
    if not unbounded:
        return Finding("timeouts", "ok", ", ".join(f"{name} {settings[name]}" for name in names))
    sql = "; ".join(f"alter role {settings['role']} set {name} = {SETTINGS[name]}" for name in unbounded)
    return Finding(
        "timeouts",
        "warning",
        f"{', '.join(unbounded)}: none; an engine that stops inside a statement would hold up its successor for ever",
        f"behind a pooler the role has to bring them: {sql}",
    )


def _durability(settings: asyncpg.Record) -> Finding:
    if settings["survives_crashes"]:
        return Finding("durability", "ok", "fsync and full_page_writes are on")
    return Finding(
        "durability",
        "warning",
        "fsync or full_page_writes is off: a crash of the server's machine may destroy every run",
        "set both to on in postgresql.conf, unless this is a database for tests",
    )


def _extensions(settings: asyncpg.Record) -> Finding:
    if settings["has_plpgsql"]:
        return Finding("extensions", "ok", "plpgsql is there, and nothing else is needed")
    return Finding(
        "extensions", "problem", "the language plpgsql is missing", "run `create extension plpgsql` in the database"
    )


async def _connections(connection: asyncpg.Connection, most: int) -> Finding:
    rows = await connection.fetch(QUERIES["count_connections"].sql)
    used = sum(row["connections"] for row in rows)
    ours = sum(row["connections"] for row in rows if row["name"])
    what = f"{used} of {most} in use, {ours} of them waymark's"
    if used < 0.9 * most:
        return Finding("connections", "ok", what)
    return Finding("connections", "warning", what, "raise max_connections, close others, or use a pooler")


async def _writable(target: Target, connection: asyncpg.Connection) -> Finding:
    try:
        await check_writable(connection, target.address)
    except StoreError as error:
        return _problem("primary", error)
    return Finding("primary", "ok", "it takes writes")


async def _schema(target: Target, connection: asyncpg.Connection) -> list[Finding]:
    try:
        missing = pending(packaged(), await applied_migrations(connection), target.address)
    except SchemaMismatch as error:
        return [_problem("schema", error)]
    except asyncpg.PostgresError as error:
        return [_problem("rights", translate(error, target.address, "look at the schema"))]
    if missing:
        return [
            Finding(
                "schema",
                "problem",
                f"{target.address} lacks {len(missing)} migrations, from {missing[0].name} on: the schema is "
                f"{'missing' if missing[0] == packaged()[0] else 'older than this version of waymark'}",
                "run `waymark db migrate` as a role that may create in the database",
            )
        ]
    found = [Finding("schema", "ok", f"as this version of waymark has it, up to {packaged()[-1].name}")]
    try:
        await check_rights(connection, target.address)
    except StoreError as error:
        return [*found, _problem("rights", error)]
    found.append(Finding("rights", "ok", "the role may do what engines and clients do"))
    return [*found, await _room(target, connection), *await _engines(target, connection), await _days(connection)]


async def _room(target: Target, connection: asyncpg.Connection) -> Finding:
    trying = connection.transaction()
    await trying.start()
    try:
        await connection.execute(QUERIES["look_for_room"].sql)
    except asyncpg.PostgresError as error:
        return _problem("disk", translate(error, target.address, "write a megabyte"))
    finally:
        await trying.rollback()
    return Finding("disk", "ok", "there is room for a megabyte more")


async def _engines(target: Target, connection: asyncpg.Connection) -> list[Finding]:
    row = await one_row(connection, "look_at_engines")
    live = Finding(
        "engines",
        "ok" if row["live"] else "warning",
        "1 engine has a lease" if row["live"] == 1 else f"{row['live']} engines have a lease",
        "" if row["live"] else "runs wait until one is started: `waymark start-workers`",
    )
    return [live, _clock(target, row, await _apart_s(connection))]


async def _apart_s(connection: asyncpg.Connection) -> float:
    """How far the database's clock is ahead of ours."""
    before = time.time()
    there: int = (await one_row(connection, "read_clock"))["instant"]
    return there / 1e6 - (before + time.time()) / 2


def _clock(target: Target, row: asyncpg.Record, apart_s: float) -> Finding:
    if row["ahead_s"] > CLOCK_BACK_S_MIN or row["leased_s"] > LEASE_S_MAX:
        back_s = max(row["ahead_s"], row["leased_s"] - LEASE_S_MAX)
        return Finding(
            "clock",
            "problem",
            f"the clock of {target.address} was set back: heartbeats are {back_s:.0f} s ahead of it, and until it has "
            "caught up the partitions of a dead engine are not taken over",
            "set the server's clock right; if it is right by now, end the leases that it left: "
            "update waymark.engines set lease_until = clock_timestamp() where beat_at > clock_timestamp()",
        )
    if abs(apart_s) > CLOCK_APART_S_MAX:
        return Finding(
            "clock",
            "warning",
            f"this host's clock is {abs(apart_s):.0f} s {'behind' if apart_s > 0 else 'ahead of'} the database's; runs "
            "go by the database's, logs of this host do not",
            "let NTP set both",
        )
    return Finding("clock", "ok", f"{abs(apart_s):.1f} s apart from this host's")


async def _days(connection: asyncpg.Connection) -> Finding:
    missing = (await one_row(connection, "look_at_days"))["missing"]
    if not missing:
        return Finding("days", "ok", "there are partitions for today and tomorrow")
    return Finding(
        "days",
        "warning",
        f"{missing} partitions of today and tomorrow are missing; rows go to others, which are slow to drop",
        "start an engine, which makes them, or run `waymark db gc`",
    )


async def _wake_ups(target: Target, listen: str | None) -> Finding:
    if listen == OFF or (listen is None and target.pooled):
        return Finding(
            "wake-ups", "ok", f"by polling; with {LISTEN_VARIABLE}, a DSN of the server itself, also by LISTEN"
        )
    address = target.address
    if listen is None:
        listen = target.dsn
    try:
        address = Address.of(listen)
        heard = await _hears(msgspec.structs.replace(target, dsn=listen, address=address, pooled=True), target)
    except StoreError as error:
        return Finding("wake-ups", "problem", f"{LISTEN_VARIABLE}: {error}", "engines poll until it is mended")
    except Trouble as error:
        said = translate(error, address, "listen")
        return Finding("wake-ups", "problem", f"{LISTEN_VARIABLE}: {said}", "engines poll until it is mended")
    if heard:
        return Finding("wake-ups", "ok", f"by LISTEN on {address}")
    return Finding(
        "wake-ups",
        "problem",
        f"{LISTEN_VARIABLE} leads to {address}, where nothing is heard of what is said at {target.address}",
        "LISTEN needs a session of the same server and database: give the DSN of the server itself, not of a pooler in "
        "transaction mode",
    )


async def _hears(listener: Target, speaker: Target) -> bool:
    channel = f"waymark_doctor_{uuid4().hex}"
    heard = asyncio.Event()
    async with _another(listener) as ear, _another(speaker) as mouth:
        await ear.add_listener(channel, lambda *_: heard.set())
        # A pooler hands our LISTEN to one backend and goes on with another; a turn of somebody else makes it do so.
        async with mouth.transaction():
            await _backend(mouth)
            await _backend(ear)
        await mouth.fetchval("select pg_notify($1, '')", channel)
        try:
            async with asyncio.timeout(HEARD_S_MAX):
                await heard.wait()
        except TimeoutError:
            return False
        return True


async def _backend(connection: asyncpg.Connection) -> int:
    backend: int = (await one_row(connection, "look_at_backend"))["backend"]
    return backend


@asynccontextmanager
async def _another(target: Target) -> AsyncIterator[asyncpg.Connection]:
    connection = await target.open("doctor")
    try:
        async with asyncio.timeout(CONNECT_S_MAX):
            yield connection
    finally:
        connection.terminate()


def _problem(check: str, error: StoreError) -> Finding:
    """Our errors say what, where and, behind the last semicolon, what to do."""
    what, _, do = str(error).rpartition("; ")
    return Finding(check, "problem", what or do, do if what else "")
