"""What runs send to others, on each store: written with their state, moved once, answered by the end of a run."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import msgspec
import pytest

from waymark.runtime.messages import encode_answer
from waymark.runtime.model import InboxEntry, InboxKind, RunRef, Sent, Started, Status, partition_of
from waymark.runtime.store.postgres import PostgresStore

from .making import TTL_MS, AnyStore, Owner, new_run, started, write

pytestmark = pytest.mark.anyio
ALL = range(256)


def child(sender: RunRef, key: str, request: int = 1) -> Sent:
    to = RunRef(partition_of("Children", key), uuid4())
    start = Started("Children", key, b"parents unit", b"arguments", b"seed", 3, request)
    return Sent(sender, to, InboxKind.START, start=start)


async def entries(store: AnyStore, ref: RunRef) -> list[InboxEntry]:
    return [entry for entry in await store.read_inbox([ref.part], 100) if entry.run == ref.run]


async def owner(store: AnyStore) -> Owner:
    engine = uuid4()
    return Owner(store, engine, await store.acquire(engine, ALL, TTL_MS))


async def test_a_child_starts_once_and_its_outcome_comes_back_once(store: AnyStore) -> None:
    engine = await owner(store)
    parent = await started(store)
    sent = child(parent, "order-1/child", request=7)
    assert await engine.commit(write(parent), sent=(sent,))
    assert await store.get_run(sent.to) is None, "nothing has left before it was moved"
    moved = await store.move_outbox(ALL)
    assert (moved.parts, (await store.move_outbox(ALL)).parts) == (frozenset({sent.to.part}), frozenset())
    row = await store.get_run(sent.to)
    assert row is not None and (row.workflow, row.key, row.priority) == ("Children", "order-1/child", 3)
    assert (row.unit, row.arguments, row.seed, row.status) == (b"parents unit", b"arguments", b"seed", Status.QUEUED)
    assert [entry.kind for entry in await entries(store, sent.to)] == [InboxKind.START]
    assert await engine.commit(write(sent.to, status=Status.FINISHED, outcome=b"forty"))
    assert (await store.move_outbox(ALL)).parts == {parent.part}
    came = [entry for entry in await entries(store, parent) if entry.kind != InboxKind.START]
    assert [(entry.kind, entry.body) for entry in came] == [(InboxKind.CHILD, encode_answer(7, b"forty"))]
    assert (await store.move_outbox(ALL)).parts == frozenset()


async def test_the_newest_program_of_a_workflow_is_taken(store: AnyStore) -> None:
    engine, parent = await owner(store), await started(store)
    await store.name_unit("Children", b"older")
    await store.name_unit("Children", b"newer")
    sent = child(parent, "a")
    await engine.commit(write(parent), sent=(sent,))
    await store.move_outbox(ALL)
    row = await store.get_run(sent.to)
    assert row is not None and row.unit == b"newer"


async def test_a_run_that_is_there_is_shared_and_what_is_joined_reaches_it(store: AnyStore) -> None:
    engine, parent = await owner(store), await started(store)
    there = await store.start(new_run("Children", "shared"))
    sent = child(parent, "shared", request=2)
    auto = Sent(parent, sent.to, InboxKind.CANCEL, b"over")
    said = Sent(parent, sent.to, InboxKind.MESSAGE, b"hello", joined=True)
    await engine.commit(write(parent), sent=(sent, auto, said))
    await store.move_outbox(ALL)
    assert await store.get_run(sent.to) is None
    assert [entry.kind for entry in await entries(store, there)] == [InboxKind.START, InboxKind.MESSAGE]
    await engine.commit(write(there, status=Status.FINISHED, outcome=b"x"))
    await store.move_outbox(ALL)
    assert [e.body for e in await entries(store, parent) if e.kind == InboxKind.CHILD] == [encode_answer(2, b"x")]


async def test_a_run_that_has_ended_answers_at_once(store: AnyStore) -> None:
    engine, parent = await owner(store), await started(store)
    there = await store.start(new_run("Children", "done"))
    await engine.commit(write(there, status=Status.FAILED, outcome=b"error", root=b""))
    await engine.commit(write(parent), sent=(child(parent, "done", request=3),))
    moved = await store.move_outbox(ALL)
    while moved.more:
        moved = await store.move_outbox(ALL)
    assert [e.body for e in await entries(store, parent) if e.kind == InboxKind.CHILD] == [encode_answer(3, b"error")]


async def test_who_asks_for_a_run_that_is_gone_is_told_so(store: AnyStore) -> None:
    engine, parent = await owner(store), await started(store)
    asks = msgspec.structs.replace(child(parent, "gone", request=4), kind=InboxKind.JOIN)
    await engine.commit(write(parent), sent=(asks,))
    while (await store.move_outbox(ALL)).more:
        pass
    assert [e.body for e in await entries(store, parent) if e.kind == InboxKind.CHILD] == [encode_answer(4, b"")]
    assert await store.get_run(asks.to) is None


async def test_nothing_reaches_a_run_that_has_ended(store: AnyStore) -> None:
    engine, parent = await owner(store), await started(store)
    other = await started(store)
    await engine.commit(write(other, status=Status.FINISHED, outcome=b""))
    before = await entries(store, other)
    await engine.commit(write(parent), sent=(Sent(parent, other, InboxKind.MESSAGE, b"late"),))
    assert (await store.move_outbox(ALL)).parts == frozenset()
    assert await entries(store, other) == before


async def test_what_one_run_sends_arrives_in_its_order(store: AnyStore) -> None:
    engine, parent, other = await owner(store), await started(store), await started(store)
    for first in range(0, 20, 5):
        sent = tuple(Sent(parent, other, InboxKind.MESSAGE, bytes([n])) for n in range(first, first + 5))
        await engine.commit(write(parent, first // 5), sent=sent)
    while (await store.move_outbox(ALL, 3)).more:
        pass
    said = [entry.body for entry in await entries(store, other) if entry.kind == InboxKind.MESSAGE]
    assert said == [bytes([n]) for n in range(20)]


async def test_a_commit_that_is_refused_sends_nothing(store: AnyStore) -> None:
    engine, parent = await owner(store), await started(store)
    sent = child(parent, "never")
    with pytest.raises(Exception, match="revision"):
        await engine.commit(write(parent, expected=5), sent=(sent,))
    assert (await store.move_outbox(ALL)).parts == frozenset()
    assert await store.get_run(sent.to) is None


async def test_a_status_is_kept_until_there_is_another(store: AnyStore) -> None:
    engine, run = await owner(store), await started(store)
    await engine.commit(write(run, status_text="at 1"))
    await engine.commit(write(run, 1))
    row = await store.run_row(run)
    assert row is not None and row.status_text == "at 1"


async def test_two_who_move_at_the_same_time_move_each_once(postgres: PostgresStore, database: str) -> None:
    engine, parent = await owner(postgres), await started(postgres)
    children = tuple(child(parent, f"child {n}", n) for n in range(30))
    await engine.commit(write(parent), sent=children)
    other = await PostgresStore.connect(database)
    await asyncio.gather(*(store.move_outbox(ALL, 7) for store in (postgres, other) for _ in range(6)))
    while (await postgres.move_outbox(ALL)).more:
        pass
    await other.close()
    sent = {each.to.run for each in children}
    starts = [entry for entry in await postgres.read_inbox(ALL, 1000) if entry.run in sent]
    assert len(starts) == 30
