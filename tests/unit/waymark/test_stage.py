"""`waymark.testing`: time that a test moves, outcomes that it writes down, failures that it plants."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType

import pytest
from pace import is_within

import waymark
from waymark.testing import Call, Stage

from .conftest import UserProject

FLOWS = """
    import asyncio
    from datetime import timedelta
    from waymark import Workflow, action, workflow

    @action
    async def send_mail(to: str, subject: str = "reminder") -> str:
        raise AssertionError("a test sends no mail")

    @action
    async def add(a: int, b: int) -> int:
        return a + b

    @workflow
    class Reminder(Workflow):
        async def run(self, to: str) -> list[str]:
            sent = []
            for month in range(3):
                await asyncio.sleep(timedelta(days=30).total_seconds())
                try:
                    sent.append(await send_mail(to, subject=f"month {month}"))
                except ConnectionError as error:
                    sent.append(str(error))
            return sent

    @workflow
    class Sums(Workflow):
        async def run(self, count: int) -> list[int]:
            return await asyncio.gather(*[add(n, 1) for n in range(count)])

    @workflow
    class Approval(Workflow):
        async def run(self) -> str:
            try:
                return await self.receive("approved", timeout=timedelta(days=7))
            except TimeoutError:
                return "nobody answered"
"""


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


@pytest.fixture
def shop(project: UserProject, stage: Stage) -> ModuleType:
    return project.module("shop_staged", FLOWS)


def test_time_passes_as_the_test_says_and_no_faster(shop: ModuleType, stage: Stage) -> None:
    stage.on(shop.send_mail).returns("sent", "sent again")

    async def story() -> None:
        began = await stage.now()
        handle = await shop.Reminder().start("ada")
        for days, calls in ((29, 0), (2, 1), (28, 1), (0.5, 1), (1, 2)):
            await stage.advance(days=days)
            assert len(stage.calls(shop.send_mail)) == calls, days
            assert await handle.status() == "running"
        assert abs(await stage.now() - began - timedelta(days=60.5)) < timedelta(seconds=30)
        await stage.advance(timedelta(days=40))
        assert await handle.status() == "finished"
        assert await handle.result() == ["sent", "sent again", "sent again"]
        assert stage.calls(shop.send_mail)[1] == Call(("ada",), {"subject": "month 1"}, call=2)

    stage.run(story())


def test_failures_are_planted_by_call_and_attempt(shop: ModuleType, stage: Stage) -> None:
    stage.on(shop.send_mail).returns("sent").fails(ConnectionError("line is down"), call=2)

    async def story() -> None:
        handle = await shop.Reminder().start("ada")
        assert await handle.result() == ["sent", "line is down", "sent"]

    stage.run(story())


def test_a_lost_attempt_is_made_again(shop: ModuleType, stage: Stage) -> None:
    stage.on("shop_staged:add").is_lost(call=2).is_lost(call=2, attempt=2)

    async def story() -> None:
        assert await (await shop.Sums().start(3)).result() == [1, 2, 3]
        made = sorted((each.args[0], each.attempt) for each in stage.calls(shop.add))
        assert [attempt for _, attempt in made] in ([1, 3, 1], [3, 1, 1], [1, 1, 3])

    stage.run(story())


def test_an_action_does_something_else(shop: ModuleType, stage: Stage) -> None:
    async def times(a: int, b: int) -> int:
        return 100 * a + b

    stage.on(shop.add).does(times)

    async def story() -> list[int]:
        return await shop.Sums().run(3)  # type: ignore[no-any-return]

    assert stage.run(story()) == [1, 101, 201]


def test_errors_come_before_values(shop: ModuleType, stage: Stage) -> None:
    stage.on(shop.send_mail).raises(ConnectionError, ConnectionError("busy")).returns("sent")

    async def story() -> None:
        assert await shop.Reminder().run("ada") == ["", "busy", "sent"]

    stage.run(story())


def test_messages_and_their_absence(shop: ModuleType, stage: Stage) -> None:
    async def story() -> None:
        late = await shop.Approval().start()
        answered = await shop.Approval().start()
        await stage.advance(days=6.9)
        await answered.send("approved", "yes")
        await stage.settle()
        assert (await late.status(), await answered.status()) == ("running", "finished")
        await stage.advance(hours=3)
        assert [await late.result(), await answered.result()] == ["nobody answered", "yes"]

    stage.run(story())


def test_a_workflow_of_a_month_is_tested_in_less_than_50_ms(shop: ModuleType) -> None:
    took = []
    for _ in range(5):
        began = time.process_time()  # of others' work on this machine nothing is said
        with Stage() as stage:
            stage.on(shop.send_mail).returns("sent")

            async def story(stage: Stage = stage) -> None:
                handle = await shop.Reminder().start("ada")
                await stage.advance(days=31)
                assert len(stage.calls(shop.send_mail)) == 1
                assert await handle.result() == ["sent"] * 3

            stage.run(story())
        took.append(time.process_time() - began)
        if is_within(took[-1], 0.050):
            return
    pytest.fail(f"it took {min(took):.3f} s")


def test_what_cannot_be_is_told(shop: ModuleType, stage: Stage) -> None:
    for wrong, said in (
        (lambda: stage.on("shop_staged:nothing"), "no action 'shop_staged:nothing' is registered; those that are"),
        (lambda: stage.on(print), "'print' is no action"),
        (lambda: stage.on(shop.add).returns(), "was given no value"),
        (lambda: stage.on(shop.add).raises("no"), "takes exceptions"),  # type: ignore[arg-type]
        (lambda: stage.on(shop.add).fails(OSError(), call=0), "call= is a number from 1 on"),
    ):
        with pytest.raises(waymark.WaymarkError, match=said):
            wrong()
