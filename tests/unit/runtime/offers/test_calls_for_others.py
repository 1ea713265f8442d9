"""Calls of actions that no worker here has: one question for each action, however many calls of it there are."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from typing import Any, cast

from waymark.runtime.engine.events import Dispatch
from waymark.runtime.model import RunRef
from waymark.runtime.offers.elsewhere import Elsewhere
from waymark.runtime.offers.port import OfferKind

CALLS = 200


def call(number: int, action: str = "shop:pack", attempt: int = 1) -> Dispatch:
    return Dispatch(RunRef(number % 256, uuid.UUID(int=number)), 1, attempt, action, b"", 1_000)


class Others:
    """Standing, engine and pool of the calls' host, and what the others have."""

    id = uuid.UUID(int=1)

    def __init__(self, **have: OfferKind) -> None:
        self.have = {f"shop:{name}": kind for name, kind in have.items()}
        self.asked: Counter[str] = Counter()
        self.put: list[tuple[Dispatch, OfferKind]] = []
        self.missed: list[Dispatch] = []
        self.withdrawn: list[RunRef] = []
        self.over: set[RunRef] = set()

    async def find_knowing(self, action: str) -> OfferKind | None:
        self.asked[action] += 1
        await asyncio.sleep(0)
        return self.have.get(action)

    def put_up(self, dispatch: Dispatch, kind: OfferKind, hold_ms: int) -> None:
        self.put.append((dispatch, kind))

    async def withdraw(self, ref: RunRef, request: int) -> bool | None:
        await asyncio.sleep(0)
        self.withdrawn.append(ref)
        return False

    def ticketed(self, ref: RunRef, request: int, offered: bool) -> None:
        """Noted."""

    def waits_for(self, ref: RunRef, request: int) -> bool:
        return ref not in self.over


def elsewhere(others: Others) -> Elsewhere:
    said = cast(Any, others)
    return Elsewhere(said, said, lambda: said, others.missed.append)


async def placed(calls: Elsewhere) -> None:
    serving = asyncio.create_task(calls.serve())
    for _ in range(10):
        await asyncio.sleep(0)
    serving.cancel()
    await asyncio.wait([serving])


def test_calls_that_come_together_are_asked_for_by_action_and_offered() -> None:
    async def scene() -> None:
        others = Others(pack=OfferKind.ROOM, pay=OfferKind.TRANSACTION)
        calls = elsewhere(others)
        for number in range(CALLS):
            calls.take(call(number, ("shop:pack", "shop:pay", "shop:nobody")[number % 3]))
        await placed(calls)
        assert others.asked == {"shop:pack": 1, "shop:pay": 1, "shop:nobody": 1}
        assert {(each.key, kind) for each, kind in others.put} == set(others.have.items())
        assert len(others.put) + len(others.missed) == CALLS
        assert {each.key for each in others.missed} == {"shop:nobody"}

    asyncio.run(scene())


def test_as_long_as_somebody_has_it_a_look_at_any_number_of_calls_is_one_question() -> None:
    async def scene() -> None:
        others = Others(pack=OfferKind.ROOM)
        calls = elsewhere(others)
        for number in range(CALLS):
            calls.take(call(number))
        await placed(calls)
        others.asked.clear()
        await calls.look_again()
        assert others.asked == {"shop:pack": 1} and not others.withdrawn

    asyncio.run(scene())


def test_once_nobody_has_it_what_is_still_waited_for_comes_back() -> None:
    async def scene() -> None:
        others = Others(pack=OfferKind.ROOM)
        calls = elsewhere(others)
        offered = [call(number) for number in range(3)]
        for each in offered:
            calls.take(each)
        await placed(calls)
        others.have.clear()
        others.over.add(offered[0].ref)
        await calls.look_again()
        assert others.withdrawn == [each.ref for each in offered[1:]]
        assert others.missed == offered[1:]
        await calls.look_again()
        assert others.missed == offered[1:], "each once"

    asyncio.run(scene())


def test_whoever_is_dropped_while_he_is_asked_for_is_neither_offered_nor_missed() -> None:
    async def scene() -> None:
        for others in (Others(), Others(pack=OfferKind.ROOM)):
            calls = elsewhere(others)
            calls.take(call(0))
            serving = asyncio.create_task(calls.serve())
            while not others.asked:  # noqa: ASYNC110 - it has no event for it
                await asyncio.sleep(0)
            calls.drop((call(0).ref, 1))
            for _ in range(5):
                await asyncio.sleep(0)
            serving.cancel()
            assert not others.put and not others.missed

    asyncio.run(scene())
