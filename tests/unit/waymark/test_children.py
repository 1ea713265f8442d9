"""Runs that start others: their outcomes, their failures, and what becomes of them with the run that started them."""

from __future__ import annotations

import asyncio
from types import ModuleType

import pytest

import waymark
from waymark import WorkflowFailed

from .conftest import UserProject

CHILDREN = """
    import asyncio
    import dataclasses
    from waymark import Workflow, workflow

    @dataclasses.dataclass
    class Order:
        number: int

    @workflow
    class Child(Workflow):
        async def run(self, n: int, factor: int = 10) -> int:
            if n == 0:
                raise LookupError("zero")
            return n * factor

    @workflow
    class Named(Workflow):
        name = "orders.named"

        async def run(self, order: Order) -> Order:
            self.set_status(f"order {order.number} in {self.id}")
            return Order(order.number + 1)

    @workflow
    class Waits(Workflow):
        async def run(self) -> str:
            try:
                return await self.receive("word")
            finally:
                self.set_status("over")
"""

FLOWS = """
    import asyncio
    import children
    from waymark import Workflow, WorkflowFailed, action, workflow
    from children import Child, Named, Order, Waits

    @workflow
    class Awaits(Workflow):
        async def run(self) -> list:
            one = await Child().run(1)
            several = await asyncio.gather(*[Child().run(n, factor=2) for n in range(1, 4)])
            order = await children.Named().run(Order(7))
            return [one, several, order.number, type(order) is Order]

    @workflow
    class Fails(Workflow):
        async def run(self, caught: bool) -> str:
            if not caught:
                await Child().run(0)
            try:
                await Child().run(0)
            except WorkflowFailed as failed:
                cause = failed.__cause__
                return f"{failed.workflow} {type(cause).__name__}: {cause}"

    @workflow
    class Holds(Workflow):
        async def run(self) -> list:
            first = await Child().start(3, id="three")
            again = await Child().start(4, id="three")
            waits = await Waits().start(id="waits")
            await waits.send("word", "said")
            return [first.id, await first.result(), await again.result(), await waits.result(), repr(first)]

    @workflow
    class Cancels(Workflow):
        async def run(self) -> list:
            handle = await Waits().start(id="cancelled")
            try:
                async with asyncio.timeout(3600):
                    await handle.result()
            except TimeoutError:
                await handle.cancel("enough")
            try:
                return [await handle.result()]
            except WorkflowFailed as failed:
                return [type(failed.__cause__).__name__, str(failed.__cause__)]

    @workflow
    class Leaves(Workflow):
        async def run(self, detached: bool) -> None:
            await Waits().start(id="left", detached=detached)
            await asyncio.sleep(10)

    @workflow
    class Counts(Workflow):
        async def run(self, n: int) -> int:
            return 1 if n == 0 else 1 + await Counts().run(n - 1)

    TRIED = []

    @action
    async def refused() -> None:
        TRIED.append(1)
        if len(TRIED) == 1:
            raise OSError("refused")

    @workflow
    class Again(Workflow):
        async def run(self) -> list:
            handle = await Waits().start()
            await asyncio.sleep(1)
            await refused()
            try:
                await handle.result()
            except WorkflowFailed as failed:
                return [type(failed.__cause__).__name__, str(failed.__cause__)]

    @workflow
    class Spread(Workflow):
        async def run(self, n: int, args: list, named: dict) -> int:
            child = Child()
            await asyncio.sleep(1)
            return await child.run(n, *args, **named)
"""


@pytest.fixture
def flows(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.delenv("WAYMARK_BRIDGE_IN_MEMORY")
    project.module("children", CHILDREN)
    return project.module("flows", FLOWS)


def test_awaiting_a_run_gives_its_result(flows: ModuleType) -> None:
    assert asyncio.run(flows.Awaits().run()) == [10, [2, 4, 6], 8, True]


def test_a_failed_child_is_a_workflow_failed_with_its_error_as_cause(flows: ModuleType) -> None:
    assert asyncio.run(flows.Fails().run(True)) == "child LookupError: zero"
    with pytest.raises(WorkflowFailed, match="zero") as failed:
        asyncio.run(flows.Fails().run(False))
    cause = failed.value.__cause__
    assert isinstance(cause, WorkflowFailed) and isinstance(cause.__cause__, LookupError)


def test_a_handle_names_a_run_sends_to_it_and_waits_for_it(flows: ModuleType) -> None:
    assert asyncio.run(flows.Holds().run()) == ["three", 30, 30, "said", "<run 'three' of 'child'>"]


def test_who_stops_waiting_leaves_the_run_alone_and_may_cancel_it(flows: ModuleType) -> None:
    assert asyncio.run(flows.Cancels().run()) == ["CancelledError", "enough"]


async def _left(flows: ModuleType, detached: bool) -> str:
    await flows.Leaves().run(detached)
    handle = sys_modules("children").Waits.handle("left")
    try:
        if detached:
            await handle.send("word", "still here")
        return str(await handle.result())
    except WorkflowFailed as failed:
        return f"{type(failed.__cause__).__name__}: {failed.__cause__}"
    finally:
        await waymark.close()


def sys_modules(name: str) -> ModuleType:
    import sys

    return sys.modules[name]


def test_a_child_ends_with_the_run_that_started_it_unless_it_is_detached(flows: ModuleType) -> None:
    over = "CancelledError: the run that started it has ended"
    assert asyncio.run(_left(flows, detached=False)) == over
    assert asyncio.run(_left(flows, detached=True)) == "still here"


def test_a_workflow_may_start_runs_of_itself(flows: ModuleType) -> None:
    assert asyncio.run(flows.Counts().run(5)) == 6


def test_arguments_are_given_as_to_any_call(flows: ModuleType) -> None:
    assert asyncio.run(flows.Spread().run(2, [], {"factor": 3})) == 6
    with pytest.raises(WorkflowFailed, match="takes from 2 to 3 positional arguments but 4 were given"):
        asyncio.run(flows.Spread().run(2, [1, 2], {}))


def test_a_run_knows_its_id_and_says_how_far_it_is(flows: ModuleType) -> None:
    async def main() -> object:
        children = sys_modules("children")
        handle = await children.Named().start(children.Order(1), id="order-1")
        await handle.result()
        store = await (await waymark.default.default_client()).opened()
        row = await store.run_row(await store.find_run("orders.named", "order-1"))
        await waymark.close()
        return row.status_text

    assert asyncio.run(main()) == "order 1 in order-1"


async def taken_up_again(handle: waymark.Handle[object]) -> None:
    for _ in range(10_000):
        if await handle.status() != "failed":
            return
        await asyncio.sleep(0)
    pytest.fail("no engine has taken the run up again")


def test_a_run_that_is_tried_again_learns_what_became_of_its_children(flows: ModuleType) -> None:
    async def main() -> object:
        handle = await flows.Again().start()
        with pytest.raises(WorkflowFailed):
            await handle.result()
        await handle.retry()
        await taken_up_again(handle)
        try:
            return await handle.result()
        finally:
            await waymark.close()

    assert asyncio.run(main()) == ["CancelledError", "the run that started it has ended"]
