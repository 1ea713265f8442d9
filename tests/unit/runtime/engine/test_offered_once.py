"""A call that its run no longer waits for is not put up again, though nobody has heard whether it was."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, cast

import pytest

from waymark.runtime.engine.events import Dispatch, Revoke
from waymark.runtime.model import RunRef
from waymark.runtime.offers.port import Offer, OfferKind, Verdict
from waymark.runtime.offers.workers import OfferingWorkers

REF = RunRef(3, uuid.UUID(int=7))
TICKET = Offer(REF, 1, 1, OfferKind.TRANSACTION, "shop:pay", b"", 1_000)


class Pool:
    def __init__(self) -> None:
        self.dispatched: list[Dispatch] = []

    def listen(self, listener: object) -> None:
        """It has nothing to say."""

    def dispatch(self, dispatch: Dispatch) -> None:
        self.dispatched.append(dispatch)

    def revoke(self, revoke: Revoke) -> None:
        """Nothing runs."""


class Store:
    def __init__(self) -> None:
        self.offered: list[Offer] = []
        self.withdrawn = 0

    async def withdraw(self, owner: object, epoch: int, ref: RunRef, call: int, lapsed: bool) -> Verdict:
        self.withdrawn += 1
        return Verdict.WITHDRAWN

    async def find_knowing(self, engine: object, action: str) -> OfferKind | None:
        return None

    async def offer(self, owner: object, epochs: object, offers: list[Offer]) -> dict[Any, Any]:
        self.offered += offers
        return {}


class Engine:
    id = uuid.UUID(int=1)

    def __init__(self, waits: bool) -> None:
        self._waits = waits
        self.epochs = {REF.part: 1}

    def waits_for(self, ref: RunRef, request: int) -> bool:
        return self._waits

    def ticketed(self, ref: RunRef, request: int, offered: bool) -> None:
        """Noted."""

    def revision_of(self, ref: RunRef) -> int:
        return 5


@pytest.mark.parametrize("waits", [True, False])
def test_only_what_is_waited_for_is_put_up(waits: bool) -> None:
    store = Store()
    workers = OfferingWorkers(cast(Any, Pool()), cast(Any, store))
    workers.belongs_to(cast(Any, Engine(waits)))
    workers.put_up(Dispatch(REF, 1, 1, "shop:pay", b"", 1_000), OfferKind.TRANSACTION, 0)
    asyncio.run(workers._offer_once())
    assert [(offer.key, offer.revision) for offer in store.offered] == ([(TICKET.key, 5)] if waits else [])
    assert not workers._own.look(cast(Any, Engine(waits=False)))


def test_an_offer_that_is_put_up_again_is_not_withdrawn_for_the_attempt_before() -> None:
    """After a failover that lost commits the same call is asked for once more."""

    async def scene(again: bool) -> int:
        store = Store()
        workers = OfferingWorkers(cast(Any, Pool()), cast(Any, store))
        workers.belongs_to(cast(Any, Engine(waits=True)))
        workers.put_up(Dispatch(REF, 1, 1, "shop:pay", b"", 1_000), OfferKind.TRANSACTION, 0)
        workers.revoke(Revoke(REF, 1))
        (forgetting,) = workers._forgetting
        if again:
            workers.put_up(Dispatch(REF, 1, 2, "shop:pay", b"", 1_000), OfferKind.TRANSACTION, 0)
        await forgetting
        return store.withdrawn

    assert (asyncio.run(scene(again=False)), asyncio.run(scene(again=True))) == (1, 0)


def test_an_attempt_that_runs_here_is_not_taken_back_for_the_one_before_that_ran_elsewhere() -> None:
    async def scene() -> None:
        pool = Pool()
        workers = OfferingWorkers(cast(Any, pool), cast(Any, Store()))
        workers.belongs_to(cast(Any, Engine(waits=True)))
        first, second = (Dispatch(REF, 1, attempt, "shop:pack", b"", 1_000) for attempt in (1, 2))
        workers.known(frozenset({"shop:pay"}), frozenset())
        workers.dispatch(first)
        assert not pool.dispatched, "it is for whoever has its action"
        workers.known(frozenset({"shop:pay", "shop:pack"}), frozenset())
        workers.dispatch(second)
        await workers._elsewhere.look_again()
        assert pool.dispatched == [second]

    asyncio.run(scene())
