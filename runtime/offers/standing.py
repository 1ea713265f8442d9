"""What an engine tells others of its workers, and what it asks of theirs: who has an action that is not known here.

A call of such an action is offered at once to whoever has it. If nobody has it any more before somebody has claimed it,
the call comes back, and its run is parked with the reason, as it is where nobody has ever had it.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from functools import partial

from ..engine.patience import patiently
from ..model import EngineId
from ..ports import StoreError
from ..workers.dispatch import WorkerPool
from ..workers.protocol import Hello
from .port import OfferKind, OfferStore, WorkerStanding

log = logging.getLogger("waymark.offers")

TOLD_S = 15.0  # how often it is said that nothing has changed


class Standing:
    def __init__(self, pool: WorkerPool, store: OfferStore, engine: Callable[[], EngineId]) -> None:
        self._pool = pool
        self._store = store
        self._engine = engine
        self._told: tuple[float, list[WorkerStanding]] = (0.0, [])
        self._left = False

    async def tell(self) -> None:
        """If anything has changed, or it is time to say that nothing has."""
        when, before = self._told
        workers = [self._worker(pid, hello) for pid, hello in self._pool.standing]
        if not self._left and (workers != before or time.monotonic() - when >= TOLD_S):
            await patiently(partial(self._store.put_workers, self._engine(), workers))
            self._told = (time.monotonic(), workers)

    async def leave(self) -> None:
        """The engine ends. If that cannot be said, its lease says so soon."""
        self._left = True
        try:
            await self._store.put_workers(self._engine(), [])
        except StoreError as error:
            log.warning("that its workers are gone could not be written down: %s", error)

    async def find_knowing(self, action: str) -> OfferKind | None:
        kind = await patiently(partial(self._store.find_knowing, self._engine(), action))
        if kind is not None:
            log.info("no worker here knows action %s, and another host does: its call is offered", action)
        return kind

    def _worker(self, pid: int, hello: Hello) -> WorkerStanding:
        number = uuid.uuid5(self._engine(), str(pid))
        return WorkerStanding(number, pid, self._pool.slots_of_one, hello.actions, hello.transactional)
