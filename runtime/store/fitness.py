"""Whether what a DSN leads to can be worked with: asked of a connection before anything relies on it."""

from __future__ import annotations

import asyncio

import asyncpg

from ..ports import Unreachable
from .errors import ADVICE, Address, translate
from .queries import QUERIES, Query

VERSION_MIN = 140000
ANSWER_S_MAX = 15.0
SHOWN_MAX = 3  # of missing rights, in one message


async def check_session(connection: asyncpg.Connection, address: Address) -> None:
    """That the server is new enough, and begins its transactions as our statements need it."""
    row = await _row(connection, QUERIES["check_session"], address)
    if row["version"] < VERSION_MIN:
        raise Unreachable(
            f"{address} is Postgres {row['version'] // 10000}; waymark needs 14 or newer, so upgrade the server"
        )
    if row["isolation"] != "read committed":
        raise Unreachable(
            f"{address} begins transactions as {row['isolation']}; waymark needs read committed: set "
            "default_transaction_isolation to it for this role or database"
        )


async def check_writable(connection: asyncpg.Connection, address: Address) -> None:
    row = await _row(connection, QUERIES["check_session"], address)
    if row["is_standby"]:
        raise Unreachable(f"{address} is a read-only standby; {ADVICE['25006']}")
    if row["reads_only"]:
        raise Unreachable(
            f"{address} begins transactions read-only; set default_transaction_read_only to off for this role or "
            "database"
        )


async def check_rights(connection: asyncpg.Connection, address: Address) -> None:
    """That the role may do what engines and clients do; to migrate takes more, and is asked of who migrates."""
    lacks = [row["lacks"] for row in await _rows(connection, QUERIES["check_rights"], address)]
    if lacks:
        more = f" and {len(lacks) - SHOWN_MAX} more" if len(lacks) > SHOWN_MAX else ""
        advice = ADVICE["42501"].partition("; ")[2]
        raise Unreachable(f"{address}: the user lacks {', '.join(lacks[:SHOWN_MAX])}{more}; {advice}")


async def _row(connection: asyncpg.Connection, query: Query, address: Address) -> asyncpg.Record:
    rows = await _rows(connection, query, address)
    assert rows, "it reads no table: it has one row always"
    return rows[0]


async def _rows(connection: asyncpg.Connection, query: Query, address: Address) -> list[asyncpg.Record]:
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            found: list[asyncpg.Record] = await connection.fetch(query.sql)
            return found
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise translate(error, address, "connect") from error
