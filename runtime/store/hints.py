"""Tells others that there is something to look at: by NOTIFY, in a statement of its own after the commit.

Inside the writer's transaction a NOTIFY would make all commits of the database queue for one lock. Here it costs no
writer anything: one message is under way at a time, and what comes meanwhile is told together by the next. What fails
is forgotten, since everybody polls, too.

Who starts one run after the other and waits for none of them is in no hurry: such starts are told some milliseconds
apart, many together. Who waits for a run, or leaves anything but a start, is heard at once.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Collection

from ..model import EndedRun, Part
from ..ports import StoreError
from .channels import ONLY_STARTS, inbox_channel, payloads
from .links import Link
from .queries import QUERIES

log = logging.getLogger("waymark.store")

ENDED_MAX = 20_000  # runs waiting to be named; beyond that their waiters find out by polling
GAP_S = 0.008  # between words about starts
UNAWAITED = 4  # so many starts, and nobody has waited since: nor will he, soon
LAST_WORD_S_MAX = 0.5


class Hints:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._inboxes: set[str] = set()
        self._starts: set[str] = set()
        self._unawaited = 0
        self._told_s = -math.inf
        self._hurries = asyncio.Event()
        self._ended: list[EndedRun] = []
        self._telling: asyncio.Task[None] | None = None

    def left(self, parts: Collection[Part]) -> None:
        """Entries were left in the inboxes of these partitions."""
        self._inboxes.update(map(inbox_channel, parts))
        self._hurries.set()
        self._tell()

    def started(self, parts: Collection[Part]) -> None:
        """The same, and all of them are of runs that start."""
        self._starts.update(map(inbox_channel, parts))
        self._unawaited += 1
        self._tell()

    def awaited(self) -> None:
        """Somebody waits for a run, which may be one of those."""
        self._unawaited = 0
        self._hurries.set()

    def ended(self, runs: Collection[EndedRun]) -> None:
        if runs and len(self._ended) < ENDED_MAX:
            self._ended += runs
            self._hurries.set()
            self._tell()

    async def close(self) -> None:
        if self._telling is not None:
            self._hurries.set()
            await asyncio.wait([self._telling], timeout=LAST_WORD_S_MAX)
            self._telling.cancel()  # nobody depends on it
            await asyncio.wait([self._telling])
        await self._link.close()

    def _tell(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_all(), name="waymark hints")

    async def _tell_all(self) -> None:
        while self._inboxes or self._starts or self._ended:
            await self._with_company()
            inboxes = [(channel, "") for channel in sorted(self._inboxes)]
            inboxes += [(channel, ONLY_STARTS) for channel in sorted(self._starts - self._inboxes)]
            messages = [*inboxes, *payloads(self._ended)]
            self._inboxes, self._starts, self._ended = set(), set(), []
            self._told_s = asyncio.get_running_loop().time()
            try:
                await self._link.fetch(
                    QUERIES["notify"], [each[0] for each in messages], [each[1] for each in messages]
                )
            except StoreError as error:
                log.debug("nobody was notified: %s", error)
                return

    async def _with_company(self) -> None:
        pause_s = self._told_s + GAP_S - asyncio.get_running_loop().time()
        if pause_s <= 0 or self._inboxes or self._ended or self._unawaited < UNAWAITED:
            return
        self._hurries.clear()
        try:
            async with asyncio.timeout(pause_s):
                await self._hurries.wait()
        except TimeoutError:
            pass  # nobody hurries
