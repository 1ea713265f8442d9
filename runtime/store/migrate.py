"""Bring a database to the schema of this version: numbered SQL files, each applied once, in order.

All of it happens in one transaction under an advisory lock, so processes that start together wait for the first and
find the work done, and a file that fails leaves nothing behind. `pre` in a file's name: it may run while older versions
still work; `post`: it takes away what only they need, and runs when they are gone.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from importlib.resources import files

import asyncpg
import msgspec

from ..ports import StoreError
from .errors import MIGRATE, Address, translate
from .fitness import check_rights, check_writable
from .links import CLOSE_S_MAX, Target
from .queries import QUERIES

MIGRATE_S_MAX = 600.0
# A migration may rewrite a table, and one that waits for another process must outlast it.
SETTINGS = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "60000"}
# Whoever waits for a table holds up everybody who comes after, and engines wait for 5 s: so it is tried again and again
# for a short while each, between which the engines go on.
LOCK_MS_MAX = 2_000
PAUSE_S_MAX = 2.0


class SchemaMismatch(StoreError):
    """The database's schema is not the one of this version, and must not be changed by it."""


class Migration(msgspec.Struct, frozen=True):
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def packaged() -> list[Migration]:
    """The migrations that this version knows, in order."""
    found = [file for file in (files("waymark.runtime.store") / "migrations").iterdir() if file.name.endswith(".sql")]
    return [Migration(file.name[:-4], file.read_text(encoding="utf-8")) for file in sorted(found, key=lambda f: f.name)]


def pending(known: list[Migration], applied: dict[str, str], address: Address) -> list[Migration]:
    """Those of `known` that are missing; raises if what was applied is not a part of `known`."""
    checksums = {migration.name: migration.checksum for migration in known}
    if newer := sorted(applied.keys() - checksums.keys()):
        raise SchemaMismatch(
            f"{address} has migration {newer[-1]}, which this version of waymark does not know; upgrade waymark here"
        )
    if edited := sorted(name for name, checksum in applied.items() if checksums[name] != checksum):
        raise SchemaMismatch(
            f"{address} was migrated by another text of {edited[0]} than this version has; install the release of "
            "waymark that made this schema, or begin with a new database"
        )
    return [migration for migration in known if migration.name not in applied]


async def migrate(dsn: str) -> list[str]:
    """Apply what is missing and return the names. Any number of processes may do so at once."""
    target = Target(dsn, Address.of(dsn), "waymark")
    return await bring_up(target, allowed=True)


async def bring_up(target: Target, allowed: bool) -> list[str]:
    """Check the schema and, if `allowed`, apply what is missing. A schema that is up to date costs two reads."""
    connection = await target.open("migrate", SETTINGS)
    try:
        async with asyncio.timeout(MIGRATE_S_MAX):
            missing = pending(packaged(), await applied_migrations(connection), target.address)
            await check_writable(connection, target.address)
            if not missing:
                await check_rights(connection, target.address)
                return []
            if not allowed:
                raise SchemaMismatch(f"{target.address} lacks migration {missing[0].name}; {MIGRATE}")
            return await _apply_in_turns(connection, target.address)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise translate(error, target.address, "migrate") from error
    finally:
        try:
            await connection.close(timeout=CLOSE_S_MAX)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection.terminate()  # it was lost, which the error under way says better


async def applied_migrations(connection: asyncpg.Connection) -> dict[str, str]:
    """What was applied here, with the checksums of the files."""
    if not await connection.fetchval(QUERIES["look_for_ledger"].sql):
        return {}
    return {row["name"]: row["checksum"] for row in await connection.fetch(QUERIES["read_migrations"].sql)}


async def _apply_in_turns(connection: asyncpg.Connection, address: Address) -> list[str]:
    while True:
        try:
            return await _apply(connection, address)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            await asyncio.sleep(random.uniform(0.25, 1.0) * PAUSE_S_MAX)


async def _apply(connection: asyncpg.Connection, address: Address) -> list[str]:
    async with connection.transaction():
        await connection.execute(QUERIES["put_lock_timeout"].sql, str(LOCK_MS_MAX))
        await connection.execute(QUERIES["lock_migrations"].sql)
        await connection.execute(QUERIES["make_ledger"].sql)
        # Asked again: while we waited for the lock, another process may have done everything.
        missing = pending(packaged(), await applied_migrations(connection), address)
        for migration in missing:
            await connection.execute(migration.sql)
            await connection.execute(QUERIES["record_migration"].sql, migration.name, migration.checksum)
    return [migration.name for migration in missing]
