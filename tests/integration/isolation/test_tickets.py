"""Decision 1: a transactional action and its withdrawal race for one row; user rows and outcome come together."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from waymark.runtime.model import RunRef
from waymark.runtime.store.queries import QUERIES

from .sessions import PART, Stage

pytestmark = pytest.mark.anyio

OFFER = QUERIES["offer"].sql
CLAIM = QUERIES["claim_offers"].sql
TAKE = QUERIES["take_ticket"].sql
PUT = QUERIES["put_outcome"].sql
WITHDRAW = QUERIES["withdraw_offer"].sql
USER = "insert into payments values ('paid')"
TRANSACTIONAL = 2
CALL = 1


async def offered(stage: Stage, attempt: int = 1) -> RunRef:
    await stage.owned()
    ref = await stage.run()
    await stage.look("create table if not exists payments (said text)")
    assert await offer(stage, ref, attempt) == "offered"
    return ref


async def offer(stage: Stage, ref: RunRef, attempt: int) -> str:
    row = ([PART], [ref.run], [CALL], [attempt], [TRANSACTIONAL], [0], ["shop:pay"], [b"body"], [60_000], [0], [0])
    ((_, _, _, verdict),) = await stage.look(OFFER, stage.engine, [PART], [stage.epoch], *row)
    return str(verdict)


async def claimed(stage: Stage) -> UUID:
    claimer = uuid4()
    assert len(await stage.look(CLAIM, claimer, ["shop:pay"], 10, 60_000, 0)) == 1
    return claimer


async def withdraw(stage: Stage, ref: RunRef) -> str:
    ((verdict,),) = await stage.two(WITHDRAW, stage.engine, stage.epoch, PART, ref.run, CALL, False)
    return str(verdict)


async def outcomes(stage: Stage) -> list[bytes]:
    return [row[0] for row in await stage.look("select body from waymark.inbox where kind = 9")]


async def test_before_the_worker_commits_nobody_sees_anything_and_the_owner_does_not_wait(stage: Stage) -> None:
    ref = await offered(stage)
    worker = await claimed(stage)
    await stage.one.begin()
    await stage.one(USER)
    assert await stage.one(TAKE, PART, ref.run, CALL, 1, worker) == [(CALL,)]
    await stage.one(PUT, PART, ref.run, CALL, b"done")
    assert await withdraw(stage, ref) == "busy"
    assert await outcomes(stage) == [] and await stage.look("select * from payments") == []
    await stage.one.commit()
    assert await withdraw(stage, ref) == "answered"
    assert await outcomes(stage) == [b"done"] and await stage.look("select * from payments") == [("paid",)]


async def test_a_withdrawal_that_comes_first_leaves_the_worker_without_a_ticket(stage: Stage) -> None:
    ref = await offered(stage)
    worker = await claimed(stage)
    await stage.one.begin()
    await stage.one(USER)
    assert await withdraw(stage, ref) == "withdrawn"
    assert await stage.one(TAKE, PART, ref.run, CALL, 1, worker) == []
    await stage.one.rollback()
    assert await outcomes(stage) == [] and await stage.look("select * from payments") == []


async def test_a_worker_behind_an_open_withdrawal_waits_and_finds_nothing(stage: Stage) -> None:
    ref = await offered(stage)
    worker = await claimed(stage)
    await stage.two.begin()
    assert await withdraw(stage, ref) == "withdrawn"
    await stage.one.begin()
    taking = await stage.one.waits(TAKE, PART, ref.run, CALL, 1, worker)
    await stage.two.commit()
    assert await taking == []


async def test_a_worker_that_rolls_back_can_be_withdrawn_from(stage: Stage) -> None:
    ref = await offered(stage)
    worker = await claimed(stage)
    await stage.one.begin()
    await stage.one(TAKE, PART, ref.run, CALL, 1, worker)
    await stage.one.rollback()
    assert await withdraw(stage, ref) == "withdrawn"


async def test_a_worker_that_dies_between_its_delete_and_its_commit_leaves_nothing(stage: Stage) -> None:
    ref = await offered(stage)
    worker = await claimed(stage)
    await stage.one.begin()
    await stage.one(USER)
    await stage.one(TAKE, PART, ref.run, CALL, 1, worker)
    await stage.one(PUT, PART, ref.run, CALL, b"done")
    await stage.one.dies()
    assert await withdraw(stage, ref) == "withdrawn"
    assert await outcomes(stage) == [] and await stage.look("select * from payments") == []


async def test_a_new_owner_does_not_give_out_the_ticket_of_a_worker_that_is_answering(stage: Stage) -> None:
    ref = await offered(stage)
    worker = await claimed(stage)
    await stage.one.begin()
    await stage.one(TAKE, PART, ref.run, CALL, 1, worker)
    await stage.one(PUT, PART, ref.run, CALL, b"done")
    stage.engine, heir = uuid4(), stage.engine
    await stage.look(QUERIES["end_lease"].sql, heir)
    await stage.owned()
    assert await offer(stage, ref, 2) == "busy"
    await stage.one.commit()
    assert await offer(stage, ref, 2) == "busy", "its answer is in the inbox"
    assert await outcomes(stage) == [b"done"]


async def test_a_worker_of_an_earlier_attempt_finds_no_ticket(stage: Stage) -> None:
    ref = await offered(stage)
    worker = await claimed(stage)
    assert await offer(stage, ref, 2) == "offered"
    assert await stage.one(TAKE, PART, ref.run, CALL, 1, worker) == []
    again = await claimed(stage)
    assert await stage.one(TAKE, PART, ref.run, CALL, 2, worker) == []
    assert await stage.one(TAKE, PART, ref.run, CALL, 2, again) == [(CALL,)]


async def test_an_engine_that_lost_the_partition_can_neither_offer_nor_withdraw(stage: Stage) -> None:
    ref = await offered(stage)
    await stage.look(QUERIES["end_lease"].sql, stage.engine)
    ((_, epoch),) = await stage.look(QUERIES["acquire"].sql, uuid4(), [PART], 60_000)
    assert epoch == stage.epoch + 1
    assert await withdraw(stage, ref) == "fenced"
