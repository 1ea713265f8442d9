"""A worker that dies before each statement of a transactional attempt, and behind the last one."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from waymark.runtime.model import InboxKind, RunRef
from waymark.runtime.offers.answers import decode_answer
from waymark.runtime.offers.port import Offer, OfferKind
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.workers import protocol
from waymark.runtime.workers.connecting import CommitUnknown, Connections, LazyConnection, NotCommitted, settled
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import encode_outcome

from .offering import LEDGER
from .test_transactional import ask

ME = uuid.UUID(int=1)
STEPS = ("write", "take the ticket", "leave the outcome", "commit", "report")


class Dying:
    """A connection whose process is gone before some statement: the server sees the end of the stream."""

    def __init__(self, connection: Any, transaction: Any, at: int) -> None:
        self._connection = connection
        self._transaction = transaction
        self._left = at

    def _step(self) -> None:
        if self._left == 0:
            self._connection.terminate()
        self._left -= 1

    async def execute(self, *said: Any) -> Any:
        self._step()
        return await self._connection.execute(*said)

    async def fetchval(self, *said: Any) -> Any:
        self._step()
        return await self._connection.fetchval(*said)

    async def commit(self) -> None:
        self._step()
        await self._transaction.commit()
        self._step()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


async def attempted(dsn: str, at: int | None, ref: RunRef, attempt: int = 1) -> bool | None:
    start = protocol.Start(
        1, "shop:pay", b"", run=ref.run, call=1, attempt=attempt, ticket=protocol.Ticket(ref.part, ME)
    )
    connection = LazyConnection(Connections(dsn), "shop:pay")
    await connection
    if at is not None:
        dying = Dying(connection._connection, connection._transaction, at)
        connection._connection = connection._transaction = dying  # type: ignore[assignment]
    try:
        await connection.execute("insert into ledger (order_id) values ('7')")
        outcome = Succeeded("paid")
        return await settled(connection, start, outcome, encode_outcome(outcome))
    finally:
        await connection.leave()


async def ticketed(store: PostgresStore) -> RunRef:
    from tests.integration.store.making import TTL_MS, new_run

    ref = await store.start(new_run(key="order-7"))
    await store.register(ME, "here", "lock")
    epochs = await store.acquire(ME, [ref.part], TTL_MS)
    await store.offer(ME, epochs, [Offer(ref, 1, 1, OfferKind.TRANSACTION, "shop:pay", b"", 5_000, hold_ms=60_000)])
    return ref


@pytest.mark.parametrize("at", range(len(STEPS)), ids=STEPS)
def test_dying_before_a_statement_leaves_rows_and_outcome_or_neither(database: str, at: int):
    async def test() -> None:
        store = await PostgresStore.connect(database)
        try:
            await ask(database, LEDGER)
            ref = await ticketed(store)
            died = Exception if at < STEPS.index("report") else AssertionError
            try:
                committed = await attempted(database, at, ref)
            except died:
                committed = False
            await ask(database, "do $$ begin lock table waymark.offers, ledger; end $$")  # until the server has seen it
            rows = await ask(database, "select count(*) from ledger")
            offers = await ask(database, "select count(*) from waymark.offers")
            entries = [each for each in await store.read_inbox([ref.part], 10) if each.kind == InboxKind.OUTCOME]
            both = at == STEPS.index("report")
            assert (rows, offers, len(entries)) == ([(int(both),)], [(int(not both),)], int(both))
            assert committed is both
            if not both:
                assert await attempted(database, None, ref), "the same ticket is good for the next attempt in line"
                assert await ask(database, "select count(*) from ledger") == [(1,)]
        finally:
            await store.close()

    asyncio.run(asyncio.wait_for(test(), 60))


def test_without_its_ticket_nothing_is_written(database: str):
    async def test() -> None:
        store = await PostgresStore.connect(database)
        try:
            await ask(database, LEDGER)
            ref = await ticketed(store)
            assert await attempted(database, None, ref, attempt=2) is False
            assert await ask(database, "select count(*) from ledger") == [(0,)]
            assert await attempted(database, None, ref) is True
            assert await attempted(database, None, ref) is False, "once"
            assert await ask(database, "select count(*) from ledger") == [(1,)]
            answers = [decode_answer(each.body) for each in await store.read_inbox([ref.part], 10) if each.kind == 9]
            assert [each.outcome for each in answers] == [encode_outcome(Succeeded("paid"))]
        finally:
            await store.close()

    asyncio.run(asyncio.wait_for(test(), 60))


def test_an_outcome_that_is_no_value_is_rolled_back(database: str):
    async def test() -> None:
        store = await PostgresStore.connect(database)
        try:
            await ask(database, LEDGER)
            ref = await ticketed(store)
            start = protocol.Start(1, "shop:pay", b"", run=ref.run, call=1, ticket=protocol.Ticket(ref.part, ME))
            pool = Connections(database)
            for outcome in (Raised(ValueError("no")), Succeeded(lambda: 0)):
                connection = pool.of(start)
                await connection.execute("insert into ledger (order_id) values ('7')")
                assert await settled(connection, start, outcome, b"") is None
                await connection.leave()
            connection = pool.of(start)
            await connection.execute("commit")
            with pytest.raises(NotCommitted, match="has ended the transaction"):
                await settled(connection, start, Succeeded(1), b"")
            await connection.leave()
            pool.close()
            assert await ask(database, "select count(*) from ledger") == [(0,)]
        finally:
            await store.close()

    asyncio.run(asyncio.wait_for(test(), 60))


def test_a_connection_that_is_lost_over_the_commit_says_that_nobody_knows(database: str):
    async def test() -> None:
        store = await PostgresStore.connect(database)
        try:
            await ask(database, LEDGER)
            ref = await ticketed(store)
            with pytest.raises(CommitUnknown):
                await attempted(database, STEPS.index("commit"), ref)
        finally:
            await store.close()

    asyncio.run(asyncio.wait_for(test(), 60))
