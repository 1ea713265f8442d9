"""What a simulated engine reads: like `engine/reader.py`, over the world's network."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from ..engine.limits import AHEAD_US
from ..model import StoredRun
from ..ports import Arrived
from .plan import MS

if TYPE_CHECKING:
    from .shard import Shard

POLL_BUSY_US, POLL_IDLE_US = 20 * MS, 400 * MS
LOOK_AHEAD_US = AHEAD_US // 2
SLEEPERS_READ_MAX = 3  # in one page, so that there are several


class Reader:
    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._world = shard.world
        self.reading = False
        self._showing = False
        self._seen = -1

    async def poll(self) -> None:
        world, shard = self._world, self._shard
        pause, looked = POLL_BUSY_US, -LOOK_AHEAD_US
        while True:
            new = await shard.patiently(self._poll_once)
            if world.monotonic() - looked >= LOOK_AHEAD_US:
                await shard.patiently(self._look_ahead)
                looked = world.monotonic()
            pause = POLL_BUSY_US if new else min(pause * 2, POLL_IDLE_US)
            await world.sleep(pause)

    async def _poll_once(self) -> int:
        core, store = self._shard.core, self._world.store
        parts, appetite, starts = core.open_parts, core.appetite, core.open_to_starts
        if not parts or not appetite:
            return 0

        async def read() -> Arrived:
            shown = await store.read_arrivals(parts, appetite, starts, self._seen)
            if starts and shown.entries:
                self._seen = max(self._seen, shown.entries[-1].seq)
            return shown

        return await self.show(read)

    async def show(self, read: Callable[[], Coroutine[Any, Any, Arrived]]) -> int:
        """One reads the inbox at a time, as in the shell."""
        while self._showing:
            await self._world.sleep(MS)
        self._showing = True
        await self._shard.certain()
        as_of = self._shard.core.commits
        try:
            shown = await self._world.ask(read)
            new = self._shard.core.entries(shown.entries, as_of, shown.runs)
        finally:
            self._showing = False
        if new:
            self._shard.poke()
        return new

    async def _look_ahead(self) -> None:
        core, store = self._shard.core, self._world.store
        until = self._shard.clock.now() + AHEAD_US
        last: StoredRun | None = None
        while core.open_parts and core.open_to_sleepers:
            await self._shard.certain()
            as_of = core.commits
            found = await self._world.ask(partial(store.due_runs, core.open_parts, until, SLEEPERS_READ_MAX, last))
            if core.due(found, as_of):
                self._shard.poke()
            if len(found) < SLEEPERS_READ_MAX:
                return
            last = found[-1]

    def fetch(self) -> None:
        """Get what the core needs, unless that is under way."""
        if self._shard.core.needs() and not self.reading:
            self.reading = True
            self._world.spawn(self._shard, self._read())

    async def _read(self) -> None:
        shard = self._shard
        while shard.core.needs():
            await shard.patiently(self._read_once)
            shard.poke()
        self.reading = False
        shard.poke()

    async def _read_once(self) -> None:
        core, world, store = self._shard.core, self._world, self._world.store
        await self._shard.certain()
        needs = core.needs()
        if rows := sorted(needs.rows):
            core.rows(rows, await world.ask(lambda: store.get_runs(rows)))
        for ref in sorted(needs.pages):
            core.pages(ref, await world.ask(partial(store.load_pages, ref)))
        for ref in sorted(needs.calls):
            core.calls(ref, await world.ask(partial(store.calls_of, ref)))
        for code_hash in sorted(needs.units):
            core.unit(code_hash, await world.ask(partial(store.get_unit, code_hash)))
