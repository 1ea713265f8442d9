"""Commits: one under way at a time, on a connection of its own, never abandoned half-way.

A commit whose outcome is unknown leaves the lane in doubt. Its backend may still be at work, so before anything is read
or written the partitions of that batch are locked, which waits for the backend's own locks on them: afterwards the
commit is there or has failed. One that the server has not even begun by then meets the revisions that it expects, or
is refused for them like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncpg

from ..model import Batch, Part
from ..ports import OutcomeUnknown
from .errors import is_answer, translate
from .links import Link
from .queries import QUERIES
from .rows import arrays_of

Made = TypeVar("Made")


class Lane:
    def __init__(self, link: Link) -> None:
        self.link = link
        self._turn = asyncio.Lock()  # settling a doubt and the commit behind it must not let another between
        self._in_doubt: set[Part] = set()

    async def commit(self, batch: Batch) -> bool:
        """Whether something was left in an outbox."""
        return await uncancelled(self._commit(batch))

    async def settle(self) -> None:
        """Return when every commit of the past has either happened or failed."""
        if self._in_doubt:
            async with self._turn:
                await self._settle()

    async def _commit(self, batch: Batch) -> bool:
        async with self._turn:
            await self._settle()
            arrays = arrays_of(batch)
            self._in_doubt = set(batch.fence)
            try:
                (row,) = await self.link.ask(QUERIES["commit"], *arrays)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                if is_answer(error):
                    self._in_doubt = set()
                    raise translate(error, self.link.address, "commit") from error
                raise OutcomeUnknown(
                    f"the connection to {self.link.address} was lost during a commit; whether it happened must be read"
                ) from error
            self._in_doubt = set()
            return bool(row["sent"])

    async def _settle(self) -> None:
        if self._in_doubt:
            await self.link.fetch(QUERIES["settle_commit"], sorted(self._in_doubt))
            self._in_doubt = set()


async def uncancelled(work: Coroutine[Any, Any, Made]) -> Made:
    """Do all of `work`, and only then be cancelled.

    Without the shield a cancelled commit may be durable although its caller was told otherwise; without waiting for it
    here it would outlive its owner. The link bounds every statement, so this ends.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:  # a second cancel adds nothing to the first, which is raised below
                continue
        if not task.cancelled():
            task.exception()  # whoever cancels does not want it; the lane remembers if it is in doubt
        raise
