"""Retry policies, from the program to the engine that obeys them, and back to the error that the program sees."""

from __future__ import annotations

import asyncio
from types import ModuleType

import pytest

from waymark import BackoffPolicy, RetryPolicy, WorkflowFailed, action

from .conftest import UserProject

FLOWS = """
    import asyncio
    from datetime import timedelta
    import waymark
    from waymark import BackoffPolicy, RetryPolicy, WaymarkTimeout, Workflow, action, workflow

    class Declined(Exception): ...
    class NoMoney(Declined): ...

    TRIED = []

    async def attempt(works_at, error=ValueError):
        TRIED.append(1)
        if len(TRIED) < works_at:
            raise error(f"attempt {len(TRIED)}")
        return len(TRIED)

    @action
    async def plain(works_at: int) -> int:
        return await attempt(works_at)

    @action
    async def pay(works_at: int) -> int:
        return await attempt(works_at, NoMoney)

    @action(retry=RetryPolicy(attempts=3))
    async def three(works_at: int) -> int:
        return await attempt(works_at)

    HOURS = BackoffPolicy(base_delay=timedelta(hours=1), factor=3)

    @action(retry=RetryPolicy(attempts=4), backoff=HOURS)
    async def patient(works_at: int) -> int:
        return await attempt(works_at)

    @action
    async def stuck() -> None:
        TRIED.append(1)
        await asyncio.sleep(60)

    @workflow
    class Plain(Workflow):
        async def run(self, works_at: int, attempts: int | None = None) -> int:
            if attempts is None:
                return await plain(works_at)
            return await self.run_action(plain(works_at), retry=RetryPolicy(attempts))

    @workflow
    class Named(Workflow):
        async def run(self, name: str) -> int:
            return await self.run_action(pay(3), retry=RetryPolicy(5, [name]))

    @workflow
    class Three(Workflow):
        async def run(self, works_at: int, own: int | None = None) -> int:
            if own is None:
                return await three(works_at)
            return await self.run_action(three(works_at), retry=RetryPolicy(own))

    @workflow
    class Patient(Workflow):
        async def run(self, works_at: int) -> list:
            began = waymark.now()
            got = await patient(works_at)
            return [got, (waymark.now() - began).total_seconds() // 3600]

    @workflow
    class Stuck(Workflow):
        async def run(self) -> str:
            try:
                await self.run_action(stuck(), timeout=0.05, retry=RetryPolicy(2, ["ActionTimeout"]))
            except WaymarkTimeout as error:
                return str(error)

    @workflow
    class Late(Workflow):
        async def run(self) -> str:
            try:
                await self.run_action(stuck(), deadline=0.05)
            except TimeoutError as error:
                return f"{type(error).__name__}: {error}"
"""


@pytest.fixture
def flows(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("WAYMARK_BRIDGE_IN_MEMORY")
    return project.module("flows", FLOWS)


def outcome(flows: ModuleType, workflow: str, *args: object) -> tuple[object, int]:
    """What a run came to, and how many attempts were made."""
    flows.TRIED.clear()
    try:
        value = asyncio.run(getattr(flows, workflow)().run(*args))
    except WorkflowFailed as failed:
        value = f"{type(failed.__cause__).__name__}: {failed.__cause__}"
    return value, len(flows.TRIED)


def test_a_call_without_a_policy_is_tried_once(flows: ModuleType) -> None:
    assert outcome(flows, "Plain", 2) == ("ValueError: attempt 1", 1)


def test_attempts_count_all_executions_and_the_last_error_is_seen(flows: ModuleType) -> None:
    assert outcome(flows, "Plain", 3, 3) == (3, 3)
    assert outcome(flows, "Plain", 9, 3) == ("ValueError: attempt 3", 3)


@pytest.mark.parametrize("name", ["NoMoney", "Declined", "flows.Declined", "Exception"])
def test_errors_are_meant_by_any_name_of_their_classes(flows: ModuleType, name: str) -> None:
    assert outcome(flows, "Named", name) == (3, 3)


def test_other_errors_are_not_repeated(flows: ModuleType) -> None:
    assert outcome(flows, "Named", "OSError") == ("NoMoney: attempt 1", 1)


def test_the_policy_of_an_action_holds_where_the_call_says_nothing(flows: ModuleType) -> None:
    assert outcome(flows, "Three", 3) == (3, 3)
    assert outcome(flows, "Three", 4) == ("ValueError: attempt 3", 3)
    assert outcome(flows, "Three", 2, 1) == ("ValueError: attempt 1", 1)


def test_backoff_is_time_of_the_run(flows: ModuleType) -> None:
    assert outcome(flows, "Patient", 3) == ([3, 4.0], 3)  # one hour, then three


def test_timeouts_are_counted_where_the_policy_names_them(flows: ModuleType) -> None:
    said, tried = outcome(flows, "Stuck")
    assert tried == 2
    assert isinstance(said, str) and said.startswith("action flows:stuck had no outcome in 2 attempts")


def test_a_deadline_ends_the_attempt_under_way(flows: ModuleType) -> None:
    said, _ = outcome(flows, "Late")
    assert isinstance(said, str) and said.startswith(
        "WaymarkTimeout: action flows:stuck had no outcome by its deadline"
    )


def test_a_policy_without_sense_is_refused_where_the_action_is_decorated() -> None:
    with pytest.raises(TypeError, match=r"^retry=\.\.\. takes a RetryPolicy"):
        action(retry=3)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match=r"give one$"):
        action(retry=RetryPolicy(2, None, 1.0), backoff=BackoffPolicy(1))
