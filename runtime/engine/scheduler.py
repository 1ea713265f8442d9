"""Firing schedules: what is due of those in our partitions, at its time.

It reads a little ahead and waits for the time by itself, so that a fire is punctual though looks are a second apart.
Others may fire the same: a schedule is written only at the revision that was read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection

import msgspec

from waymark.vm.surface import Instant

from .. import scheduling
from ..model import NEVER, Part
from ..ports import Store, Unreachable
from ..schedules import Schedule, ScheduleWrite
from .patience import patiently
from .settings import EngineSettings

log = logging.getLogger("waymark.engine")

AHEAD_US = 1_000_000  # more than a look takes
TRY_AGAIN_US = 60_000_000  # what could not be fired for a reason of its own is tried again after so long


class Scheduler:
    def __init__(
        self,
        store: Store,
        parts: Callable[[], Collection[Part]],
        now: Callable[[], Instant],
        settings: EngineSettings,
        looked: Callable[[], None],
    ) -> None:
        """`looked` is called after each look: runs may have started."""
        self._store = store
        self._parts = parts
        self._now = now
        self._settings = settings
        self._looked = looked
        self._look_now = asyncio.Event()
        self.next: Instant | None = None  # when something is due, of what the last look has seen
        self.idle = False  # it has looked, and knows of nothing else

    def look(self) -> None:
        """A schedule has changed, or time has moved on."""
        self.idle = False
        self._look_now.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._look_now.clear()
            await patiently(self._look)
            self.idle = not self._look_now.is_set()
            self._looked()
            await self._pause()

    async def _look(self) -> None:
        while True:
            now, parts = self._now(), self._parts()
            rows = (
                await self._store.due_schedules(parts, self._until(now), self._settings.schedule_batch) if parts else []
            )
            due = [row for row in rows if row.look_at is not None and row.look_at <= now]
            for row in due:
                await self._fire(row, now)
            if not due:
                self.next = min((row.look_at for row in rows if row.look_at is not None), default=None)
                return

    def _until(self, now: Instant) -> Instant:
        """Where time is skipped nobody comes back in a second, and all that is to come counts."""
        return NEVER if self._settings.skip_sleeps else now + self._settings.schedule_poll_ms * 1000 + AHEAD_US

    async def _fire(self, row: Schedule, now: Instant) -> None:
        try:
            for key in await scheduling.fire(self._store, row, now):
                log.debug("schedule %r of workflow %r starts run %r", row.name, row.workflow, key)
        except Unreachable:
            raise
        except Exception as error:  # as with a zone that this machine does not know: the others fire all the same
            log.error("schedule %r of workflow %r cannot fire, and is tried again: %s", row.name, row.workflow, error)
            later = msgspec.structs.replace(row, look_at=now + TRY_AGAIN_US)
            await self._store.write_schedule(ScheduleWrite(later, row.revision))

    async def _pause(self) -> None:
        pause_s = self._settings.schedule_poll_ms / 1000
        if self.next is not None:
            pause_s = min(pause_s, max(0, self.next - self._now()) / 1e6)
        try:
            async with asyncio.timeout(pause_s):
                await self._look_now.wait()
        except TimeoutError:
            pass  # nobody called; it is time to look
