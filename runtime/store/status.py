"""What `waymark db status` shows of one database."""

from __future__ import annotations

import asyncpg
import msgspec

from .errors import translate
from .links import Target
from .migrate import SchemaMismatch, applied_migrations, packaged, pending
from .queries import QUERIES, one_row


class Table(msgspec.Struct, frozen=True):
    name: str
    rows: int  # as of its last vacuum
    bytes: int  # with its indexes


class Status(msgspec.Struct, frozen=True):
    database: str
    version: str
    schema: str
    fits: bool  # the schema is the one of this version
    migrations: list[str]  # that were applied
    missing: list[str]
    engines: int = 0
    inbox: int = 0
    connections: dict[str, int] = {}
    tables: list[Table] = []


async def status_of(target: Target) -> Status:
    connection = await target.open("status")
    try:
        return await _status(target, connection)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise translate(error, target.address, "look at the database") from error
    finally:
        connection.terminate()


async def _status(target: Target, connection: asyncpg.Connection) -> Status:
    applied = await applied_migrations(connection)
    status = Status(
        database=str(target.address),
        version=connection.get_settings().server_version,
        schema="",
        fits=False,
        migrations=sorted(applied),
        missing=[],
    )
    try:
        missing = [migration.name for migration in pending(packaged(), applied, target.address)]
    except SchemaMismatch as error:
        return msgspec.structs.replace(status, schema=str(error))
    if missing:
        said = f"lacks {', '.join(missing)}; run `waymark db migrate`"
        return msgspec.structs.replace(status, schema=said, missing=missing)
    engines = await one_row(connection, "look_at_engines")
    connections = await connection.fetch(QUERIES["count_connections"].sql)
    return msgspec.structs.replace(
        status,
        schema=f"up to date, {len(applied)} migrations",
        fits=True,
        engines=engines["live"],
        inbox=(await one_row(connection, "count_inbox"))["entries"],
        connections={row["name"]: row["connections"] for row in connections if row["name"]},
        tables=await _tables(connection),
    )


async def _tables(connection: asyncpg.Connection) -> list[Table]:
    """The tables of days are shown as one each."""
    tables = [
        Table(row["name"], row["rows"], row["bytes"]) for row in await connection.fetch(QUERIES["count_rows"].sql)
    ]
    return sorted(tables, key=lambda table: (-table.bytes, table.name))
