"""Under pytest a workflow runs in the caller's process: no database, time is skipped, actions can be replaced."""

from __future__ import annotations

import asyncio
import time
from types import ModuleType

import pytest

import waymark
from waymark import WorkflowFailed
from waymark.default import is_in_memory
from waymark.runtime.store.memory import MemoryStore

from .conftest import UserProject

ACTIONS = """
    from waymark import action

    @action
    async def charge(order_id: int) -> str:
        return f"charged {order_id}"
"""

FLOWS = """
    import asyncio
    import waymark
    from waymark import Workflow, workflow
    from shop_actions import charge as pay

    @workflow
    class Month(Workflow):
        async def run(self, order_id: int) -> list:
            began = waymark.now()
            await asyncio.sleep(30 * 24 * 3600)
            said = await pay(order_id)
            await asyncio.sleep(30 * 24 * 3600)
            return [said, (waymark.now() - began).days]

    @workflow
    class Fails(Workflow):
        async def run(self) -> None:
            raise LookupError("nothing there")
"""


@pytest.fixture
def flows(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("WAYMARK_BRIDGE_IN_MEMORY")
    project.module("shop_actions", ACTIONS)
    return project.module("shop_flows", FLOWS)


def test_a_workflow_that_sleeps_two_months_ends_at_once(flows: ModuleType) -> None:
    before = time.monotonic()
    assert asyncio.run(flows.Month().run(7)) == ["charged 7", 60]
    assert time.monotonic() - before < 60


def test_a_failure_is_the_callers(flows: ModuleType) -> None:
    with pytest.raises(WorkflowFailed) as caught:
        asyncio.run(flows.Fails().run())
    assert isinstance(caught.value.__cause__, LookupError)


@pytest.mark.parametrize(("module", "name"), [("shop_actions", "charge"), ("shop_flows", "pay")])
def test_an_action_that_a_test_replaces_is_the_one_that_runs(
    flows: ModuleType, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    async def fake(order_id: int) -> str:
        return f"not charged {order_id}"

    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.{name}", fake)
        assert asyncio.run(flows.Month().run(7)) == ["not charged 7", 60]
    assert asyncio.run(flows.Month().run(8)) == ["charged 8", 60]


def test_time_is_skipped_only_while_somebody_waits_for_a_result(flows: ModuleType) -> None:
    async def main() -> None:
        handle = await flows.Month().start(7)
        await asyncio.sleep(0.2)
        assert await handle.status() == "running"
        await handle.cancel("not wanted")
        with pytest.raises(WorkflowFailed) as caught:
            await handle.result()
        assert isinstance(caught.value.__cause__, asyncio.CancelledError)

    asyncio.run(main())


def test_many_at_a_time_share_one_engine(flows: ModuleType) -> None:
    async def main() -> list[object]:
        return await asyncio.gather(*(flows.Month().run(order) for order in range(20)))

    assert asyncio.run(main()) == [[f"charged {order}", 60] for order in range(20)]


def test_closing_by_hand_forgets_all_runs(flows: ModuleType) -> None:
    async def main() -> None:
        handle = await flows.Month().start(7, id="order-7")
        await waymark.close()
        again = await flows.Month().start(8, id="order-7")
        assert again.ref != handle.ref
        assert await again.result() == ["charged 8", 60]

    asyncio.run(main())


def test_who_waits_learns_that_the_engine_has_failed(flows: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise AssertionError("a defect of the store")

    async def main() -> None:
        handle = await flows.Month().start(7)
        monkeypatch.setattr(MemoryStore, "commit", broken)
        with pytest.raises(Exception, match="the engine inside this process has failed"):
            await asyncio.wait_for(handle.result(), 10)
        with pytest.raises(Exception, match="the engine inside this process has failed"):
            await waymark.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, False),
        ({"PYTEST_CURRENT_TEST": "test_it"}, True),
        ({"PYTEST_CURRENT_TEST": "test_it", "WAYMARK_DATABASE_URL": "postgresql://db/app"}, True),
        ({"PYTEST_CURRENT_TEST": "test_it", "WAYMARK_BRIDGE_IN_MEMORY": "0"}, False),
        ({"WAYMARK_BRIDGE_IN_MEMORY": "TRUE"}, True),
        ({"WAYMARK_BRIDGE_IN_MEMORY": " "}, False),
    ],
)
def test_where_there_is_no_database(environ: dict[str, str], expected: bool) -> None:
    assert is_in_memory(environ) is expected


def test_another_value_is_told() -> None:
    with pytest.raises(waymark.ConfigurationError, match="WAYMARK_BRIDGE_IN_MEMORY is 'maybe'; it takes 1, true"):
        is_in_memory({"WAYMARK_BRIDGE_IN_MEMORY": "maybe"})
