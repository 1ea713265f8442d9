from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import pytest
from virtual_loop import VirtualLoop

from waymark.runtime.model import EndedRun, RunRef, Status
from waymark.runtime.ports import Unreachable
from waymark.runtime.store import waiters
from waymark.runtime.store.waiters import GROWTH, KEPT_MAX, PAUSE_S_MAX, PAUSE_S_MIN, Waiters

REFS = [RunRef(n, UUID(int=n)) for n in range(50)]


def ended(ref: RunRef) -> EndedRun:
    return EndedRun(ref, Status.FINISHED, b"")


class Database:
    """Says who has ended, and remembers when it was asked for whom."""

    def __init__(self) -> None:
        self.over: set[RunRef] = set()
        self.asked: list[list[RunRef]] = []
        self.asked_s: list[float] = []
        self.fails = False
        self._asked_again = asyncio.Event()

    async def was_asked(self, times: int) -> None:
        while len(self.asked) < times:
            self._asked_again.clear()
            await self._asked_again.wait()

    async def ask(self, refs: Sequence[RunRef]) -> Sequence[EndedRun]:
        self.asked.append(list(refs))
        self.asked_s.append(asyncio.get_running_loop().time())
        self._asked_again.set()
        await asyncio.sleep(0)
        if self.fails:
            raise Unreachable("gone")
        return [ended(ref) for ref in refs if ref in self.over]


def test_all_who_wait_are_asked_for_at_once() -> None:
    async def scene() -> None:
        database = Database()
        several = Waiters(database.ask)
        waiting = [asyncio.create_task(several.wait(ref, 5)) for ref in REFS]
        await asyncio.sleep(0)
        database.over.update(REFS)
        several.poke(REFS)
        assert await asyncio.gather(*waiting) == [ended(ref) for ref in REFS]
        assert max(map(len, database.asked)) == len(REFS)
        assert len(database.asked) <= 4
        await several.close()

    asyncio.run(scene())


def test_nobody_is_asked_when_nobody_waits() -> None:
    async def scene() -> None:
        database = Database()
        several = Waiters(database.ask)
        assert await several.wait(REFS[0], 0.05) is None
        for _ in range(5):
            await asyncio.sleep(0)
        asked = len(database.asked)
        several.poke(REFS)
        assert several._poller is not None and several._poller.done()
        assert len(database.asked) == asked
        await several.close()

    asyncio.run(scene())


def test_looks_become_rarer_and_are_never_further_apart_than_a_quarter_of_a_second() -> None:
    async def scene() -> list[float]:
        database = Database()
        several = Waiters(database.ask)
        assert await several.wait(REFS[0], 5) is None
        await several.close()
        return database.asked_s

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        looks = runner.run(scene())
    pauses = [later - sooner for sooner, later in itertools.pairwise(looks)]
    assert pauses[0] == pytest.approx(PAUSE_S_MIN, abs=1e-4)
    assert all(later <= GROWTH * sooner + 1e-4 for sooner, later in itertools.pairwise(pauses))
    assert max(pauses) == pauses[-1] == pytest.approx(PAUSE_S_MAX, abs=1e-4)


def test_a_failure_reaches_everybody_and_the_next_is_served_again() -> None:
    async def scene() -> None:
        database = Database()
        database.fails = True
        several = Waiters(database.ask)
        results = await asyncio.gather(*(several.wait(ref, 5) for ref in REFS[:3]), return_exceptions=True)
        assert [type(result) for result in results] == [Unreachable] * 3
        database.fails = False
        database.over.add(REFS[0])
        assert await several.wait(REFS[0], 5) == ended(REFS[0])
        await several.close()

    asyncio.run(scene())


def test_closing_cancels_who_still_waits() -> None:
    async def scene() -> None:
        several = Waiters(Database().ask)
        waiting = asyncio.create_task(several.wait(REFS[0], 5))
        await asyncio.sleep(0)
        await several.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(scene())


def test_of_many_who_wait_some_are_asked_for_at_a_time_and_all_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiters, "ASKED_MAX", 20)

    async def scene() -> None:
        database = Database()
        several = Waiters(database.ask)
        waiting = [asyncio.create_task(several.wait(ref, 5)) for ref in REFS]
        await database.was_asked(6)
        assert max(map(len, database.asked)) == 20
        first_round, second_round = (list(itertools.chain(*database.asked[n : n + 3])) for n in (0, 3))
        assert set(first_round) == set(second_round) == set(REFS), "named first, and then all in turn"
        database.over.update(REFS)
        assert await asyncio.gather(*waiting) == [ended(ref) for ref in REFS]
        await several.close()

    asyncio.run(scene())


def test_a_run_that_was_just_started_here_is_asked_for_by_the_clock_alone() -> None:
    async def scene() -> None:
        database = Database()
        several = Waiters(database.ask)
        several.started(REFS[0], several.hears(REFS[0].part))
        waiting = asyncio.create_task(several.wait(REFS[0], 5))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not database.asked
        database.over.add(REFS[0])
        assert await waiting == ended(REFS[0])
        await several.close()

    asyncio.run(scene())


def test_what_a_commit_of_this_store_has_ended_is_known_without_a_question() -> None:
    async def scene() -> None:
        database = Database()
        several = Waiters(database.ask)
        several.started(REFS[0], several.hears(REFS[0].part))
        several.ended([ended(REFS[0])])
        assert await several.wait(REFS[0], 5) == ended(REFS[0])
        assert not database.asked
        await several.close()

    asyncio.run(scene())


def test_only_so_many_starts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiters, "FRESH_MAX", 3)

    async def scene() -> None:
        several = Waiters(Database().ask)
        for ref in REFS:
            several.started(ref, several.hears(ref.part))
        assert [fresh.ref for fresh in several._fresh.values()] == REFS[-3:]
        await several.close()

    asyncio.run(scene())


def test_a_long_result_is_not_kept_for_somebody_who_may_never_ask() -> None:
    async def scene() -> None:
        database = Database()
        several = Waiters(database.ask)
        long = EndedRun(REFS[0], Status.FINISHED, b"x" * (KEPT_MAX + 1))
        several.started(REFS[0], several.hears(REFS[0].part))
        several.ended([long])
        assert not several._fresh
        database.over.add(REFS[0])
        assert await several.wait(REFS[0], 5) == ended(REFS[0]), "who does ask is told by the database, at once"
        assert database.asked == [[REFS[0]]]
        await several.close()

    asyncio.run(scene())


class Ear:
    """A listener that hears everything."""

    def hears(self, channel: str) -> bool:
        return True

    def listen(self, channels: object) -> None:
        """It does."""

    async def close(self) -> None:
        """Nothing is open."""


def test_a_run_whose_end_may_have_been_missed_is_asked_for_though_now_it_would_be_heard() -> None:
    async def scene() -> None:
        database = Database()
        several = Waiters(database.ask)
        several._listener = cast(Any, Ear())
        heard = several.hears(REFS[0].part)
        several._changed()  # the connection was lost meanwhile, and came back
        several.started(REFS[0], heard)
        database.over.add(REFS[0])
        waiting = asyncio.create_task(several.wait(REFS[0], 60))
        for _ in range(5):
            await asyncio.sleep(0)
        assert database.asked == [[REFS[0]]]
        assert await waiting == ended(REFS[0])
        await several.close()

    asyncio.run(scene())
