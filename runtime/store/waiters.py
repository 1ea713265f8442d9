"""Clients that wait for runs to end: one query for all of them, 5 ms after the last one came, then slower to 250 ms.

Polling is the truth; the engine's word that a run has ended is a hint that makes us look at once. While LISTEN is
heard for all who are waited for, the clock is only there for what was missed, once in some seconds. A commit of this
very store pokes, too, so that client and engine in one process do not wait for each other's clocks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence, Set

from ..model import RunId, RunRef, StoredRun
from .channels import ended_channel, runs_of
from .links import Target
from .listener import Listener

PAUSE_S_MIN = 0.005
PAUSE_S_MAX = 0.25
HEARD_PAUSE_S_MAX = 5.0
GROWTH = 1.25  # with 2, a result was seen at about 20, 40 or 80 ms: the rounding was most of what a client waited

AskEnded = Callable[[Sequence[RunRef]], Awaitable[Sequence[StoredRun]]]


class Waiters:
    """Everybody who waits on one store. A task of ours asks for all; it lives while somebody waits."""

    def __init__(self, ask: AskEnded, listens: Target | None = None) -> None:
        """`listens`: where to hear of ends, if anywhere."""
        self._ask = ask
        self._waiting: dict[RunRef, set[asyncio.Future[StoredRun]]] = {}
        self._refs: dict[RunId, RunRef] = {}  # of those
        self._channels: set[str] = set()  # where we would hear of them
        self._named: set[RunRef] = set()  # they may have ended
        self._look = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None
        self._listener = Listener(listens, self._heard, self._look_at_all) if listens is not None else None

    async def wait(self, ref: RunRef, timeout_s: float) -> StoredRun | None:
        ended: asyncio.Future[StoredRun] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(ref, set()).add(ended)
        self._refs[ref.run] = ref
        self.poke([ref])
        if self._listener is not None and (channel := ended_channel(ref.part)) not in self._channels:
            self._channels.add(channel)
            self._listener.listen([channel])
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
        if named := self._waiting.keys() & refs:
            self._named |= named
            self._look.set()

    async def close(self) -> None:
        """Whoever still waits is cancelled, as after the end of any other source."""
        for futures in self._waiting.values():
            for future in futures:
                future.cancel()
        if self._poller is not None:
            self._poller.cancel()  # in the middle of a read at most
            await asyncio.wait([self._poller])
        if self._listener is not None:
            await self._listener.close()

    def _forget(self, ref: RunRef, ended: asyncio.Future[StoredRun]) -> None:
        futures = self._waiting[ref]
        futures.discard(ended)
        if not futures:
            del self._waiting[ref]
            del self._refs[ref.run]
        if not self._waiting:
            self._look.set()  # the poller ends

    def _heard(self, channel: str, payload: str) -> None:
        if payload:
            self.poke([self._refs[run] for run in runs_of(payload) if run in self._refs])
        else:
            self._look_at_all()

    def _look_at_all(self) -> None:
        self.poke(list(self._waiting))

    async def _poll(self) -> None:
        pause_s = PAUSE_S_MIN
        clock = asyncio.get_running_loop().time
        all_s = clock()  # by then everybody is asked for, whoever is named meanwhile
        while self._waiting:
            if self._look.is_set():
                pause_s = PAUSE_S_MIN
                self._look.clear()
            named: Set[RunRef] = self._named & self._waiting.keys()
            self._named = set()
            if not named or clock() >= all_s:
                named = self._waiting.keys()
                all_s = clock() + (HEARD_PAUSE_S_MAX if self._is_heard() else PAUSE_S_MAX)
            try:
                found = await self._ask(list(named))
            except Exception as error:  # of the database: for those who wait to see, each in its own call
                self._settle_all(error)
                return
            for run in found:
                for future in self._waiting.get(run.ref, ()):
                    if not future.done():
                        future.set_result(run)
            await self._pause(HEARD_PAUSE_S_MAX if self._is_heard() else pause_s)
            pause_s = min(GROWTH * pause_s, PAUSE_S_MAX)

    def _is_heard(self) -> bool:
        """Whether we would be told of the end of everybody who is waited for."""
        listener = self._listener
        return listener is not None and all(map(listener.hears, self._channels))

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
