"""A call that its run no longer waits for is not put up again, though nobody has heard whether it was."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, cast

import pytest

from waymark.runtime.model import RunRef
from waymark.runtime.offers.port import Offer, OfferKind
from waymark.runtime.offers.workers import OfferingWorkers

REF = RunRef(3, uuid.UUID(int=7))
TICKET = Offer(REF, 1, 1, OfferKind.TRANSACTION, "shop:pay", b"", 1_000)


class Pool:
    def listen(self, listener: object) -> None:
        """It has nothing to say."""


class Store:
    def __init__(self) -> None:
        self.offered: list[Offer] = []

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

    def revision_of(self, ref: RunRef) -> int:
        return 5


@pytest.mark.parametrize("waits", [True, False])
def test_only_what_is_waited_for_is_put_up(waits: bool) -> None:
    store = Store()
    workers = OfferingWorkers(cast(Any, Pool()), cast(Any, store))
    workers.belongs_to(cast(Any, Engine(waits)))
    workers._leaving[TICKET.key] = TICKET
    asyncio.run(workers._offer_once())
    assert [(offer.key, offer.revision) for offer in store.offered] == ([(TICKET.key, 5)] if waits else [])
    assert not workers._leaving
