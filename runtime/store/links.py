"""One connection to Postgres: opened on first use, used by one task at a time, thrown away when in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from ..ports import Unreachable
from .errors import Address, is_answer, translate
from .queries import QUERIES, Query

VERSION_MIN = 140000
CONNECT_S_MAX = 10
STATEMENT_MS_MAX = 10_000
ANSWER_S_MAX = STATEMENT_MS_MAX / 1000 + 5  # the server gives up first, unless nobody is there any more
CLOSE_S_MAX = 2.0

# For every connection of ours. They bound how long a stopped or vanished engine can keep rows locked that its
# successor waits for: 5 s inside a transaction, 10 s in a statement, some 20 s when its host is gone.
SETTINGS = {
    "default_transaction_isolation": "read committed",
    "statement_timeout": str(STATEMENT_MS_MAX),
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "5000",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "jit": "off",  # compiling costs more than any statement of ours takes
}


class Target(msgspec.Struct, frozen=True):
    """Where to connect, and as what."""

    dsn: str
    address: Address
    application_name: str
    pooled: bool = False

    async def open(self, purpose: str, settings: dict[str, str] | None = None) -> asyncpg.Connection:
        """A connection that was asked what it is like. `pooled`: it brings no settings and prepares nothing."""
        name = f"{self.application_name} {purpose}"[:63]
        try:
            connection = await asyncpg.connect(
                self.dsn,
                timeout=CONNECT_S_MAX,
                statement_cache_size=0 if self.pooled else 100,
                server_settings={"application_name": name, **({} if self.pooled else SETTINGS | (settings or {}))},
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
            raise translate(error, self.address, "connect") from error
        except (asyncpg.InterfaceError, ValueError) as error:
            # Without its text and without the error itself: both may quote the DSN, password and all.
            raise Unreachable(
                f"the DSN of {self.address} has a part that cannot be read: {type(error).__name__}"
            ) from None
        try:
            await self._check(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def _check(self, connection: asyncpg.Connection) -> None:
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                row = await connection.fetchrow(QUERIES["check_session"].sql)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise translate(error, self.address, "connect") from error
        assert row is not None, "check_session reads no table: it has one row always"
        if row["version"] < VERSION_MIN:
            raise Unreachable(f"{self.address} is Postgres {row['version'] // 10000}; waymark needs 14 or newer")
        if row["isolation"] != "read committed":
            raise Unreachable(
                f"{self.address} begins transactions as {row['isolation']}; waymark needs read committed: set "
                "default_transaction_isolation to it for this role or database"
            )


class Link:
    """A connection that reopens. `purpose` says in pg_stat_activity what it is for."""

    def __init__(self, target: Target, purpose: str) -> None:
        self._target = target
        self._purpose = purpose
        self._connection: asyncpg.Connection | None = None
        self._closed = False
        # A connection carries one statement at a time; the driver refuses a second one instead of waiting.
        self._turn = asyncio.Lock()

    @property
    def address(self) -> Address:
        return self._target.address

    async def fetch(self, query: Query, *arguments: Any) -> Sequence[asyncpg.Record]:
        try:
            return await self.ask(query, *arguments)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise translate(error, self.address, query.name.replace("_", " ")) from error

    async def ask(self, query: Query, *arguments: Any) -> Sequence[asyncpg.Record]:
        """The same with the driver's errors, for whom "cannot be reached" is not answer enough."""
        async with self._use() as connection, asyncio.timeout(ANSWER_S_MAX):
            rows: Sequence[asyncpg.Record] = await connection.fetch(query.sql, *arguments)
            return rows

    @asynccontextmanager
    async def _use(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._turn:
            if self._closed:
                raise Unreachable(f"the store of {self.address} was closed")
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._target.open(self._purpose)
            try:
                yield self._connection
            except BaseException as error:
                # After anything but a plain refusal nobody knows what the other end still does with the connection:
                # a cancelled statement, for one, may be answered to the next.
                if not is_answer(error):
                    self._connection.terminate()
                    self._connection = None
                raise

    async def close(self) -> None:
        """Let the statement under way end, then close. Afterwards every use is refused."""
        async with self._turn:
            self._closed = True
            connection, self._connection = self._connection, None
            if connection is not None and not connection.is_closed():
                try:
                    await connection.close(timeout=CLOSE_S_MAX)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    connection.terminate()  # it is going anyway; nothing was under way
