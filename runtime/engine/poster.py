"""Moves what the runs of this engine send to others: after each commit that left something, and when partitions come.

Whoever owned them before may have died between a commit and the moving. So what lies in the outboxes of new partitions
is moved first, and now and then they are looked at for no reason at all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from ..model import Part
from ..ports import Moved, Store
from .patience import patiently

MOVED_MAX = 500  # in one transaction
LOOK_S = 10.0
NEW_PARTS_S = 0.5


class Poster:
    def __init__(self, store: Store, parts: Callable[[], frozenset[Part]], reached: Callable[[], None]) -> None:
        """`parts`: those that are ours; `reached` is called when inboxes have something new."""
        self._store = store
        self._parts = parts
        self._reached = reached
        self._left = asyncio.Event()
        self._looked: frozenset[Part] = frozenset()
        self._busy = False

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be moved, as far as this engine knows."""
        return not self._busy and not self._left.is_set()

    def left(self) -> None:
        """A commit has left something."""
        self._left.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._called()
            self._busy = True
            self._left.clear()
            moved = await patiently(self._move)
            if moved.parts:
                self._reached()
            if moved.more:
                self._left.set()
            self._busy = False

    async def _called(self) -> None:
        """Until there is something to do, or to look for."""
        looked = time.monotonic()
        while time.monotonic() - looked < LOOK_S and not self._parts() - self._looked:
            try:
                async with asyncio.timeout(NEW_PARTS_S):
                    await self._left.wait()
                return
            except TimeoutError:
                continue  # nobody called; there may be new partitions

    async def _move(self) -> Moved:
        parts = self._parts()
        moved = await self._store.move_outbox(parts, MOVED_MAX)
        self._looked = parts
        return moved
