"""A run in the hand: started in every way, asked, steered, and what is said where that makes no sense."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

import waymark
from waymark import Handle

from .conftest import UserProject

FLOWS = """
    import asyncio
    from waymark import Workflow, action, workflow

    TRIES = []

    @action
    async def charge(order_id: int) -> bool:
        return True

    @action
    async def fragile(order_id: int) -> str:
        TRIES.append(order_id)
        if len(TRIES) < 2:
            raise ConnectionError("not yet")
        return f"order {order_id} at try {len(TRIES)}"

    @workflow
    class Order(Workflow):
        async def run(self, order_id: int) -> str:
            paid = 0
            for hour in range(2):
                await asyncio.sleep(3600)
                paid += await charge(order_id)
            note = await self.receive("go")
            return f"{order_id} {paid} {note}"

    @workflow
    class Fragile(Workflow):
        async def run(self, order_id: int) -> str:
            await charge(order_id)
            return await fragile(order_id)
"""

Test = Callable[[ModuleType], Coroutine[Any, Any, None]]


@pytest.fixture
def shop(project: UserProject, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("WAYMARK_BRIDGE_IN_MEMORY", "1")
    return project.module("shop_handles", FLOWS)


async def until(asked: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await asked():  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.002)


async def has_status(handle: Handle[Any], status: str) -> bool:
    return await handle.status() == status


async def has_begun(handle: Handle[Any]) -> bool:
    return bool((await handle.inspect()).fibers)


def test_an_id_gives_the_run_that_is_there_or_refuses_or_starts_anew_when_that_has_ended(shop: ModuleType) -> None:
    async def main() -> None:
        first = await shop.Order().start(7, id="order-7")
        assert (await shop.Order().start(8, id="order-7")).ref == first.ref
        for policy in ("reject", "replace"):
            with pytest.raises(waymark.RunExists, match="has a run with the id 'order-7' already"):
                await shop.Order().start(8, id="order-7", on_conflict=policy)
        await first.send("go", "first")
        assert await first.result() == "7 2 first"
        with pytest.raises(waymark.RunExists):
            await shop.Order().start(8, id="order-7", on_conflict="reject")
        second = await shop.Order().start(8, id="order-7", on_conflict="replace")
        await second.send("go", "second")
        assert await second.result() == "8 2 second"
        assert await first.result() == "7 2 first"
        assert await shop.Order.handle("order-7").result() == "8 2 second"

    asyncio.run(main())


def test_many_are_started_at_once_in_their_order(shop: ModuleType) -> None:
    async def main() -> None:
        handles = await shop.Order.start_many([{"order_id": n} for n in range(40)], ids=[f"n{n}" for n in range(40)])
        assert await shop.Order.start_many([]) == []
        for handle in handles:
            await handle.send("go", handle.id)
        assert [await handle.result() for handle in handles] == [f"{n} 2 n{n}" for n in range(40)]

    asyncio.run(main())


def test_a_run_begins_later_and_has_a_time_of_its_own(shop: ModuleType) -> None:
    async def main() -> None:
        later = await shop.Order().start(7, delay=timedelta(days=30), tags=["mail", "mail"], priority=3)
        row = await later.row()
        assert (row.status, row.tags, row.priority, row.started_at) == ("queued", ("mail",), 3, None)
        await later.send("go", "late")
        assert await later.result() == "7 2 late"
        row = await later.row()
        assert row.started_at is not None and row.started_at - row.created_at >= 30 * 86_400 * 1_000_000
        at = datetime.now(UTC) + timedelta(days=60)
        timed = await shop.Order().start(8, at=at, timeout=60)
        with pytest.raises(waymark.WorkflowFailed, match="the time that the run was given is over") as failed:
            await timed.result()
        assert isinstance(failed.value.__cause__, asyncio.CancelledError)

    asyncio.run(main())


def test_a_run_is_looked_at_where_it_stands(shop: ModuleType) -> None:
    async def main() -> None:
        handle = await shop.Order().start(7)
        await until(lambda: has_begun(handle))
        standing = await handle.inspect()
        (fiber,) = standing.fibers
        (line,) = fiber.lines
        text = FLOWS.splitlines()
        assert text[line.line - 1].strip() == "await asyncio.sleep(3600)"
        assert (line.function, line.locals["order_id"], line.locals["paid"]) == ("Order.run", "7", "0")
        assert fiber.awaits.startswith("a timer at") and fiber.since == standing.now
        assert standing.next_at == standing.now + 3_600_000_000
        progress = await handle.progress()
        assert (progress.status, progress.calls_done, progress.calls_open) == ("running", 0, ())
        await handle.send("go", 1)
        await handle.result()
        assert (await handle.inspect()).fibers == ()
        kinds = [(event.kind, event.name.rpartition(":")[2], event.value) for event in await handle.history()]
        assert [each for each in kinds if each[0] == "call"] == [("call", "charge", True)] * 2
        assert [each[0] for each in kinds if each[0] != "call"] == ["message"]

    asyncio.run(main())


def test_a_run_is_paused_and_resumed_and_a_failed_one_is_tried_again(shop: ModuleType) -> None:
    async def main() -> None:
        handle = await shop.Order().start(7)
        await handle.pause()
        await handle.resume()
        await handle.pause()
        await until(lambda: has_status(handle, "paused"))
        await handle.pause()
        await handle.resume()
        await handle.send("go", "on")
        assert await handle.result() == "7 2 on"
        failing = await shop.Fragile().start(9)
        with pytest.raises(waymark.WorkflowFailed, match="not yet"):
            await failing.result()
        await failing.retry()
        assert await failing.result(timeout=20) == "order 9 at try 2", "and not the failure that was there before"
        assert [event.kind for event in await failing.history()] == ["call", "call", "retry"]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        (lambda shop: shop.Order.handle("gone").result(), waymark.UnknownRun, "no run with the id 'gone'"),
        (lambda shop: shop.Order.handle("x\0y").status(), waymark.UnknownRun, "no run with the id"),
        (
            lambda shop: shop.Order().start(),
            waymark.BadArguments,
            r"missing 1 required positional argument: 'order_id'",
        ),
        (lambda shop: shop.Order().start(7, 8), waymark.BadArguments, "takes 2 positional arguments but 3 were given"),
        (lambda shop: shop.Order().start("x"), waymark.BadArguments, "order_id: expected int, got str"),
        (lambda shop: shop.Order().start(7, id=""), waymark.BadId, "a text that is not empty"),
        (lambda shop: shop.Order().start(7, id=7), waymark.BadId, "a text that is not empty"),
        (lambda shop: shop.Order().start(7, id="a\0b"), waymark.BadId, "holds a NUL"),
        (lambda shop: shop.Order().start(7, id="\ud800"), waymark.BadId, "half a surrogate pair"),
        (lambda shop: shop.Order().start(7, id="x" * 10_000), waymark.BadId, "longer than 1000 bytes"),
        (lambda shop: shop.Order().start(7, priority="high"), waymark.BadOption, "priority= is a whole number"),
        (lambda shop: shop.Order().start(7, delay=-1), waymark.BadOption, "delay= is a time that is not negative"),
        (lambda shop: shop.Order().start(7, delay=float("nan")), waymark.BadOption, "delay= is a time"),
        (lambda shop: shop.Order().start(7, timeout=0), waymark.BadOption, "timeout= is a time that passes"),
        (lambda shop: shop.Order().start(7, at=datetime(2030, 1, 1)), waymark.BadOption, "with a time zone"),
        (
            lambda shop: shop.Order().start(7, at=datetime.now(UTC), delay=1),
            waymark.BadOption,
            "give delay= or at=, and not both",
        ),
        (lambda shop: shop.Order().start(7, tags="mail"), waymark.BadOption, "tags= is a list of texts"),
        (lambda shop: shop.Order().start(7, tags=["a\0"]), waymark.BadId, "the tag"),
        (lambda shop: shop.Order().start(7, on_conflict="ignore"), waymark.BadOption, "on_conflict= is"),
        (lambda shop: shop.Order().start(7, client="postgresql://a"), waymark.BadOption, "such as waymark.Client"),
        (lambda shop: shop.Order.start_many([7]), waymark.BadArguments, "as a dict by name, not 7"),
        (
            lambda shop: shop.Order.start_many([{"order_id": 1}], ids=["a", "b"]),
            waymark.BadOption,
            "1 inputs and 2 ids",
        ),
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence(
    shop: ModuleType, asked: Callable[[ModuleType], Awaitable[Any]], kind: type[Exception], said: str
) -> None:
    async def main() -> None:
        with pytest.raises(kind, match=said) as caught:
            await asked(shop)
        assert isinstance(caught.value, waymark.WaymarkError)

    asyncio.run(main())


def test_a_run_that_has_ended_takes_nothing_any_more(shop: ModuleType) -> None:
    async def main() -> None:
        handle = await shop.Order().start(7)
        with pytest.raises(waymark.NotPaused, match="neither paused nor parked"):
            await handle.resume()
        with pytest.raises(waymark.NotFailed, match="Only a run that raised"):
            await handle.retry()
        with pytest.raises(waymark.NotEnded, match="it goes on, ask again"):
            await handle.result(timeout=0)
        with pytest.raises(waymark.Unencodable, match="message"):
            await handle.send("go", lambda: 1)
        with pytest.raises(waymark.Unencodable, match="keep it in a file or table"):
            await handle.send("go", b"x" * (65 << 20))
        await handle.cancel("enough")
        with pytest.raises(waymark.WorkflowFailed, match="enough"):
            await handle.result()
        for asked in (handle.cancel(), handle.pause(), handle.resume(), handle.send("go")):
            with pytest.raises(waymark.RunEnded, match="has failed"):
                await asked
        with pytest.raises(waymark.NotFailed, match="it was cancelled"):
            await handle.retry()

    asyncio.run(main())


def test_run_does_not_wait_where_it_is_told_so(shop: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        key = await shop.Order().run(7, _blocking=False, _priority=5)
        assert (await shop.Order.handle(key).row()).priority == 5
        monkeypatch.setenv("WAYMARK_SKIP_WAIT_FOR_INSTANCE", "true")
        assert isinstance(await shop.Order().run(7), str)
        monkeypatch.setenv("WAYMARK_SKIP_WAIT_FOR_INSTANCE", "perhaps")
        with pytest.raises(waymark.ConfigurationError, match="WAYMARK_SKIP_WAIT_FOR_INSTANCE is 'perhaps'; it takes 1"):
            await shop.Order().run(7)

    asyncio.run(main())
