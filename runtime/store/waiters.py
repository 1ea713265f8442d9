"""Clients that wait for runs to end: one query for all of them, 5 ms after the last one came, then slower to 250 ms.

Polling is the truth here; LISTEN will be a hint that pokes. A commit of this very store pokes already, so that client
and engine in one process do not wait for each other's clocks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from ..model import RunRef, StoredRun

PAUSE_S_MIN = 0.005
PAUSE_S_MAX = 0.25
GROWTH = 1.25  # with 2, a result was seen at about 20, 40 or 80 ms: the rounding was most of what a client waited

AskEnded = Callable[[Sequence[RunRef]], Awaitable[Sequence[StoredRun]]]


class Waiters:
    """Everybody who waits on one store. A task of ours asks for all; it lives while somebody waits."""

    def __init__(self, ask: AskEnded) -> None:
        self._ask = ask
        self._waiting: dict[RunRef, set[asyncio.Future[StoredRun]]] = {}
        self._look = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None

    async def wait(self, ref: RunRef, timeout_s: float) -> StoredRun | None:
        ended: asyncio.Future[StoredRun] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(ref, set()).add(ended)
        self._look.set()
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(timeout_s):
                return await ended
        except TimeoutError:
            return None
        finally:
            self._forget(ref, ended)

    def poke(self, refs: Collection[RunRef]) -> None:
        """These may have ended: look now, if anybody waits for one."""
        if any(ref in self._waiting for ref in refs):
            self._look.set()

    async def close(self) -> None:
        """Whoever still waits is cancelled, as after the end of any other source."""
        for futures in self._waiting.values():
            for future in futures:
                future.cancel()
        if self._poller is not None:
            self._poller.cancel()  # in the middle of a read at most
            await asyncio.wait([self._poller])

    def _forget(self, ref: RunRef, ended: asyncio.Future[StoredRun]) -> None:
        futures = self._waiting[ref]
        futures.discard(ended)
        if not futures:
            del self._waiting[ref]
        if not self._waiting:
            self._look.set()  # the poller ends

    async def _poll(self) -> None:
        pause_s = PAUSE_S_MIN
        while self._waiting:
            if self._look.is_set():
                pause_s = PAUSE_S_MIN
                self._look.clear()
            try:
                found = await self._ask(list(self._waiting))
            except Exception as error:  # of the database: for those who wait to see, each in its own call
                self._settle_all(error)
                return
            for run in found:
                for future in self._waiting.get(run.ref, ()):
                    if not future.done():
                        future.set_result(run)
            await self._pause(pause_s)
            pause_s = min(GROWTH * pause_s, PAUSE_S_MAX)

    async def _pause(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._look.wait()
        except TimeoutError:
            pass  # nobody poked: look again by the clock

    def _settle_all(self, error: Exception) -> None:
        for futures in self._waiting.values():
            for future in futures:
                if not future.done():
                    future.set_exception(error)
