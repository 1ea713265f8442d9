"""Offers: one suite for both stores, and what only two connections to Postgres can show."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import msgspec
import pytest

from waymark.runtime.model import InboxKind, RunRef
from waymark.runtime.offers.answers import Answer, decode_answer
from waymark.runtime.offers.port import AttemptNote, LogNote, Offer, OfferKind, Verdict
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.store.queries import QUERIES

from .making import TTL_MS, AnyStore, new_run

pytestmark = pytest.mark.anyio

ME, OTHER, THIRD = (UUID(int=n) for n in (1, 2, 3))
HOLD_MS = 60_000
ACT = "shop:charge"


async def owned(store: AnyStore, key: str = "order-7") -> tuple[RunRef, dict[int, int]]:
    ref = await store.start(new_run(key=key))
    await store.register(ME, "here", "lock")
    return ref, await store.acquire(ME, [ref.part], TTL_MS)


def offer(ref: RunRef, call: int = 1, attempt: int = 1, kind: OfferKind = OfferKind.ROOM, hold_ms: int = 0) -> Offer:
    return Offer(ref, call, attempt, kind, ACT, b"arguments", 5_000, hold_ms)


async def outcomes(store: AnyStore, ref: RunRef) -> list[Answer]:
    entries = await store.read_inbox([ref.part], 100)
    return [decode_answer(entry.body) for entry in entries if entry.kind == InboxKind.OUTCOME]


@pytest.mark.parametrize("kind", OfferKind)
async def test_an_offer_is_claimed_once_and_answered_once(store: AnyStore, kind: OfferKind):
    ref, epochs = await owned(store)
    assert await store.offer(ME, epochs, [offer(ref, kind=kind)]) == {(ref, 1): Verdict.OFFERED}
    assert await store.claim(OTHER, ["shop:other"], 10, HOLD_MS, 0) == []
    assert list(await store.claim(OTHER, [ACT], 10, HOLD_MS, 0)) == [offer(ref, kind=kind)]
    assert await store.claim(THIRD, [ACT], 10, HOLD_MS, 0) == []
    assert await store.answer(THIRD, [(ref, Answer(1, 1, b"stolen"))]) == frozenset()
    assert await store.answer(OTHER, [(ref, Answer(1, 2, b"of another attempt"))]) == frozenset()
    assert await store.answer(OTHER, [(ref, Answer(1, 1, b"done"))]) == {(ref, 1)}
    assert await store.answer(OTHER, [(ref, Answer(1, 1, b"again"))]) == frozenset()
    assert await outcomes(store, ref) == [Answer(1, 1, b"done")]


async def test_only_the_owner_offers(store: AnyStore):
    ref, epochs = await owned(store)
    assert await store.offer(OTHER, epochs, [offer(ref)]) == {}
    assert await store.offer(ME, {ref.part: epochs[ref.part] + 1}, [offer(ref)]) == {}
    assert await store.withdraw(OTHER, epochs[ref.part], ref, 1, lapsed=False) is Verdict.FENCED
    assert await store.claim(OTHER, [ACT], 10, HOLD_MS, 0) == []


@pytest.mark.parametrize("kind", OfferKind)
async def test_a_later_attempt_takes_the_ticket_of_an_earlier_one(store: AnyStore, kind: OfferKind):
    ref, epochs = await owned(store)
    await store.offer(ME, epochs, [offer(ref, kind=kind)])
    await store.claim(OTHER, [ACT], 10, HOLD_MS, 0)
    assert await store.offer(ME, epochs, [offer(ref, attempt=2, kind=kind)]) == {(ref, 1): Verdict.OFFERED}
    assert await store.answer(OTHER, [(ref, Answer(1, 1, b"late"))]) == frozenset()
    assert await store.renew(OTHER, [(ref, 1, 1)], HOLD_MS) == frozenset()
    assert [each.attempt for each in await store.claim(THIRD, [ACT], 10, HOLD_MS, 0)] == [2]


@pytest.mark.parametrize("kind", OfferKind)
async def test_the_same_offer_again_leaves_its_claim_alone(store: AnyStore, kind: OfferKind):
    ref, epochs = await owned(store)
    for _ in range(2):
        assert await store.offer(ME, epochs, [offer(ref, kind=kind)]) == {(ref, 1): Verdict.OFFERED}
        await store.claim(OTHER, [ACT], 10, HOLD_MS, 0)
    assert await store.answer(OTHER, [(ref, Answer(1, 1, b"done"))]) == {(ref, 1)}


async def test_a_transactional_call_with_an_answer_is_not_offered_again_before_that_is_read(store: AnyStore):
    ref, epochs = await owned(store)
    await store.offer(ME, epochs, [offer(ref, kind=OfferKind.TRANSACTION, hold_ms=HOLD_MS)])
    assert await store.claim(OTHER, [ACT], 10, HOLD_MS, 0) == [], "its owner has taken it"
    assert await store.answer(ME, [(ref, Answer(1, 1, b"done"))]) == {(ref, 1)}
    again = offer(ref, attempt=2, kind=OfferKind.TRANSACTION)
    assert await store.offer(ME, epochs, [again, offer(ref, 2, kind=OfferKind.TRANSACTION)]) == {
        (ref, 1): Verdict.BUSY,
        (ref, 2): Verdict.OFFERED,
    }
    assert await store.withdraw(ME, epochs[ref.part], ref, 1, lapsed=False) is Verdict.ANSWERED


async def test_who_withdraws_first_decides(store: AnyStore):
    ref, epochs = await owned(store)
    await store.offer(ME, epochs, [offer(ref)])
    await store.claim(OTHER, [ACT], 10, HOLD_MS, 0)
    assert await store.withdraw(ME, epochs[ref.part], ref, 1, lapsed=True) is Verdict.BUSY, "its claimer lives"
    assert await store.withdraw(ME, epochs[ref.part], ref, 1, lapsed=False) is Verdict.WITHDRAWN
    assert await store.answer(OTHER, [(ref, Answer(1, 1, b"late"))]) == frozenset()
    assert await store.withdraw(ME, epochs[ref.part], ref, 1, lapsed=False) is Verdict.WITHDRAWN
    assert await outcomes(store, ref) == []


async def test_a_claim_lapses_unless_it_is_renewed(store: AnyStore):
    ref, epochs = await owned(store)
    await store.offer(ME, epochs, [offer(ref), offer(ref, 2)])
    await store.claim(OTHER, [ACT], 10, 0, 0)
    assert await store.renew(OTHER, [(ref, 2, 1)], HOLD_MS) == {(ref, 2)}
    assert list(await store.lapsed_offers([ref.part])) == [(ref, 1, 1)]
    assert await store.withdraw(ME, epochs[ref.part], ref, 1, lapsed=True) is Verdict.WITHDRAWN
    assert await store.withdraw(ME, epochs[ref.part], ref, 2, lapsed=True) is Verdict.BUSY


async def test_no_more_is_claimed_than_there_is_room_for(store: AnyStore):
    ref, epochs = await owned(store)
    await store.offer(ME, epochs, [offer(ref, call) for call in range(1, 8)])
    assert len(await store.claim(OTHER, [ACT], 3, HOLD_MS, 255)) == 3
    assert len(await store.claim(THIRD, [ACT], 3, HOLD_MS, ref.part)) == 3
    assert len(await store.claim(THIRD, [ACT], 3, HOLD_MS, 0)) == 1


async def test_attempts_and_logs_are_kept_for_people(store: AnyStore):
    ref, _ = await owned(store)
    notes = [AttemptNote(ref, 1, 2, 10, 20, "lost"), AttemptNote(ref, 1, 1, 1, 2, "ValueError: \0")]
    await store.note_attempts(notes)
    kept = await store.attempts_of(ref)
    assert [each.attempt for each in kept] == [1, 2] and kept[1] == notes[0]
    lines = [LogNote(ref, 1, 1, 5, "INFO", "shop", "one"), LogNote(ref, 1, 1, 4, "ERROR", "shop", "\ud800 two")]
    await store.note_logs(lines)
    assert list(await store.logs_of(ref)) == lines


# --- Postgres alone: a worker that is in the middle of its answer ---


@pytest.fixture
async def worker(database: str):
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def answering(worker: asyncpg.Connection, ref: RunRef) -> asyncpg.transaction.Transaction:
    transaction = worker.transaction()
    await transaction.start()
    assert await worker.fetchval(QUERIES["take_ticket"].sql, ref.part, ref.run, 1, 1, OTHER) == 1
    await worker.execute(QUERIES["put_outcome"].sql, ref.part, ref.run, 1, b"\x92\x01\x01")
    return transaction


async def test_whoever_is_answering_is_not_waited_for_and_not_overtaken(
    postgres: PostgresStore, worker: asyncpg.Connection
):
    ref, epochs = await owned(postgres)
    await postgres.offer(ME, epochs, [offer(ref, kind=OfferKind.TRANSACTION)])
    await postgres.claim(OTHER, [ACT], 1, HOLD_MS, 0)
    transaction = await answering(worker, ref)
    again = offer(ref, attempt=2, kind=OfferKind.TRANSACTION)
    async with asyncio.timeout(3):
        assert await postgres.withdraw(ME, epochs[ref.part], ref, 1, lapsed=False) is Verdict.BUSY
        assert await postgres.offer(ME, epochs, [again]) == {(ref, 1): Verdict.BUSY}
    await transaction.commit()
    assert await postgres.withdraw(ME, epochs[ref.part], ref, 1, lapsed=False) is Verdict.ANSWERED
    assert await postgres.offer(ME, epochs, [again]) == {(ref, 1): Verdict.BUSY}


async def test_an_answer_that_is_not_committed_leaves_the_ticket(postgres: PostgresStore, worker: asyncpg.Connection):
    ref, epochs = await owned(postgres)
    await postgres.offer(ME, epochs, [offer(ref, kind=OfferKind.TRANSACTION)])
    await postgres.claim(OTHER, [ACT], 1, HOLD_MS, 0)
    transaction = await answering(worker, ref)
    await transaction.rollback()
    assert await postgres.withdraw(ME, epochs[ref.part], ref, 1, lapsed=False) is Verdict.WITHDRAWN
    assert await outcomes(postgres, ref) == []


async def test_a_transactional_call_is_not_offered_on_a_state_that_is_not_the_runs(store: AnyStore):
    ref, epochs = await owned(store)
    stale = msgspec.structs.replace(offer(ref, kind=OfferKind.TRANSACTION), revision=1)
    assert await store.offer(ME, epochs, [stale]) == {(ref, 1): Verdict.BUSY}
    assert await store.claim(OTHER, [ACT], 10, HOLD_MS, 0) == []
