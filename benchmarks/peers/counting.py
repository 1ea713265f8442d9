"""What the server has counted: transactions, rows, WAL, bytes on disk."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import asyncpg

OTHERS = "select sum(xact_commit + xact_rollback) from pg_stat_database where datname <> current_database()"
TRANSACTIONS = "select xact_commit + xact_rollback from pg_stat_database where datname = $1"
ROWS = "select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables where current_database() = $1"
WAL = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
DISK = "select pg_database_size($1)"


class Written(NamedTuple):
    wal: float
    disk: float


class Done(NamedTuple):
    transactions: float
    rows: float

    def since(self, earlier: Done) -> Done:
        return Done(self.transactions - earlier.transactions, self.rows - earlier.rows)


def written(server: str, dsn: str) -> Written:
    """By the whole server, and by this database, right after a checkpoint. Asked from another database."""
    return asyncio.run(_written(server, dsn.rpartition("/")[2]))


async def _written(server: str, name: str) -> Written:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute("checkpoint")
        return Written(await _number(connection, WAL), await _number(connection, DISK, name))
    finally:
        await connection.close()


def done(dsn: str) -> Done:
    """In this database. Whoever is connected still counts late."""
    return asyncio.run(_done(dsn))


async def _done(dsn: str) -> Done:
    connection, name = await asyncpg.connect(dsn), dsn.rpartition("/")[2]
    try:
        return Done(await _number(connection, TRANSACTIONS, name), await _number(connection, ROWS, name))
    finally:
        await connection.close()


def transactions(server: str) -> float:
    """Of all databases but the one that asks, and that serves nothing else."""
    return asyncio.run(_transactions(server))


async def _transactions(server: str) -> float:
    connection = await asyncpg.connect(server)
    try:
        return await _number(connection, OTHERS)
    finally:
        await connection.close()


async def _number(connection: Any, query: str, *arguments: str) -> float:
    return float(await connection.fetchval(query, *arguments) or 0)
