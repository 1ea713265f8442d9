"""Questions for one run each, which go together when they come together.

Thousands of handles may look at their runs in the same moment. While a statement is under way whoever else asks waits
for it, and goes with the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from ..model import RunRef, StoredRun

ROWS_MAX = 500

AskRuns = Callable[[Sequence[RunRef]], Awaitable[Sequence[StoredRun]]]
Answer = asyncio.Future[StoredRun | None]


class Asking:
    def __init__(self, ask: AskRuns) -> None:
        self._ask = ask
        self._waiting: list[tuple[RunRef, Answer]] = []
        self._asker: asyncio.Task[None] | None = None

    async def run(self, ref: RunRef) -> StoredRun | None:
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((ref, answer))
        if self._asker is None or self._asker.done():
            self._asker = asyncio.create_task(self._ask_all(), name="waymark questions for runs")
        return await answer

    async def close(self) -> None:
        """Let those who have asked get their answers."""
        if self._asker is not None:
            await asyncio.wait([self._asker])

    async def _ask_all(self) -> None:
        while self._waiting:
            few, self._waiting = self._waiting[:ROWS_MAX], self._waiting[ROWS_MAX:]
            try:
                found = {run.ref: run for run in await self._ask(list(dict.fromkeys(ref for ref, _ in few)))}
            except Exception as error:  # of the database: for those who asked to see, each in its own call
                for _, answer in few:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for ref, answer in few:
                if not answer.done():  # whoever asked was cancelled meanwhile
                    answer.set_result(found.get(ref))
