"""Every method of a handle, on a run of each kind: one that nobody knows, that waits, that has ended in every way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import waymark
from waymark import Handle
from waymark.testing import Stage

from .conftest import UserProject

FLOWS = """
    import asyncio
    from waymark import Workflow, action, workflow

    @action
    async def charge(order_id: int) -> int:
        if order_id < 0:
            raise ValueError(f"no order {order_id}")
        return order_id

    @workflow
    class Order(Workflow):
        async def run(self, order_id: int) -> str:
            paid = await charge(order_id)
            self.set_status("paid")
            return f"{paid} {await self.receive('go')}"
"""

Asked = Callable[[Handle[Any]], Awaitable[Any]]
METHODS: dict[str, Asked] = {
    "result": lambda handle: handle.result(timeout=5),
    "status": lambda handle: handle.status(),
    "row": lambda handle: handle.row(),
    "stored": lambda handle: handle.stored(),
    "history": lambda handle: handle.history(),
    "inspect": lambda handle: handle.inspect(),
    "progress": lambda handle: handle.progress(),
    "cancel": lambda handle: handle.cancel("no more"),
    "pause": lambda handle: handle.pause(),
    "resume": lambda handle: handle.resume(),
    "retry": lambda handle: handle.retry(),
    "send": lambda handle: handle.send("go", 1),
}
LOOKING = ("status", "row", "stored", "history", "inspect", "progress")


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


@pytest.fixture
def shop(project: UserProject, stage: Stage) -> ModuleType:
    return project.module("shop_methods", FLOWS)


def test_every_public_method_is_in_the_table() -> None:
    assert set(METHODS) == {name for name in dir(Handle) if not name.startswith("_")} - {"ref"}


@pytest.mark.parametrize("method", METHODS)
def test_a_run_that_nobody_started_is_unknown_to_every_method(shop: ModuleType, stage: Stage, method: str) -> None:
    async def story() -> None:
        with pytest.raises(waymark.UnknownRun, match="workflow 'order' has no run with the id 'gone'") as unknown:
            await METHODS[method](shop.Order.handle("gone"))
        assert isinstance(unknown.value, waymark.WaymarkError)

    stage.run(story())


async def ended(shop: ModuleType, how: str) -> Handle[Any]:
    handle: Handle[Any] = await shop.Order().start(-1 if how == "failed" else 7)
    if how == "finished":
        await handle.send("go", "on")
        assert await handle.result() == "7 on"
        return handle
    if how == "cancelled":
        await handle.cancel("enough")
    with pytest.raises(waymark.WorkflowFailed):
        await handle.result()
    return handle


@pytest.mark.parametrize("how", ["finished", "failed", "cancelled"])
def test_a_run_that_has_ended_is_looked_at_and_takes_nothing(shop: ModuleType, stage: Stage, how: str) -> None:
    async def story() -> None:
        handle = await ended(shop, how)
        status = "finished" if how == "finished" else "failed"
        assert await handle.status() == (await handle.row()).status == (await handle.stored()).status == status
        stands = [line.function for fiber in (await handle.inspect()).fibers for line in fiber.lines]
        assert stands == (["Order.run"] if how == "failed" else []), "where a retry would begin"
        progress = await handle.progress()
        assert (progress.status, progress.calls_open) == (status, ())
        assert {event.kind for event in await handle.history()} <= {"call", "message", "cancel"}
        for method in set(METHODS) - set(LOOKING) - {"result", "retry"}:
            with pytest.raises(waymark.RunEnded, match=f"has {status}"):
                await METHODS[method](handle)
        if how == "failed":
            await handle.retry()
        else:
            with pytest.raises(waymark.NotFailed, match="Only a run that raised is"):
                await handle.retry()

    stage.run(story())


def test_a_run_that_waits_takes_everything_that_makes_sense_and_takes_it_twice(shop: ModuleType, stage: Stage) -> None:
    async def story() -> None:
        handle = await shop.Order().start(7)
        await stage.settle()
        assert ((await handle.status()).text, (await handle.progress()).calls_done) == ("paid", 1)
        for method, kind in (("resume", waymark.NotPaused), ("retry", waymark.NotFailed)):
            with pytest.raises(kind):
                await METHODS[method](handle)
        await handle.pause()
        await handle.pause()
        await stage.settle()
        assert await handle.status() == "paused"
        for method in LOOKING:
            await METHODS[method](handle)
        await handle.cancel("once")
        await handle.cancel("twice")
        await stage.settle()
        with pytest.raises(waymark.WorkflowFailed, match="once") as failed:
            await handle.result()
        assert isinstance(failed.value.__cause__, asyncio.CancelledError)
        kinds = [event.kind for event in await handle.history()]
        assert kinds == ["call", "pause", "pause", "cancel", "cancel"]

    stage.run(story())
