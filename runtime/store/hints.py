"""Tells others that there is something to look at: by NOTIFY, in a statement of its own after the commit.

Inside the writer's transaction a NOTIFY would make all commits of the database queue for one lock. Here it costs no
writer anything: one message is under way at a time, and what comes meanwhile is told together by the next. What fails
is forgotten, since everybody polls, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from ..model import EndedRun, Part
from ..ports import StoreError
from .channels import inbox_channel, payloads
from .links import Link
from .queries import QUERIES

log = logging.getLogger("waymark.store")

ENDED_MAX = 20_000  # runs waiting to be named; beyond that their waiters find out by polling


class Hints:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._inboxes: set[str] = set()
        self._ended: list[EndedRun] = []
        self._telling: asyncio.Task[None] | None = None

    def left(self, parts: Collection[Part]) -> None:
        """Entries were left in the inboxes of these partitions."""
        self._inboxes.update(map(inbox_channel, parts))
        self._tell()

    def ended(self, runs: Collection[EndedRun]) -> None:
        if runs and len(self._ended) < ENDED_MAX:
            self._ended += runs
            self._tell()

    async def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()  # nobody depends on it
            await asyncio.wait([self._telling])
        await self._link.close()

    def _tell(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_all(), name="waymark hints")

    async def _tell_all(self) -> None:
        while self._inboxes or self._ended:
            messages = [(channel, "") for channel in sorted(self._inboxes)] + list(payloads(self._ended))
            self._inboxes, self._ended = set(), []
            try:
                await self._link.fetch(
                    QUERIES["notify"], [each[0] for each in messages], [each[1] for each in messages]
                )
            except StoreError as error:
                log.debug("nobody was notified: %s", error)
                return
