"""What a run waits for beside actions, on an engine: a time of the clock, and messages that do not come."""

from __future__ import annotations

import asyncio

import pytest

import waymark

from .conftest import UserProject

FLOWS = """
    import waymark
    from datetime import timedelta
    from waymark import Workflow, workflow

    @workflow
    class Waits(Workflow):
        async def run(self) -> list:
            began = waymark.now()
            await waymark.sleep_until(began + timedelta(days=30))
            try:
                await self.receive("approval", timeout=timedelta(days=7))
            except TimeoutError as error:
                return [str(error), (waymark.now() - began).days]
"""


def test_a_run_sleeps_until_a_time_and_gives_up_waiting_for_a_message(
    project: UserProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAYMARK_BRIDGE_IN_MEMORY")
    flows = project.module("shop_waits", FLOWS)
    assert asyncio.run(flows.Waits().run()) == ["no message 'approval' came in time", 37]


def test_outside_of_a_run_there_are_no_messages() -> None:
    class Flow(waymark.Workflow):
        async def run(self) -> None: ...

    with pytest.raises(RuntimeError, match="a run receives messages"):
        asyncio.run(Flow().receive("topic"))


def test_outside_of_a_run_sleeping_until_a_time_that_is_over_ends_at_once() -> None:
    asyncio.run(waymark.sleep_until(waymark.now()))


def test_outside_of_a_run_a_time_has_a_zone_too() -> None:
    with pytest.raises(ValueError, match="with a time zone"):
        asyncio.run(waymark.sleep_until(waymark.now().replace(tzinfo=None)))
