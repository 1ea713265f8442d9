"""What an engine reads: its inbox by polling, the runs that are about to wake, and whatever the core asks for."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..ports import Rejected, Store
from .clock import EngineClock
from .core import Core
from .limits import AHEAD_US
from .patience import patiently
from .settings import EngineSettings

Answer = TypeVar("Answer")

ROWS_READ_MAX = 500
LOOK_AHEAD_S = AHEAD_US / 1e6 / 2  # how often sleepers are looked for


class Reader:
    def __init__(
        self,
        core: Core,
        store: Store,
        clock: EngineClock,
        settings: EngineSettings,
        wake: Callable[[], None],
        turn: asyncio.Lock,
    ) -> None:
        self._core = core
        self._store = store
        self._clock = clock
        self._settings = settings
        self._wake = wake
        self._turn = turn
        self.asked = asyncio.Event()  # the core asked for something
        self.hint = asyncio.Event()  # the inbox may have something

    async def poll(self) -> None:
        """Until cancelled: show the core what has arrived."""
        delay_ms = self._settings.poll_busy_ms
        commits = 0
        looked = -math.inf
        while True:
            new = await patiently(self._poll_once)
            if time.monotonic() - looked >= LOOK_AHEAD_S:
                await patiently(self._wake_sleepers)
                looked = time.monotonic()
            active = new or self._core.commits != commits
            commits = self._core.commits
            delay_ms = self._settings.poll_busy_ms if active else min(delay_ms * 2, self._settings.poll_idle_ms)
            try:
                async with asyncio.timeout(delay_ms / 1000):
                    await self.hint.wait()
            except TimeoutError:
                pass  # nobody called; polling is the truth
            self.hint.clear()

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
            found = await self._store.due_runs(core.open_parts, self._clock.now() + AHEAD_US, ROWS_READ_MAX)
            taken = core.due(found)
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
        for code_hash in needs.units:
            core.unit(code_hash, await _or_why_not(self._store.get_unit(code_hash)))


async def _or_why_not(read: Awaitable[Answer]) -> Answer | str:
    """What the database cannot read is the misfortune of those who need it, and of nobody else."""
    try:
        return await read
    except Rejected as error:
        return str(error)
