"""One connection to Postgres: opened on first use, used by one task at a time, thrown away when in doubt.

A link that was promised patience comes back by itself when the server restarts, fails over, or is behind a pooler that
does: it tries to connect again with growing pauses, each shortened by chance, so that a hundred processes do not all
come at once. What was under way is asked again only by `again`, for statements that may be repeated.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg
import msgspec

from ..ports import Away, Unreachable
from .errors import Address, is_answer, translate
from .fitness import ANSWER_S_MAX, check_session
from .queries import Query

Result = TypeVar("Result")

CONNECT_S_MAX = 10
STATEMENT_MS_MAX = 10_000
CLOSE_S_MAX = 2.0
PAUSE_S_FIRST = 0.05
PAUSE_S_MAX = 2.0
READ_ONLY = "25006"

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

    @property
    def _session_attrs(self) -> str | None:
        """Of several hosts the one that takes writes, unless the DSN says otherwise."""
        several = "," in urlsplit(self.dsn).netloc and "target_session_attrs" not in self.dsn
        return "primary" if several else None

    async def open(self, purpose: str, settings: dict[str, str] | None = None) -> asyncpg.Connection:
        """A connection that was asked what it is like. `pooled`: it brings no settings and prepares nothing."""
        name = f"{self.application_name} {purpose}"[:63]
        try:
            connection = await asyncpg.connect(
                self.dsn,
                timeout=CONNECT_S_MAX,
                statement_cache_size=0 if self.pooled else 100,
                target_session_attrs=self._session_attrs,
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
            await check_session(connection, self.address)
        except BaseException:
            connection.terminate()
            raise
        return connection


class Link:
    """A connection that reopens. `purpose` says in pg_stat_activity what it is for."""

    def __init__(self, target: Target, purpose: str, patience_s: float = 0.0) -> None:
        """`patience_s`: how long to wait for a server that is away. An engine does not: it asks anew by itself."""
        self._target = target
        self._patience_s = patience_s
        self._purpose = purpose
        self._connection: asyncpg.Connection | None = None
        self._closed = False
        self._hurries = asyncio.Event()
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

    async def again(self, query: Query, *arguments: Any) -> Sequence[asyncpg.Record]:
        """The same for a statement that may be made twice: once more, if the connection was lost meanwhile."""
        try:
            return await self.fetch(query, *arguments)
        except Away:
            if not self._patience_s or self._hurries.is_set():
                raise
            return await self.fetch(query, *arguments)

    async def work(self, doing: str, steps: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        """Several statements on the connection, which is ours alone meanwhile. They may be repeated, as in `again`."""
        try:
            return await self._work(doing, steps)
        except Away:
            if not self._patience_s or self._hurries.is_set():
                raise
            return await self._work(doing, steps)

    async def _work(self, doing: str, steps: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        try:
            async with self._use() as connection, asyncio.timeout(ANSWER_S_MAX):
                return await steps(connection)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise translate(error, self.address, doing) from error

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
                self._connection = await self._open()
            try:
                yield self._connection
            except BaseException as error:
                # After anything but a plain refusal nobody knows what the other end still does with the connection:
                # a cancelled statement, for one, may be answered to the next.
                # One that takes no writes any more is of a server that was the primary.
                if not is_answer(error) or getattr(error, "sqlstate", None) == READ_ONLY:
                    self._connection.terminate()
                    self._connection = None
                raise

    async def _open(self) -> asyncpg.Connection:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience_s
        pause_s = PAUSE_S_FIRST
        while True:
            try:
                return await self._target.open(self._purpose)
            except Away:
                if loop.time() + pause_s > deadline or self._hurries.is_set():
                    raise
            await self._pause(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(2 * pause_s, PAUSE_S_MAX)

    async def _pause(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._hurries.wait()
        except TimeoutError:
            pass  # nobody is in a hurry: try again

    def hurry(self) -> None:
        """Wait for no server any more that is away."""
        self._hurries.set()

    async def close(self) -> None:
        """Let the statement under way end, then close. Afterwards every use is refused."""
        self.hurry()
        async with self._turn:
            self._closed = True
            connection, self._connection = self._connection, None
            if connection is not None and not connection.is_closed():
                try:
                    await connection.close(timeout=CLOSE_S_MAX)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    connection.terminate()  # it is going anyway; nothing was under way
