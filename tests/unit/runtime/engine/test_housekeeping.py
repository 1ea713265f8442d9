"""What an engine does beside its runs, and what it counts."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from waymark.runtime.engine.housekeeping import HOUR_US, WHOLE_EVERY, Housekeeping, collect_all
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.tally import Tally
from waymark.runtime.ids import new_run_id
from waymark.runtime.model import RunRef, RunWrite, Status
from waymark.runtime.ports import Busy, Store, Unreachable
from waymark.runtime.stats import Counts

NOW = 1_800_000_000_000_000


class Noting:
    """A store that notes what it is asked, and has two batches to delete at the first collection."""

    def __init__(self) -> None:
        self.collects: list[tuple[int, int, int]] = []
        self.days = 0
        self.counts: list[Mapping[str, Counts]] = []
        self.answers = [(100, 7), (3, 9)]
        self.down = False
        self.most = 1_000

    async def collect(self, before: int, since: int, most: int) -> tuple[int, int | None]:
        if self.down:
            raise Unreachable("it is starting")
        if most > self.most:
            raise Busy("the statement took too long")
        self.collects.append((before, since, most))
        return self.answers.pop(0) if self.answers else (0, None)

    async def keep_days(self, before: int) -> list[str]:
        self.days += 1
        return []

    async def put_stats(self, engine: uuid.UUID, minute: int, counts: Mapping[str, Counts]) -> None:
        if self.down:
            raise Unreachable("it is starting")
        self.counts.append(counts)


def as_store(store: Noting) -> Store:
    return cast(Store, store)


def housekeeping(store: Noting, owned: set[int] | None = None, tally: Tally | None = None, **said: Any) -> Housekeeping:
    settings = EngineSettings(state_dir=Path("/nowhere"), **said)
    owned = {0} if owned is None else owned
    return Housekeeping(uuid.uuid4(), as_store(store), lambda: owned, lambda: NOW, settings, tally or Tally())


def test_it_deletes_batch_by_batch_from_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waymark.runtime.engine.housekeeping.PAUSE_S", 0)
    store = Noting()
    asyncio.run(housekeeping(store, retention_hours=2, collect_batch=100)._tidy())
    before = NOW - 2 * HOUR_US
    assert store.collects == [(before, 0, 100), (before, 7, 100), (before, 9, 100)]


def test_runs_that_take_too_long_are_deleted_fewer_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waymark.runtime.engine.housekeeping.PAUSE_S", 0)
    store = Noting()
    store.most = 10
    assert asyncio.run(collect_all(as_store(store), NOW, 0, 100)) == 103
    assert [asked[2] for asked in store.collects] == [6, 6, 6]
    store.most = 0
    with pytest.raises(Busy):
        asyncio.run(collect_all(as_store(store), NOW, 0, 100))


def test_only_now_and_then_all_runs_are_looked_through() -> None:
    store = Noting()
    store.answers = []
    keeper = housekeeping(store, retention_hours=2)

    async def passes() -> None:
        for _ in range(WHOLE_EVERY + 1):
            await keeper._tidy()

    asyncio.run(passes())
    since = NOW - 3 * HOUR_US
    assert [asked[1] for asked in store.collects] == [0, *[since] * (WHOLE_EVERY - 1), 0]
    assert store.days == 2


def test_each_database_has_its_collector() -> None:
    store = Noting()
    asyncio.run(housekeeping(store, {128, 130}, parts=frozenset(range(128, 256)))._tidy())
    assert len(store.collects) == 3


@pytest.mark.parametrize(("parts", "said"), [({1, 2}, {}), ({0}, {"skip_sleeps": True}), (set(), {})])
def test_others_and_engines_that_skip_time_collect_nothing(parts: set[int], said: dict[str, Any]) -> None:
    store = Noting()
    asyncio.run(housekeeping(store, parts, **said)._tidy())
    assert store.collects == []


def test_a_failure_waits_for_the_next_time_and_loses_no_count() -> None:
    store, tally = Noting(), Tally()
    store.down = True
    keeper = housekeeping(store, tally=tally)
    run = new_run_id()
    tally.landed("w", run, RunWrite(RunRef(0, run), 0, Status.RUNNING, b""), NOW)

    async def twice() -> None:
        await keeper._tidy()
        await keeper.count()
        tally.landed("w", run, RunWrite(RunRef(0, run), 1, Status.FAILED, b""), (run.int >> 80) * 1_000 + 5_000)
        store.down = False
        await keeper.count()
        await keeper.count()  # nothing to say

    asyncio.run(twice())
    assert store.counts == [{"w": Counts(started=1, failed=1, took_ms=5, took_ms_max=5)}]


def test_commits_in_between_are_not_counted() -> None:
    tally, run = Tally(), uuid.uuid4()
    for expected, status in enumerate([Status.RUNNING, Status.RUNNING, Status.PARKED, Status.RUNNING, Status.FINISHED]):
        tally.landed("w", run, RunWrite(RunRef(0, run), expected, status, b""), NOW)
    assert tally.take() == {"w": Counts(started=1, parked=1, finished=1)}, "an id that names no time has no duration"
    assert tally.take() == {}
