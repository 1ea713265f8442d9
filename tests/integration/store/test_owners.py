"""What every store promises about who owns a partition, and until when."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from waymark.runtime.model import EngineRow

from .making import TTL_MS, AnyStore, lease_ends

pytestmark = pytest.mark.anyio

AWKWARD = "a\0b\ud800c"  # what neither UTF-8 nor a text column takes


async def test_the_first_owner_gets_epoch_one_and_keeps_it(store: AnyStore) -> None:
    engine = uuid4()
    assert await store.acquire(engine, [3, 250], TTL_MS) == {3: 1, 250: 1}
    assert await store.acquire(engine, [3, 4], TTL_MS) == {3: 1, 4: 1}


async def test_what_a_living_engine_owns_is_not_taken(store: AnyStore) -> None:
    await store.acquire(uuid4(), [3], TTL_MS)
    assert await store.acquire(uuid4(), [3, 4], TTL_MS) == {4: 1}


async def test_an_expired_owner_is_replaced_under_a_new_epoch(store: AnyStore) -> None:
    old, new = uuid4(), uuid4()
    await store.acquire(old, [3, 4], TTL_MS)
    await lease_ends(store, old)
    assert await store.acquire(new, [3], TTL_MS) == {3: 2}
    assert not await store.beat(old, TTL_MS)
    assert await store.acquire(new, [3, 4], TTL_MS) == {3: 2, 4: 2}


async def test_an_expired_owner_that_comes_first_keeps_its_partitions(store: AnyStore) -> None:
    engine = uuid4()
    await store.acquire(engine, [3], TTL_MS)
    await lease_ends(store, engine)
    assert not await store.beat(engine, TTL_MS)
    assert await store.acquire(engine, [3], TTL_MS) == {3: 1}
    assert await store.beat(engine, TTL_MS)


async def test_a_heartbeat_keeps_others_away(store: AnyStore) -> None:
    engine = uuid4()
    await store.acquire(engine, [3], 60_000)
    assert await store.beat(engine, TTL_MS)
    assert await store.acquire(uuid4(), [3], TTL_MS) == {}
    assert not await store.beat(uuid4(), TTL_MS)


async def test_released_partitions_are_free_at_once_under_a_new_epoch(store: AnyStore) -> None:
    old, new = uuid4(), uuid4()
    await store.acquire(old, [3, 4], TTL_MS)
    await store.release(old)
    assert not await store.beat(old, TTL_MS)
    assert await store.acquire(new, [3], TTL_MS) == {3: 2}
    assert await store.acquire(old, [3, 4], TTL_MS) == {4: 2}


async def test_an_engine_is_listed_while_it_may_own_partitions(store: AnyStore) -> None:
    one, two, silent = (UUID(int=n) for n in (1, 2, 3))
    await store.register(two, "host-b", "/locks/two")
    await store.register(one, "ho\0st", "/locks/one")
    assert await store.engines() == []
    await store.acquire(two, [4], TTL_MS)
    await store.acquire(one, [3, 5], TTL_MS)
    await store.acquire(silent, [6], TTL_MS)
    rows = [
        EngineRow(one, "ho\ufffdst", "/locks/one"),
        EngineRow(two, "host-b", "/locks/two"),
        EngineRow(silent, "", ""),
    ]
    assert await store.engines() == rows
    await store.register(two, "host-c", "/locks/two")
    assert await store.beat(two, TTL_MS)
    await store.release(silent)
    assert await store.engines() == [rows[0], EngineRow(two, "host-c", "/locks/two")]


async def test_an_engine_proved_dead_is_replaced_before_its_lease_ends(store: AnyStore) -> None:
    dead, new = uuid4(), uuid4()
    await store.register(dead, "host", "/locks/dead")
    await store.acquire(dead, [3, 4], TTL_MS)
    await store.expire(dead)
    await store.expire(uuid4())
    assert not await store.beat(dead, TTL_MS)
    assert await store.engines() == [EngineRow(dead, "host", "/locks/dead")]
    assert await store.acquire(new, [3], TTL_MS) == {3: 2}
    assert [row.engine for row in await store.engines()] == sorted([dead, new])
    assert await store.acquire(new, [3, 4], TTL_MS) == {3: 2, 4: 2}
    assert [row.engine for row in await store.engines()] == [new]


async def test_who_has_a_lease_is_named_though_it_owns_nothing(store: AnyStore) -> None:
    """Others leave it its share; so whoever can prove it dead must hear of it."""
    owner, idle = uuid4(), uuid4()
    await store.register(idle, "host", "/locks/idle")
    await store.acquire(owner, [3], TTL_MS)
    assert await store.acquire(idle, [3], TTL_MS) == {}
    assert EngineRow(idle, "host", "/locks/idle") in await store.engines()
    await store.expire(idle)
    assert [row.engine for row in await store.engines()] == [owner]


async def test_an_engine_that_lives_after_all_comes_back_under_its_name(store: AnyStore) -> None:
    old, new = uuid4(), uuid4()
    await store.register(old, "host", "/locks/old")
    await store.acquire(old, [3], TTL_MS)
    await store.expire(old)
    await store.acquire(new, [3], TTL_MS)
    assert await store.acquire(old, [3, 4], TTL_MS) == {4: 1}
    assert await store.beat(old, TTL_MS)
    assert EngineRow(old, "host", "/locks/old") in await store.engines()
