"""What an engine reads: its inbox by polling, the runs that are about to wake, and whatever the core asks for."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..model import NEVER, StoredRun
from ..ports import Rejected, Store
from .clock import EngineClock
from .core import Core
from .limits import AHEAD_US
from .pace import Pace
from .patience import patiently
from .settings import EngineSettings
from .vitals import Vitals, monotonic_us

Answer = TypeVar("Answer")

ROWS_READ_MAX = 500
LOOK_AHEAD_S = AHEAD_US / 1e6 / 2  # how often sleepers are looked for
CALLED_S = 0.1  # the same at the most, when somebody calls again and again
HINTED_MAX = 8  # with so many new entries in one poll, work flows: hints would only make more polls of it
MANY = 50
WATCHED_MS_MAX = 2_500  # between polls, while the supervisor looks whether there is anything to read
WATCH_US_MAX = 3_000_000  # a supervisor that has not looked for so long does not look any more


class Reader:
    def __init__(
        self,
        core: Core,
        store: Store,
        clock: EngineClock,
        settings: EngineSettings,
        wake: Callable[[], None],
        turn: asyncio.Lock,
        vitals: Vitals | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`vitals`: shared with a supervisor, who polls for all engines of the host while nothing happens."""
        self._core = core
        self._store = store
        self._clock = clock
        self._settings = settings
        self._wake = wake
        self._turn = turn
        self._vitals = vitals
        self._pace = pace or Pace(0.0)
        self.asked = asyncio.Event()  # the core asked for something
        self.hint = asyncio.Event()  # the inbox may have something
        self.urgent = asyncio.Event()  # and not only runs that start
        self._read_all = False
        self._all_in = True  # no sleeper that wakes soon was left out for want of room
        self._seen = -1  # the number of the last entry that was shown; of later starts the runs are shown, too

    @property
    def idle(self) -> bool:
        """Whether the core has been shown all that there was when somebody last gave a hint."""
        return self._read_all and not self.hint.is_set()

    async def poll(self) -> None:
        """Until cancelled: show the core what has arrived."""
        delay_ms = self._settings.poll_busy_ms
        commits = 0
        looked, called, owed = -math.inf, False, False
        while True:
            self._read_all = False
            polled = time.monotonic()
            self.urgent.clear()
            new = await patiently(self._poll_once)
            owed = owed or (called and not new)  # it was no entry: a run that begins later, perhaps
            since_s = time.monotonic() - looked
            late = since_s >= LOOK_AHEAD_S or (owed and since_s >= CALLED_S) or self._has_room_again
            if self._settings.skip_sleeps or late:
                self._all_in = await patiently(self._wake_sleepers)
                looked, owed = time.monotonic(), False
            active = new or owed or self._core.commits != commits
            commits = self._core.commits
            delay_ms = self._pause_ms(bool(active), delay_ms)
            if new >= HINTED_MAX:
                # Of few, each waits for the next poll; of many, a poll more often would only make more commits.
                await asyncio.sleep(delay_ms / 1000 / (1 if new >= MANY else 2))
                called = False
                continue
            self._read_all = True
            if self._settings.skip_sleeps:
                self._wake()
            try:
                async with asyncio.timeout(delay_ms / 1000):
                    await self.hint.wait()
            except TimeoutError:
                pass  # nobody called; polling is the truth
            await self._with_company(polled)
            called = self.hint.is_set()
            self.hint.clear()

    async def _with_company(self, polled: float) -> None:
        """Starts wait for those that come next, where many come; whatever else there is does not."""
        if (pause_s := self._pace.look_in_s(polled)) > 0:
            try:
                async with asyncio.timeout(pause_s):
                    await self.urgent.wait()
            except TimeoutError:
                pass  # there was nothing but starts

    def landed(self) -> None:
        """A commit was made: there may be room for sleepers that had to wait."""
        if self._has_room_again:
            self.hint.set()

    @property
    def _has_room_again(self) -> bool:
        return not self._all_in and self._core.open_to_many_sleepers

    def _pause_ms(self, active: bool, last_ms: int) -> int:
        """How long to wait now, after this many. Once nothing is new the supervisor polls for us, if there is one."""
        longest_ms = self._settings.poll_idle_ms
        polling = active or last_ms < longest_ms
        if (vitals := self._vitals) is not None:
            watched = monotonic_us() - vitals.polled_us < WATCH_US_MAX
            vitals.polling = polling or not watched
            longest_ms = longest_ms if vitals.polling else WATCHED_MS_MAX
        return self._settings.poll_busy_ms if active else min(last_ms * 2, longest_ms)

    async def _poll_once(self) -> int:
        core = self._core
        async with self._turn:
            parts, appetite, as_of = core.open_parts, core.appetite, core.commits
            if not parts or not appetite:
                return 0
            starts = core.open_to_starts
            shown = await self._store.read_arrivals(parts, appetite, starts, self._seen)
            new = core.entries(shown.entries, as_of, shown.runs)
            if starts and shown.entries:
                self._seen = max(self._seen, shown.entries[-1].seq)
        if new:
            self._wake()
        return new

    async def _wake_sleepers(self) -> bool:
        """Whether all that wake soon are in memory; the others come when there is room for them."""
        core = self._core
        # Where sleeps are skipped, only what is in memory can be due next.
        until = NEVER - 1 if self._settings.skip_sleeps else self._clock.now() + AHEAD_US
        last: StoredRun | None = None
        while core.open_parts and core.open_to_sleepers:
            as_of = core.commits
            # Those that are in memory already show up until they commit.
            found = await self._store.due_runs(core.open_parts, until, ROWS_READ_MAX, last)
            if core.due(found, as_of):
                self._wake()
            if len(found) < ROWS_READ_MAX:
                return core.open_to_sleepers
            last = found[-1]
            await asyncio.sleep(0)  # what is in memory goes on meanwhile
        return not core.open_parts

    async def read(self) -> None:
        """Until cancelled: fetch what the core needs."""
        while True:
            await self.asked.wait()
            self.asked.clear()
            while self._core.needs():
                await patiently(self._read_once)
                self._wake()

    async def _read_once(self) -> None:
        core, needs = self._core, self._core.needs()
        rows = sorted(needs.rows)[:ROWS_READ_MAX]
        if rows:
            core.rows(rows, await self._store.get_runs(rows))
        for ref in needs.pages:
            core.pages(ref, await _or_why_not(self._store.load_pages(ref)))
        for ref in needs.calls:
            core.calls(ref, await _or_why_not(self._store.calls_of(ref)))
        for code_hash in needs.units:
            core.unit(code_hash, await _or_why_not(self._store.get_unit(code_hash)))


async def _or_why_not(read: Awaitable[Answer]) -> Answer | str:
    """What the database cannot read is the misfortune of those who need it, and of nobody else."""
    try:
        return await read
    except Rejected as error:
        return str(error)
