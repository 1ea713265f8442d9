"""The connections of transactional actions, and how the rows of one become durable with its outcome.

    BEGIN                                                the action uses its connection for the first time
    ... what the action writes ...
    delete the offer of this attempt                     nothing was there: somebody has withdrawn it, ROLLBACK
    insert the outcome into the inbox of the run
    COMMIT

The deletion comes last, so an action never holds the row while it works: whoever withdraws the offer meanwhile finds it
free. The server ends a transaction whose worker has died. A process has two connections at most; an attempt waits for
one of them when it uses its own first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from waymark.vm.surface import Outcome, Succeeded
from waymark.vm.wire import encode_outcome

from . import protocol

if TYPE_CHECKING:
    import asyncpg

CONNECTIONS_MAX = 2
IDLE_IN_TRANSACTION = "10s"  # afterwards the server takes a stalled action's transaction away
CONNECT_S_MAX = 10


class TransactionOver(RuntimeError):
    """The action has ended the transaction of its connection itself: its rows and its outcome can no longer be one."""


class NotCommitted(Exception):
    """Nothing of the transaction was written, and `why` is the action's outcome."""

    def __init__(self, why: Exception) -> None:
        self.why = why
        super().__init__(str(why))


class CommitUnknown(Exception):
    """The connection was lost over the commit."""


class Connections:
    """Of one worker process."""

    def __init__(self, dsn: str | None) -> None:
        self._dsn = dsn
        self._free: list[asyncpg.Connection] = []
        self._places = asyncio.Semaphore(CONNECTIONS_MAX)

    @property
    def can_open(self) -> bool:
        """Whether there is one database for rows and runs."""
        return self._dsn is not None

    def of(self, start: protocol.Start) -> LazyConnection:
        return LazyConnection(self, start.key)

    async def take(self) -> asyncpg.Connection:
        import asyncpg

        if self._dsn is None:
            raise RuntimeError("WAYMARK_DATABASE_URL is not set: a transactional action writes to the database of runs")
        await self._places.acquire()
        try:
            while self._free:
                connection = self._free.pop()
                if not connection.is_closed():
                    return connection
            return await asyncpg.connect(
                self._dsn,
                timeout=CONNECT_S_MAX,
                statement_cache_size=0,  # it may be a pooler
                server_settings={"application_name": "waymark action"},
            )
        except BaseException:
            self._places.release()
            raise

    def give_back(self, connection: asyncpg.Connection, healthy: bool) -> None:
        if healthy and not connection.is_closed():
            self._free.append(connection)
        else:
            connection.terminate()
        self._places.release()

    def close(self) -> None:
        """At the end of the process, where nobody waits for good-byes."""
        for connection in self._free:
            connection.terminate()
        self._free.clear()


class LazyConnection:
    """asyncpg's connection, opened in a transaction by its first use. `await` it for the connection itself."""

    def __init__(self, connections: Connections, action: str) -> None:
        self._connections = connections
        self._action = action
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None
        self._transaction: Any = None
        self._healthy = False

    @property
    def was_opened(self) -> bool:
        return self._connection is not None

    def __await__(self) -> Generator[Any, Any, asyncpg.Connection]:
        return self._opened().__await__()

    async def _opened(self) -> asyncpg.Connection:
        async with self._turn:
            if self._connection is None:
                connection = await self._connections.take()
                try:
                    transaction = connection.transaction(isolation="read_committed")
                    await transaction.start()
                    await connection.execute(f"set local idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION}'")
                except BaseException:
                    self._connections.give_back(connection, healthy=False)
                    raise
                self._connection, self._transaction = connection, transaction
            return self._connection

    async def execute(self, query: str, *args: Any) -> str:
        said: str = await (await self._opened()).execute(query, *args)
        return said

    async def executemany(self, query: str, args: Any) -> None:
        await (await self._opened()).executemany(query, args)

    async def fetch(self, query: str, *args: Any) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await (await self._opened()).fetch(query, *args)
        return rows

    async def fetchrow(self, query: str, *args: Any) -> asyncpg.Record | None:
        return await (await self._opened()).fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        return await (await self._opened()).fetchval(query, *args)

    # --- the end of the attempt ---

    async def commit(self, start: protocol.Start, data: bytes) -> bool:
        """The rows, the deletion of the ticket and the outcome: all of it or, False, nothing."""
        from ..offers.answers import Answer, encode_answer
        from ..store.queries import QUERIES

        connection, ticket = self._connection, start.ticket
        assert connection is not None and ticket is not None and start.run is not None
        if not connection.is_in_transaction():
            raise TransactionOver(
                f"action {self._action} has ended the transaction of its connection itself, so its rows and its "
                "outcome are not one; leave COMMIT and ROLLBACK to Waymark, and use `async with "
                "connection.transaction()` for savepoints"
            )
        key = (ticket.part, start.run, start.call)
        now = time.time_ns() // 1000
        answer = Answer(start.call, start.attempt, data, started_at=now, finished_at=now)
        gone = await connection.fetchval(QUERIES["take_ticket"].sql, *key, start.attempt, ticket.claimer)
        if gone is None:
            await self._transaction.rollback()
            self._healthy = True
            return False
        await connection.execute(QUERIES["put_outcome"].sql, ticket.part, start.run, start.call, encode_answer(answer))
        await self._transaction.commit()
        self._healthy = True
        return True

    async def rollback(self) -> None:
        connection = self._connection
        if connection is None or connection.is_closed():
            return  # the server has done it
        if connection.is_in_transaction():
            await self._transaction.rollback()
            self._healthy = True

    async def leave(self) -> None:
        """Whatever became of the attempt. A connection that nobody knows the state of is thrown away."""
        connection, self._connection = self._connection, None
        if connection is not None:
            healthy = self._healthy and not connection.is_closed() and not connection.is_in_transaction()
            self._connections.give_back(connection, healthy)


async def settled(connection: LazyConnection, start: protocol.Start, outcome: Outcome, data: bytes) -> bool | None:
    """Whether the rows and the outcome are there; no: the ticket was gone. None: the outcome is no value, and is to be
    reported as that of any other action. Raises NotCommitted, or CommitUnknown."""
    from ..store.errors import is_answer

    try:
        if not isinstance(outcome, Succeeded) or not _can_be_sent(outcome):
            await connection.rollback()
            return None
        commit = asyncio.ensure_future(connection.commit(start, data))
        try:
            # Not given up half-way: a timeout that comes now finds that the ticket is gone, or is in time to keep it.
            return await asyncio.shield(commit)
        except asyncio.CancelledError:
            await asyncio.wait([commit], timeout=CONNECT_S_MAX)
            if not commit.done():
                commit.cancel()
            raise
    except TransactionOver as error:
        raise NotCommitted(error) from error
    except Exception as error:
        if is_answer(error):  # a constraint that is checked last, say
            raise NotCommitted(error) from error
        raise CommitUnknown from error


def _can_be_sent(outcome: Outcome) -> bool:
    try:
        encode_outcome(outcome)
    except Exception:  # its TypeError is the outcome instead: `perform.encoded`
        return False
    return True
