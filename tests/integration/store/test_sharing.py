"""What every store promises about partitions that change hands between engines which live."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from waymark.runtime.model import Peers
from waymark.runtime.ports import Fenced

from .making import TTL_MS, AnyStore, Owner, lease_ends, started, write

pytestmark = pytest.mark.anyio


async def two_engines(store: AnyStore) -> tuple[UUID, UUID]:
    """The first has the partitions 3 and 4, the second 9."""
    first, second = uuid4(), uuid4()
    for engine, parts in ((first, [3, 4]), (second, [9])):
        await store.register(engine, "host", "lock")
        await store.acquire(engine, parts, TTL_MS)
    return first, second


async def test_an_engine_sees_who_lives_and_who_asks_for_what_is_its_own(store: AnyStore) -> None:
    first, second = await two_engines(store)
    await store.want(second, [4, 9, 200])
    assert await store.peers(first) == Peers(frozenset({first, second}), {4: second})
    assert await store.peers(second) == Peers(frozenset({first, second}), {})


async def test_an_engine_whose_lease_is_over_does_not_live(store: AnyStore) -> None:
    first, second = await two_engines(store)
    await lease_ends(store, second)
    assert (await store.peers(first)).live == {first}
    await store.register(uuid4(), "host", "lock")
    assert (await store.peers(first)).live == {first}, "nor does one that has not begun"


async def test_what_is_handed_over_is_the_others_under_the_next_epoch(store: AnyStore) -> None:
    first, second = await two_engines(store)
    await store.want(second, [3])
    assert await store.hand_over(first, {3: 1}, second) == {3}
    assert await store.peers(second) == Peers(frozenset({first, second}), {}), "nobody asks for it any more"
    assert await store.acquire(first, [3, 4], TTL_MS) == {4: 1}
    assert await store.acquire(second, [3, 4, 9], TTL_MS) == {3: 2, 9: 1}


async def test_the_giver_is_fenced_off(store: AnyStore) -> None:
    ref = await started(store)
    owner, heir = await Owner.of(store, ref), uuid4()
    await store.acquire(heir, [], TTL_MS)
    await store.want(heir, [ref.part])
    assert await store.hand_over(owner.engine, owner.fence, heir) == {ref.part}
    with pytest.raises(Fenced):
        await owner.commit(write(ref))
    fence = await store.acquire(heir, [ref.part], TTL_MS)
    await Owner(store, heir, fence).commit(write(ref))


async def test_nothing_is_given_that_is_not_asked_for_not_ours_or_of_another_epoch(store: AnyStore) -> None:
    first, second = await two_engines(store)
    assert await store.hand_over(first, {3: 1}, second) == frozenset(), "nobody has asked"
    await store.want(second, [3, 4])
    assert await store.hand_over(first, {3: 2}, second) == frozenset(), "another epoch"
    assert await store.hand_over(second, {3: 1}, second) == frozenset(), "not the owner"
    assert await store.hand_over(first, {3: 1}, uuid4()) == frozenset(), "another has asked"
    assert await store.acquire(first, [3, 4], TTL_MS) == {3: 1, 4: 1}


async def test_nothing_is_given_to_an_engine_that_is_late(store: AnyStore) -> None:
    first, second = await two_engines(store)
    await store.want(second, [3])
    await lease_ends(store, second)
    assert await store.hand_over(first, {3: 1}, second) == frozenset()
    assert await store.acquire(first, [3], TTL_MS) == {3: 1}


async def test_who_asks_last_is_remembered(store: AnyStore) -> None:
    first, second = await two_engines(store)
    third = uuid4()
    await store.acquire(third, [], TTL_MS)
    await store.want(second, [3])
    await store.want(third, [3])
    assert (await store.peers(first)).wanted == {3: third}
    assert await store.hand_over(first, {3: 1}, second) == frozenset()
