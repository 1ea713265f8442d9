"""Offers that are claimed for the workers here, of whoever's runs: looked for while there is room, and kept up.

A claim is renewed as long as its attempt runs. One that was not kept is somebody else's by now: its attempt is stopped.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import partial

from ..engine.events import Revoke
from ..engine.patience import patiently
from ..model import PARTITIONS, EngineId
from ..workers import protocol
from ..workers.dispatch import WorkerPool
from ..workers.port import AttemptKey, Ticketed
from .port import Offer, OfferKind, OfferStore
from .waiting import soon

HOLD_MS = 15_000  # a claim lasts so long without a word of its claimer
CLAIMED_MAX = 100
PAUSE_MIN_S, PAUSE_MAX_S = 0.02, 1.0  # between looks for offers, while there are some and while there are none


class Claiming:
    def __init__(self, pool: WorkerPool, store: OfferStore, engine: Callable[[], EngineId]) -> None:
        self._pool = pool
        self._store = store
        self._engine = engine
        self.held: dict[AttemptKey, int] = {}  # attempts that run here on a claim
        self.actions: frozenset[str] = frozenset()  # that may be claimed
        self.wake = asyncio.Event()  # there is room, or something that could fill it
        self.closed = False  # nothing more is begun

    def begin(self, offer: Offer) -> None:
        self.held[offer.key] = offer.attempt
        ticket = protocol.Ticket(offer.ref.part, self._engine()) if offer.kind is OfferKind.TRANSACTION else None
        self._pool.dispatch(
            Ticketed(
                offer.ref,
                offer.call,
                offer.attempt,
                offer.action,
                offer.arguments,
                offer.timeout_ms,
                ticket=ticket,
            )
        )

    def stop(self, key: AttemptKey) -> None:
        """It is nobody's to run here any more, if it was."""
        if self.held.pop(key, None) is not None:
            self._pool.revoke(Revoke(*key))

    async def serve(self) -> None:
        """Until cancelled: look for offers."""
        pause_s = PAUSE_MAX_S
        while True:
            self.wake.clear()
            free = 0 if self.closed else min(self._pool.free, CLAIMED_MAX)
            if free and self.actions:
                pause_s = PAUSE_MIN_S if await self._claim(free) else min(2 * pause_s, PAUSE_MAX_S)
            await soon(self.wake, pause_s)

    async def _claim(self, free: int) -> bool:
        asked = partial(self._store.claim, self._engine(), self.actions, free, HOLD_MS, random.randrange(PARTITIONS))
        claimed = await patiently(asked)
        for offer in claimed:
            self.begin(offer)
        return bool(claimed)

    async def renew(self) -> None:
        if not self.held:
            return
        held = [(ref, call, attempt) for (ref, call), attempt in self.held.items()]
        kept = await patiently(partial(self._store.renew, self._engine(), held, HOLD_MS))
        for ref, call, attempt in held:
            if (ref, call) not in kept and self.held.get((ref, call)) == attempt:
                self.stop((ref, call))
