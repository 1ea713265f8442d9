"""Clients that wait for runs to end: one query for all of them, 5 ms after the last one came, then slower to 250 ms.

Polling is the truth; the engine's word that a run has ended is a hint, and says the result of most that finish, so that
nobody has to ask for it. While LISTEN is heard for all who are waited for, the clock is only there for what was missed,
once in some seconds. A run that was started here while its end would be heard is not asked for at all before that. A
commit of this very store is told, too, so that client and engine in one process do not wait for each other's clocks.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence

from ..model import EndedRun, Part, RunRef, Status
from .channels import ended_channel, ended_channels, ended_of, outcome_of
from .links import Target
from .listener import Listener

PAUSE_S_MIN = 0.005
PAUSE_S_MAX = 0.25
HEARD_PAUSE_S_MAX = 5.0
GROWTH = 1.25  # with 2, a result was seen at about 20, 40 or 80 ms: the rounding was most of what a client waited
ASKED_MAX = 500  # in one query; of more who wait, those come first who were asked for longest ago
SHARE = 10  # a query that took some time is followed by so many times that much without one
FRESH_MAX = 10_000  # runs that were started here, and that nobody waits for yet
KEPT_MAX = 4_000  # bytes of the outcome of such a one; a longer one is read by who wants it

AskEnded = Callable[[Sequence[RunRef]], Awaitable[Sequence[EndedRun]]]


@dataclasses.dataclass(slots=True)
class Fresh:
    """A run that was started here. `heard`: since then its end would have been heard."""

    ref: RunRef
    heard: bool
    ended: EndedRun | None = None


class Waiters:
    """Everybody who waits on one store. A task of ours asks for all; it lives while somebody waits."""

    def __init__(self, ask: AskEnded, listens: Target | None = None) -> None:
        """`listens`: where to hear of ends, if anywhere."""
        self._ask = ask
        self._waiting: dict[RunRef, set[asyncio.Future[EndedRun]]] = {}
        self._refs: dict[str, RunRef] = {}  # of those, by the digits of their ids
        self._channels: set[str] = set()  # where we would hear of them
        self._named: set[RunRef] = set()  # they may have ended
        self._line: deque[RunRef] = deque()  # to be asked for next, of those that nobody has named
        self._line_s = 0.0  # when its next ones are
        self._fresh: dict[str, Fresh] = {}  # by the same
        self._changes = 0  # of what is heard
        self._look = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None
        self._listener = Listener(listens, self._heard, self._changed) if listens is not None else None

    async def wait(self, ref: RunRef, timeout_s: float) -> EndedRun | None:
        fresh = self._fresh.pop(ref.run.hex, None)
        if fresh is not None and fresh.ended is not None:
            return fresh.ended
        ended: asyncio.Future[EndedRun] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(ref, set()).add(ended)
        self._refs[ref.run.hex] = ref
        if self._listener is not None and (channel := ended_channel(ref.part)) not in self._channels:
            # Who waits for a second run waits for more, in all groups soon: each new one would be a look at everybody.
            self._channels.update(ended_channels() if self._channels else [channel])
            self._listener.listen(self._channels)
        if fresh is None or (not fresh.heard and self._is_heard()):  # what has ended by now, nobody will tell again
            self.poke([ref])
        elif not fresh.heard:
            self._line.appendleft(ref)
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
        if named := self._waiting.keys() & refs:
            self._named |= named
            self._look.set()

    def ended(self, runs: Collection[EndedRun]) -> None:
        """They have, by a commit that was made."""
        for run in runs:
            if (fresh := self._fresh.get(run.ref.run.hex)) is not None:
                if run.outcome is not None and len(run.outcome) > KEPT_MAX:
                    del self._fresh[run.ref.run.hex]
                else:
                    fresh.ended = run
            for future in self._waiting.get(run.ref, ()):
                if not future.done():
                    future.set_result(run)

    # --- runs that are started here ---

    def hears(self, part: Part) -> int | None:
        """Whether the end of a run that is started from now on will be heard: what to say to `started`."""
        heard = self._listener is not None and self._listener.hears(ended_channel(part))
        return self._changes if heard else None

    def started(self, ref: RunRef, heard: int | None) -> None:
        """This run did not exist when `hears` said that."""
        if len(self._fresh) >= FRESH_MAX:
            del self._fresh[next(iter(self._fresh))]  # it is asked for like any other
        self._fresh[ref.run.hex] = Fresh(ref, heard=heard == self._changes)

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

    def _forget(self, ref: RunRef, ended: asyncio.Future[EndedRun]) -> None:
        futures = self._waiting[ref]
        futures.discard(ended)
        if not futures:
            del self._waiting[ref]
            del self._refs[ref.run.hex]
        if not self._waiting:
            self._look.set()  # the poller ends

    def _heard(self, channel: str, payload: str) -> None:
        if not payload:
            self._changed()
            return
        for digits, told in ended_of(payload):
            fresh = self._fresh.get(digits)
            ref = fresh.ref if fresh is not None else self._refs.get(digits)
            if ref is None:
                continue  # somebody else waits for it
            if (outcome := outcome_of(told)) is not None:
                self.ended([EndedRun(ref, Status.FINISHED, outcome)])
            elif fresh is not None:
                del self._fresh[digits]  # who waits for it looks
            else:
                self.poke([ref])

    def _changed(self) -> None:
        """What was heard until now, and what not, says nothing any more."""
        self._changes += 1
        self._fresh.clear()
        self.poke(list(self._waiting))

    async def _poll(self) -> None:
        clock = asyncio.get_running_loop().time
        pause_s = PAUSE_S_MIN
        self._line_s = clock() + (HEARD_PAUSE_S_MAX if self._is_heard() else PAUSE_S_MIN)
        while self._waiting:
            if self._look.is_set():
                pause_s = PAUSE_S_MIN
                self._look.clear()
            began = clock()
            asked = self._named_now()
            if in_turn := began >= self._line_s:
                asked += self._next_of_line(ASKED_MAX - len(asked))
            try:
                self.ended(await self._ask(asked) if asked else ())
            except Exception as error:  # of the database: for those who wait to see, each in its own call
                self._settle_all(error)
                return
            rest_s = SHARE * (clock() - began)
            heard = self._is_heard()
            if in_turn:
                self._line_s = clock() + max(rest_s, HEARD_PAUSE_S_MAX if heard and not self._line else pause_s)
                pause_s = min(GROWTH * pause_s, PAUSE_S_MAX)
            elif not heard:
                self._line_s = min(self._line_s, clock() + max(rest_s, pause_s))
            if not self._named:
                await self._pause(self._line_s - clock())

    def _named_now(self) -> list[RunRef]:
        """Those that may have ended, as somebody has said."""
        named = [ref for ref in self._named if ref in self._waiting]
        self._named = set(named[ASKED_MAX:])
        return named[:ASKED_MAX]

    def _next_of_line(self, most: int) -> list[RunRef]:
        """Some that nobody has named. Who is asked for once more comes after all others."""
        if not self._line:
            self._line.extend(self._waiting)
        chosen: list[RunRef] = []
        while self._line and len(chosen) < most:
            if (ref := self._line.popleft()) in self._waiting:
                chosen.append(ref)
        return chosen

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
