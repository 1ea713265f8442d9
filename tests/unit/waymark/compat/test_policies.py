"""COMPAT.md, section 1, what calls of actions are like: policies and timeouts that a program works out as it runs."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from waymark import programs
from waymark.registry import registry, workflow_registry
from waymark.runtime.machines.attempts import AttemptPolicy
from waymark.testing import Stage

FLOWS = """
    import asyncio
    from datetime import timedelta
    import waymark
    from waymark import BackoffPolicy, RetryPolicy, Workflow, action, workflow

    TRIED = []

    @action
    async def ask(n: int) -> str:
        raise AssertionError("the test says what it does")

    @action
    async def slow_at_first() -> int:
        TRIED.append(1)
        await asyncio.sleep(0 if len(TRIED) > 2 else 60)
        return len(TRIED)

    @workflow
    class Computed(Workflow):
        async def run(self, tries: int, pause: float) -> str:
            kinds = [ConnectionError] if tries > 1 else ["TimeoutError"]
            policy = RetryPolicy(tries + 1, kinds, pause / 2)
            try:
                await self.run_action(ask(1), retry=policy, timeout=timedelta(milliseconds=250 * tries))
            except OSError as error:
                return type(error).__name__
            return "no error"

    @workflow
    class Growing(Workflow):
        async def run(self, delay: float) -> float:
            began = waymark.now()
            backoff = BackoffPolicy(delay * 2, factor=3, max_delay=timedelta(seconds=delay * 7))
            await self.run_action(ask(1), retry=RetryPolicy(attempts=4), backoff=backoff)
            return (waymark.now() - began).total_seconds()

    @workflow
    class Unsaid(Workflow):
        async def run(self) -> str:
            return await self.run_action(ask(1), retry=RetryPolicy())

    @workflow
    class Patient(Workflow):
        async def run(self, seconds: float) -> int:
            return await self.run_action(slow_at_first(), timeout=seconds / 2, retry=RetryPolicy(attempts=1))
"""


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(workflow_registry, "_workflows", {})
    monkeypatch.setattr(programs, "_imports", {})
    (tmp_path / "compat_flows.py").write_text(inspect.cleandoc(FLOWS) + "\n")
    importlib.invalidate_caches()
    yield importlib.import_module("compat_flows")
    sys.modules.pop("compat_flows")


def test_a_policy_is_any_expression_and_holds_as_it_was_worked_out(flows: ModuleType) -> None:
    with Stage() as stage:
        stage.on(flows.ask).raises(ConnectionError("away"))

        async def story() -> None:
            began = await stage.now()
            assert await flows.Computed().run(3, 0.5) == "ConnectionError"
            assert len(stage.calls(flows.ask)) == 4
            assert 0.75 <= (await stage.now() - began).total_seconds() < 20, "three pauses of a quarter of a second"
            assert await flows.Computed().run(1, 0.5) == "ConnectionError"
            assert len(stage.calls(flows.ask)) == 5, "a name that the error does not have is not repeated"

        stage.run(story())


def test_pauses_grow_as_the_policy_says_in_the_time_of_the_run(flows: ModuleType) -> None:
    with Stage() as stage:
        stage.on(flows.ask).raises(OSError, OSError, OSError).returns("there")
        assert 200 + 600 + 700 <= stage.run(flows.Growing().run(100.0)) < 1600


def test_a_policy_without_a_number_makes_a_hundred_attempts_after_the_first(flows: ModuleType) -> None:
    with Stage() as stage:
        stage.on(flows.ask).raises(*[ValueError] * 100).returns("at last")
        assert stage.run(flows.Unsaid().run()) == "at last"
        assert len(stage.calls(flows.ask)) == 101


def test_a_timeout_counts_in_milliseconds_and_is_tried_again_unless_the_policy_names_it(flows: ModuleType) -> None:
    with Stage() as stage:
        assert stage.run(flows.Patient().run(0.2)) == 3


def test_a_lost_worker_is_no_attempt_of_the_policy(flows: ModuleType) -> None:
    with Stage() as stage:
        stage.on(flows.ask).returns("there").is_lost(attempt=1).is_lost(attempt=2)
        assert stage.run(flows.Unsaid().run()) == "there"


def test_an_attempt_has_five_minutes_where_nobody_says_otherwise() -> None:
    assert AttemptPolicy().timeout_ms == 5 * 60_000
