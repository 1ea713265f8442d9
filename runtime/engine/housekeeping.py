"""What an engine does beside its runs: delete those that ended long ago, keep partitions for the days, write counts.

One engine of all collects, the owner of the database's first partition; two who do so at once do no harm. Whatever
fails is tried again at the next time: nobody waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection

from waymark.vm.surface import Instant

from ..model import EngineId, Part
from ..ports import Busy, Store, StoreError
from .settings import EngineSettings
from .tally import Tally

log = logging.getLogger("waymark.engine")

HOUR_US = 3_600_000_000
COUNTED_S = 60.0
PAUSE_S = 0.02  # between two batches, so that commits come between
WHOLE_EVERY = 12  # so many times, all runs are looked through, for those that had lived long


class Housekeeping:
    def __init__(
        self,
        engine: EngineId,
        store: Store,
        parts: Callable[[], Collection[Part]],
        now: Callable[[], Instant],
        settings: EngineSettings,
        tally: Tally,
    ) -> None:
        self._engine = engine
        self._store = store
        self._parts = parts
        self._now = now
        self._settings = settings
        self._tally = tally
        self._passes = 0
        self._before: Instant = 0  # of the last pass

    async def run(self) -> None:
        """Until cancelled."""
        interval_s = self._settings.collect_interval_ms / 1000
        collect_at = time.monotonic() + interval_s
        while True:
            await asyncio.sleep(max(0.0, min(COUNTED_S, collect_at - time.monotonic())))
            await self.count()
            if time.monotonic() >= collect_at:
                await self._tidy()
                collect_at = time.monotonic() + interval_s

    async def count(self) -> None:
        """Write down what was done since the last time."""
        counts = self._tally.take()
        if not counts:
            return
        try:
            await self._store.put_stats(self._engine, self._now(), counts)
        except StoreError as error:
            log.warning("what was done could not be written down yet: %s", error)
            self._tally.give_back(counts)

    async def _tidy(self) -> None:
        # Where time is skipped, a run that has just ended may be a year old.
        if min(self._settings.parts) not in self._parts() or self._settings.skip_sleeps:
            return
        try:
            await self._collect()
        except StoreError as error:
            log.warning("runs that have ended could not be deleted, which is tried again: %s", error)

    async def _collect(self) -> None:
        before = self._now() - self._settings.retention_hours * HOUR_US
        whole = self._passes % WHOLE_EVERY == 0
        since = 0 if whole else max(0, self._before - HOUR_US)
        if collected := await collect_all(self._store, before, since, self._settings.collect_batch):
            log.info("%d runs that had ended long ago were deleted", collected)
        self._before, self._passes = before, self._passes + 1
        if whole and (dropped := await self._store.keep_days(before)):
            log.info("partitions of days were dropped: %s", ", ".join(dropped))


async def collect_all(store: Store, before: Instant, since: Instant, batch: int) -> int:
    """Delete all runs that ended before a time and were started since another, some at a time. How many there were.

    Large ones may take longer than a statement may: then it is fewer at a time.
    """
    collected = 0
    while True:
        try:
            some, reached = await store.collect(before, since, batch)
        except Busy:
            if batch == 1:
                raise
            batch = max(1, batch // 4)
            continue
        collected += some
        if reached is None:
            return collected
        since = reached
        await asyncio.sleep(PAUSE_S)
