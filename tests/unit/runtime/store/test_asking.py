from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from waymark.runtime.model import RunRef, Status, StoredRun
from waymark.runtime.ports import Unreachable
from waymark.runtime.store import asking
from waymark.runtime.store.asking import Asking

REFS = [RunRef(n, UUID(int=n)) for n in range(50)]


def stored(ref: RunRef) -> StoredRun:
    return StoredRun(ref, "Orders", "key", b"", b"", b"", Status.RUNNING, 1, b"", None, b"", None)


class Database:
    """Has all runs but the first one."""

    def __init__(self) -> None:
        self.asked: list[list[RunRef]] = []
        self.fails = False

    async def ask(self, refs: Sequence[RunRef]) -> Sequence[StoredRun]:
        self.asked.append(list(refs))
        await asyncio.sleep(0)
        if self.fails:
            raise Unreachable("gone")
        return [stored(ref) for ref in reversed(refs) if ref != REFS[0]]


def test_those_who_ask_together_share_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ROWS_MAX", 30)

    async def scene() -> None:
        database = Database()
        together = Asking(database.ask)
        answers = await asyncio.gather(*(together.run(ref) for ref in [*REFS, REFS[7]]))
        assert answers == [None, *map(stored, REFS[1:]), stored(REFS[7])]
        assert [len(refs) for refs in database.asked] == [30, 21]
        assert await together.run(REFS[3]) == stored(REFS[3])
        await together.close()

    asyncio.run(scene())


def test_a_failure_is_told_to_everybody_and_the_next_one_is_answered() -> None:
    async def scene() -> None:
        database = Database()
        together = Asking(database.ask)
        database.fails = True
        told = await asyncio.gather(*(together.run(ref) for ref in REFS[:3]), return_exceptions=True)
        assert [type(each) for each in told] == [Unreachable] * 3
        database.fails = False
        assert await together.run(REFS[1]) == stored(REFS[1])

    asyncio.run(scene())


def test_who_does_not_wait_for_the_answer_harms_nobody() -> None:
    async def scene() -> None:
        together = Asking(Database().ask)
        gone, stays = (asyncio.create_task(together.run(REFS[1])) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays == stored(REFS[1])

    asyncio.run(scene())
