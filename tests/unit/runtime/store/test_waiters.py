from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from waymark.runtime.model import RunRef, Status, StoredRun
from waymark.runtime.ports import Unreachable
from waymark.runtime.store.waiters import Waiters

REFS = [RunRef(n, UUID(int=n)) for n in range(50)]


def ended(ref: RunRef) -> StoredRun:
    return StoredRun(ref, "Orders", "key", b"", b"", b"", Status.FINISHED, 1, b"", None, b"", None)


class Database:
    """Says who has ended, and remembers when it was asked for whom."""

    def __init__(self) -> None:
        self.over: set[RunRef] = set()
        self.asked: list[list[RunRef]] = []
        self.fails = False

    async def ask(self, refs: Sequence[RunRef]) -> Sequence[StoredRun]:
        self.asked.append(list(refs))
        await asyncio.sleep(0)
        if self.fails:
            raise Unreachable("gone")
        return [ended(ref) for ref in refs if ref in self.over]


def test_all_who_wait_are_asked_for_at_once() -> None:
    async def scene() -> None:
        database = Database()
        waiters = Waiters(database.ask)
        waiting = [asyncio.create_task(waiters.wait(ref, 5)) for ref in REFS]
        await asyncio.sleep(0)
        database.over.update(REFS)
        waiters.poke(REFS)
        assert await asyncio.gather(*waiting) == [ended(ref) for ref in REFS]
        assert max(map(len, database.asked)) == len(REFS)
        assert len(database.asked) <= 4
        await waiters.close()

    asyncio.run(scene())


def test_nobody_is_asked_when_nobody_waits() -> None:
    async def scene() -> None:
        database = Database()
        waiters = Waiters(database.ask)
        assert await waiters.wait(REFS[0], 0.05) is None
        for _ in range(5):
            await asyncio.sleep(0)
        asked = len(database.asked)
        assert 2 <= asked <= 6  # at 0, 5, 15, 35 ms
        waiters.poke(REFS)
        assert waiters._poller is not None and waiters._poller.done()
        assert len(database.asked) == asked
        await waiters.close()

    asyncio.run(scene())


def test_a_failure_reaches_everybody_and_the_next_is_served_again() -> None:
    async def scene() -> None:
        database = Database()
        database.fails = True
        waiters = Waiters(database.ask)
        results = await asyncio.gather(*(waiters.wait(ref, 5) for ref in REFS[:3]), return_exceptions=True)
        assert [type(result) for result in results] == [Unreachable] * 3
        database.fails = False
        database.over.add(REFS[0])
        assert await waiters.wait(REFS[0], 5) == ended(REFS[0])
        await waiters.close()

    asyncio.run(scene())


def test_closing_cancels_who_still_waits() -> None:
    async def scene() -> None:
        waiters = Waiters(Database().ask)
        waiting = asyncio.create_task(waiters.wait(REFS[0], 5))
        await asyncio.sleep(0)
        await waiters.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(scene())
