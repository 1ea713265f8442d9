"""Workers introduce themselves, on every store: people see them, and calls find who has their action."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from waymark.runtime.offers.port import OfferKind, WorkerStanding

from .making import AnyStore

pytestmark = pytest.mark.anyio

OURS, THEIRS = UUID(int=1), UUID(int=2)


def worker(pid: int, *actions: str, transactional: tuple[str, ...] = ()) -> WorkerStanding:
    return WorkerStanding(uuid4(), pid, 4, (*actions, *transactional), transactional)


async def lives(store: AnyStore, *engines: UUID) -> None:
    for engine in engines:
        await store.register(engine, "host", "lock")
        await store.acquire(engine, [engine.int], 60_000)


async def test_another_living_engine_is_found_that_has_the_action(store: AnyStore) -> None:
    await lives(store, OURS, THEIRS)
    await store.put_workers(OURS, [worker(10, "shop:a")])
    await store.put_workers(THEIRS, [worker(20, "shop:a"), worker(21, "shop:b", transactional=("shop:pay",))])
    assert await store.find_knowing(OURS, "shop:b") is OfferKind.ROOM
    assert await store.find_knowing(OURS, "shop:pay") is OfferKind.TRANSACTION
    assert await store.find_knowing(OURS, "shop:nothing") is None
    assert await store.find_knowing(THEIRS, "shop:b") is None, "it is asked of others"


async def test_an_engine_that_has_died_or_left_knows_nothing(store: AnyStore) -> None:
    await lives(store, OURS, THEIRS)
    await store.put_workers(THEIRS, [worker(20, "shop:a")])
    await store.expire(THEIRS)
    assert await store.find_knowing(OURS, "shop:a") is None
    await lives(store, THEIRS)
    assert await store.find_knowing(OURS, "shop:a") is OfferKind.ROOM
    await store.put_workers(THEIRS, [])
    assert await store.find_knowing(OURS, "shop:a") is None


async def test_people_see_the_processes_that_are_ready(store: AnyStore) -> None:
    await lives(store, OURS)
    first, second = worker(10, "shop:a"), worker(11, "shop:a", "shop:b")
    await store.put_workers(OURS, [first, second])
    await store.put_workers(OURS, [second])
    seen = [row for row in await store.list_engines() if row.kind == "worker"]
    assert [(row.id, row.host, row.pid, row.alive, row.slots, row.actions) for row in seen] == [
        (second.worker, "host", 11, True, 4, ("shop:a", "shop:b"))
    ]
