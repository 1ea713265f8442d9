"""Cancelling end to end, from inside of a run and from outside: the action, its late answer, and cleaning up."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import pytest

from waymark import WorkflowFailed

from .conftest import UserProject

ACTIONS = """
    import asyncio
    from waymark import action

    SAID = []
    BEGUN = None

    @action
    async def echo(value):
        SAID.append(value)
        return value

    @action
    async def endless(name):
        SAID.append(f"{name} begins")
        if BEGUN is not None:
            BEGUN.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            SAID.append(f"{name} is cancelled")
            raise

    @action
    async def stubborn(name):
        try:
            await endless(name)
        except asyncio.CancelledError:
            return "late"
"""

FLOWS = """
    import asyncio
    from waymark import Workflow, workflow
    from acts import echo, endless, stubborn

    class Lease:
        async def __aenter__(self):
            return await echo("lease taken")
        async def __aexit__(self, *error):
            await echo("lease given back")
            await asyncio.sleep(0.01)
            await echo("and told")

    @workflow
    class Late(Workflow):
        async def run(self) -> list:
            came = []
            try:
                async with asyncio.timeout(0.05):
                    came.append(await stubborn("one"))
            except TimeoutError:
                came.append("too late")
            task = asyncio.create_task(stubborn("two"))
            await asyncio.sleep(0.05)
            came.append(task.cancel("enough"))
            try:
                came.append(await task)
            except asyncio.CancelledError as error:
                came.append(str(error))
            came.append(await echo("after"))
            await asyncio.sleep(0.1)
            return came

    @workflow
    class CleansUp(Workflow):
        async def run(self) -> None:
            try:
                async with Lease():
                    await endless("it")
            finally:
                await echo("finally")
                await asyncio.gather(echo("a"), echo("b"))

    @workflow
    class Answers(Workflow):
        async def run(self) -> list:
            try:
                await endless("it")
            except asyncio.CancelledError as error:
                return [str(error), asyncio.current_task().cancelling(), await echo("cleaned")]

    @workflow
    class Branches(Workflow):
        async def run(self) -> None:
            async def branch(name):
                try:
                    await endless(name)
                finally:
                    await echo(f"{name} cleaned")
            async with asyncio.TaskGroup() as group:
                group.create_task(branch("a"))
                group.create_task(branch("b"))
                await asyncio.sleep(1000)
"""


@pytest.fixture
def acts(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("WAYMARK_BRIDGE_IN_MEMORY")
    return project.module("acts", ACTIONS)


@pytest.fixture
def flows(project: UserProject, acts: ModuleType) -> ModuleType:
    return project.module("flows", FLOWS)


def test_an_action_is_told_and_its_late_answer_is_nobodys(acts: ModuleType, flows: ModuleType) -> None:
    assert asyncio.run(flows.Late().run()) == ["too late", True, "enough", "after"]
    cancelled = ["one begins", "one is cancelled", "two begins", "two is cancelled"]
    assert [each for each in acts.SAID if each != "after"] == cancelled and "after" in acts.SAID


async def cancelled_in_the_action(acts: ModuleType, workflow: Any, begun: int = 1) -> Any:
    """Start it, and cancel the run when its action is under way."""
    acts.BEGUN = asyncio.Event()
    handle = await workflow.start()
    while sum(each.endswith("begins") for each in acts.SAID) < begun:
        await acts.BEGUN.wait()
        acts.BEGUN.clear()
    await handle.cancel("enough")
    return await handle.result()


def test_a_run_that_is_cancelled_from_outside_cleans_up_to_its_end(acts: ModuleType, flows: ModuleType) -> None:
    with pytest.raises(WorkflowFailed) as caught:
        asyncio.run(cancelled_in_the_action(acts, flows.CleansUp()))
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)
    assert str(caught.value.__cause__) == "enough"
    assert acts.SAID[:2] == ["lease taken", "it begins"]
    assert acts.SAID[2:] == ["it is cancelled", "lease given back", "and told", "finally", "a", "b"]


def test_a_run_may_answer_its_cancellation(acts: ModuleType, flows: ModuleType) -> None:
    assert asyncio.run(cancelled_in_the_action(acts, flows.Answers())) == ["enough", 1, "cleaned"]


def test_a_cancellation_reaches_every_branch(acts: ModuleType, flows: ModuleType) -> None:
    with pytest.raises(WorkflowFailed):
        asyncio.run(cancelled_in_the_action(acts, flows.Branches(), begun=2))
    assert sorted(acts.SAID[2:]) == ["a cleaned", "a is cancelled", "b cleaned", "b is cancelled"]
