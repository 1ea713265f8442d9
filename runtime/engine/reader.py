"""What an engine reads: its inbox by polling, the runs that are about to wake, and whatever the core asks for."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..model import NEVER
from ..ports import Rejected, Store
from .clock import EngineClock
from .core import Core
from .limits import AHEAD_US
from .patience import patiently
from .settings import EngineSettings
from .vitals import Vitals, monotonic_us

Answer = TypeVar("Answer")

ROWS_READ_MAX = 500
LOOK_AHEAD_S = AHEAD_US / 1e6 / 2  # how often sleepers are looked for
HINTED_MAX = 8  # with so many new entries in one poll, work flows: hints would only make more polls of it
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
    ) -> None:
        """`vitals`: shared with a supervisor, who polls for all engines of the host while nothing happens."""
        self._core = core
        self._store = store
        self._clock = clock
        self._settings = settings
        self._wake = wake
        self._turn = turn
        self._vitals = vitals
        self.asked = asyncio.Event()  # the core asked for something
        self.hint = asyncio.Event()  # the inbox may have something
        self._read_all = False

    @property
    def idle(self) -> bool:
        """Whether the core has been shown all that there was when somebody last gave a hint."""
        return self._read_all and not self.hint.is_set()

    async def poll(self) -> None:
        """Until cancelled: show the core what has arrived."""
        delay_ms = self._settings.poll_busy_ms
        commits = 0
        looked = -math.inf
        while True:
            self._read_all = False
            new = await patiently(self._poll_once)
            if self._settings.skip_sleeps or time.monotonic() - looked >= LOOK_AHEAD_S:
                await patiently(self._wake_sleepers)
                looked = time.monotonic()
            active = new or self._core.commits != commits
            commits = self._core.commits
            delay_ms = self._pause_ms(bool(active), delay_ms)
            if new >= HINTED_MAX:
                await asyncio.sleep(delay_ms / 1000)
                continue
            self._read_all = True
            if self._settings.skip_sleeps:
                self._wake()
            try:
                async with asyncio.timeout(delay_ms / 1000):
                    await self.hint.wait()
            except TimeoutError:
                pass  # nobody called; polling is the truth
            self.hint.clear()

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
            new = core.entries(await self._store.read_inbox(parts, appetite, core.open_to_starts), as_of)
        if new:
            self._wake()
        return new

    async def _wake_sleepers(self) -> None:
        core = self._core
        while core.open_parts and core.open_to_sleepers:
            # Where sleeps are skipped, only what is in memory can be due next.
            until = NEVER - 1 if self._settings.skip_sleeps else self._clock.now() + AHEAD_US
            as_of = core.commits
            found = await self._store.due_runs(core.open_parts, until, ROWS_READ_MAX)
            taken = core.due(found, as_of)
            if taken:
                self._wake()
            # Those that are in memory already show up until they commit, so a page without new ones is the last.
            if len(found) < ROWS_READ_MAX or not taken:
                return

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
