"""Sets, times, prints and recorded values, from the user's call through a run and its actions and back."""

from __future__ import annotations

import asyncio
import logging
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

import waymark
from waymark.default import use_store
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.workers.inline import InlineWorkers

from .conftest import UserProject
from .running import memory_store, run

TEXT = """
    import waymark
    from datetime import timedelta
    from waymark import Workflow, action, workflow

    seen = []

    @action
    async def mark(tags, frozen):
        seen.append((type(tags), tags, type(frozen), frozen))
        return tags | {"marked"}

    @workflow
    class Tagging(Workflow):
        async def run(self, tags: set):
            print("tags:", len(tags))
            tags.add("new")
            got = await mark(tags, frozenset(tags))
            print("done", end="")
            print("!")
            return got - {"a"}, type(got) is set

    @workflow
    class Timing(Workflow):
        async def run(self):
            began = waymark.now()
            values = [waymark.uuid4(), waymark.random()]
            await mark(set(), frozenset())
            return began, waymark.now() - began >= timedelta(0), values, [waymark.uuid4(), waymark.random()]
"""


@pytest.fixture
def shop(project: UserProject) -> ModuleType:
    return project.module("tagging", TEXT)


def test_sets_are_the_hosts_own_outside_of_a_run(
    shop: ModuleType, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(store: MemoryStore) -> None:
        value, inside = await shop.Tagging().run({"a", "b"})
        assert type(value) is set and value == {"b", "new", "marked"} and inside
        assert shop.seen == [(set, {"a", "b", "new"}, frozenset, frozenset({"a", "b", "new"}))]

    with caplog.at_level(logging.INFO, logger="waymark.run"):
        run(test, tmp_path)
    assert [record.getMessage() for record in caplog.records if record.name == "waymark.run"] == ["tags: 2", "done!"]


def test_recorded_values_are_the_runs_own(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        began, in_order, first, second = await shop.Timing().run()
        assert isinstance(began, datetime) and began.tzinfo is UTC and in_order
        assert abs(datetime.now(UTC) - began) < timedelta(minutes=10)
        drawn = (*first, *second)
        assert len({*drawn}) == 4 and all(isinstance(each, uuid.UUID) and each.version == 4 for each in drawn[::2])
        assert all(0.0 <= each < 1.0 for each in drawn[1::2])
        again = await shop.Timing().run()
        assert again[2:] != (first, second), "another run, another seed"

    run(test, tmp_path)


def test_an_engine_in_the_users_process_prints_to_the_terminal(
    shop: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def test(store: MemoryStore) -> None:
        await shop.Tagging().run({"a"})

    async def inside(store: MemoryStore) -> None:
        use_store(store)
        settings = EngineSettings(state_dir=tmp_path, poll_busy_ms=1, poll_idle_ms=2, skip_sleeps=True)
        async with running_engine(store, InlineWorkers(waymark.registry), settings=settings):
            await test(store)

    asyncio.run(asyncio.wait_for(inside(memory_store()), 20))
    assert capsys.readouterr().out == "tags: 1\ndone!\n"


def test_outside_of_a_workflow_they_do_the_obvious_thing() -> None:
    assert abs(datetime.now(UTC) - waymark.now()) < timedelta(minutes=1) and waymark.now().tzinfo is UTC
    assert waymark.uuid4() != waymark.uuid4() and waymark.uuid4().version == 4
    assert 0.0 <= waymark.random() < 1.0
