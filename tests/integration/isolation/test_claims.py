"""Decision 16: an offer is claimed by one, answered by who holds it, and taken back when its claimer is silent."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from waymark.runtime.model import RunRef
from waymark.runtime.store.queries import QUERIES

from .sessions import PART, Stage

pytestmark = pytest.mark.anyio

OFFER = QUERIES["offer"].sql
CLAIM = QUERIES["claim_offers"].sql
RENEW = QUERIES["renew_offers"].sql
ANSWER = QUERIES["answer_offers"].sql
WITHDRAW = QUERIES["withdraw_offer"].sql
CALL = 1


async def offered(stage: Stage, attempt: int = 1, ref: RunRef | None = None) -> RunRef:
    if ref is None:
        await stage.owned()
        ref = await stage.run()
    row = ([PART], [ref.run], [CALL], [attempt], [1], [0], ["shop:pay"], [b"body"], [60_000], [0], [0])
    assert len(await stage.look(OFFER, stage.engine, [PART], [stage.epoch], *row)) == 1
    return ref


def claim(claimer: UUID, hold_ms: int = 60_000) -> tuple[object, ...]:
    return (claimer, ["shop:pay"], 10, hold_ms, 0)


def answer(claimer: UUID, ref: RunRef, attempt: int = 1) -> tuple[object, ...]:
    return (claimer, [PART], [ref.run], [CALL], [attempt], [b"done"])


def withdraw(stage: Stage, ref: RunRef, lapsed: bool) -> tuple[object, ...]:
    return (stage.engine, stage.epoch, PART, ref.run, CALL, lapsed)


async def test_two_who_claim_at_the_same_time_do_not_wait_and_one_gets_it(stage: Stage) -> None:
    await offered(stage)
    await stage.one.begin()
    assert len(await stage.one(CLAIM, *claim(uuid4()))) == 1
    assert await stage.two(CLAIM, *claim(uuid4())) == []
    await stage.one.commit()
    assert await stage.two(CLAIM, *claim(uuid4())) == []


async def test_a_claim_that_is_rolled_back_leaves_the_offer_to_others(stage: Stage) -> None:
    await offered(stage)
    await stage.one.begin()
    await stage.one(CLAIM, *claim(uuid4()))
    await stage.one.rollback()
    assert len(await stage.two(CLAIM, *claim(uuid4()))) == 1


async def test_an_answer_counts_once(stage: Stage) -> None:
    ref, claimer = await offered(stage), uuid4()
    await stage.one(CLAIM, *claim(claimer))
    await stage.one.begin()
    assert len(await stage.one(ANSWER, *answer(claimer, ref))) == 1
    again = await stage.two.waits(ANSWER, *answer(claimer, ref))
    await stage.one.commit()
    assert await again == []
    assert await stage.look("select count(*) from waymark.inbox where kind = 9") == [(1,)]


async def test_a_claimer_that_is_silent_loses_it_and_its_late_answer_is_dropped(stage: Stage) -> None:
    ref, claimer = await offered(stage), uuid4()
    await stage.one(CLAIM, *claim(claimer, hold_ms=0))
    assert await stage.two(WITHDRAW, *withdraw(stage, ref, lapsed=True)) == [("withdrawn",)]
    assert await stage.one(ANSWER, *answer(claimer, ref)) == []
    assert await stage.look("select count(*) from waymark.inbox where kind = 9") == [(0,)]


async def test_one_that_renews_in_time_keeps_it(stage: Stage) -> None:
    ref, claimer = await offered(stage), uuid4()
    await stage.one(CLAIM, *claim(claimer, hold_ms=0))
    assert len(await stage.one(RENEW, claimer, [PART], [ref.run], [CALL], [1], 60_000)) == 1
    assert await stage.two(WITHDRAW, *withdraw(stage, ref, lapsed=True)) == [("busy",)]
    assert len(await stage.one(ANSWER, *answer(claimer, ref))) == 1


async def test_an_owner_does_not_wait_for_who_is_answering(stage: Stage) -> None:
    ref, claimer = await offered(stage), uuid4()
    await stage.one(CLAIM, *claim(claimer, hold_ms=0))
    await stage.one.begin()
    await stage.one(ANSWER, *answer(claimer, ref))
    assert await stage.two(WITHDRAW, *withdraw(stage, ref, lapsed=True)) == [("busy",)]
    await stage.one.commit()
    assert await stage.two(WITHDRAW, *withdraw(stage, ref, lapsed=True)) == [("answered",)]


async def test_a_renewal_behind_a_withdrawal_learns_that_it_is_lost(stage: Stage) -> None:
    ref, claimer = await offered(stage), uuid4()
    await stage.one(CLAIM, *claim(claimer, hold_ms=0))
    await stage.two.begin()
    await stage.two(WITHDRAW, *withdraw(stage, ref, lapsed=True))
    renewing = await stage.one.waits(RENEW, claimer, [PART], [ref.run], [CALL], [1], 60_000)
    await stage.two.commit()
    assert await renewing == []


async def test_the_claimer_of_an_earlier_attempt_does_not_answer_the_next(stage: Stage) -> None:
    ref, first, second = await offered(stage), uuid4(), uuid4()
    await stage.one(CLAIM, *claim(first))
    await offered(stage, attempt=2, ref=ref)
    assert len(await stage.two(CLAIM, *claim(second))) == 1
    assert await stage.one(ANSWER, *answer(first, ref, attempt=1)) == []
    assert await stage.one(ANSWER, *answer(first, ref, attempt=2)) == []
    assert len(await stage.two(ANSWER, *answer(second, ref, attempt=2))) == 1
