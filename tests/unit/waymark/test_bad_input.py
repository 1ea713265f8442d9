"""What users get wrong, from the start of a run to its result: one family of exceptions, each says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import waymark
from waymark.testing import Stage

from .conftest import UserProject

FLOWS = """
    import asyncio
    from typing import Annotated
    from waymark import Depends, RetryPolicy, Workflow, action, current_action, workflow

    MB = 1_000_000

    def stubborn():
        yield 1
        raise OSError("cannot be closed")

    @action
    async def tidy(n: Annotated[int, Depends(stubborn)]) -> int:
        return n

    @action
    async def large(megabytes: int) -> bytes:
        return bytes(megabytes * MB)

    @action
    async def measure(data: list[bytes]) -> int:
        return len(data)

    @action
    async def busy() -> int:
        current_action().retry_after(3600)
        if current_action().attempt < 2:
            raise ConnectionError("busy")
        return current_action().attempt

    @workflow
    class Tidy(Workflow):
        async def run(self) -> int:
            return await tidy()

    @workflow
    class Large(Workflow):
        async def run(self, megabytes: int) -> int | str:
            try:
                return len(await large(megabytes))
            except TypeError as error:
                return str(error)

    @workflow
    class Returns(Workflow):
        async def run(self, megabytes: int) -> list[bytes]:
            return [await large(megabytes), await large(megabytes)]

    @workflow
    class Gives(Workflow):
        async def run(self, megabytes: int) -> int:
            return await measure([await large(megabytes), await large(megabytes)])

    @workflow
    class Takes(Workflow):
        async def run(self, data: bytes) -> int:
            return len(data)

    @workflow
    class Busy(Workflow):
        async def run(self) -> int:
            return await self.run_action(busy(), retry=RetryPolicy(attempts=3))
"""
ODD_IDS = [
    " ",
    "a b",
    "a/b",
    "/",
    "..",
    "%2e",
    "'; drop table runs; --",
    '"',
    "\n",
    "\t\x7f",
    "\u202eabc",
    "é",
    "e\u0301",
]
ODD_IDS += ["\U0001f600", "nul\\0", "{}", "$1", "-h", "x" * 900]


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


@pytest.fixture
def shop(project: UserProject, stage: Stage) -> ModuleType:
    return project.module("shop_wrong", FLOWS)


def test_a_provider_that_raises_in_clean_up_fails_the_run_with_that(shop: ModuleType, stage: Stage) -> None:
    with pytest.raises(waymark.WorkflowFailed, match="cannot be closed") as failed:
        stage.run(shop.Tidy().run())
    assert isinstance(failed.value.__cause__, OSError)


def test_a_hundred_megabytes_are_refused_wherever_they_cross_and_the_size_is_said(
    shop: ModuleType, stage: Stage
) -> None:
    async def story() -> None:
        assert await shop.Large().run(1) == 1_000_000
        assert "100000007 bytes, and the most is 67108864; keep it in a file" in await shop.Large().run(100)
        with pytest.raises(waymark.Unencodable, match="keep it in a file or table"):
            await shop.Takes().run(bytes(100_000_000))
        for kind in (shop.Returns, shop.Gives):
            with pytest.raises(waymark.WorkflowFailed, match="keep it in a file or table") as told:
                await kind().run(50)
            assert isinstance(told.value.__cause__, TypeError) and "1000000" in str(told.value)

    stage.run(story())


def test_an_id_of_odd_characters_is_an_id_like_another(shop: ModuleType, stage: Stage) -> None:
    async def story() -> None:
        started = [await shop.Takes().start(b"x" * n, id=key) for n, key in enumerate(ODD_IDS)]
        assert [await handle.result() for handle in started] == list(range(len(ODD_IDS)))
        for n, key in enumerate(ODD_IDS):
            assert await shop.Takes.handle(key).result() == n
            assert (await shop.Takes().start(b"", id=key)).ref == started[n].ref
        store = (await waymark.default.default_client()).store
        from waymark.runtime.people import RunQuery

        listed = await store.list_runs(RunQuery(), 100)
        assert sorted(row.key for row in listed) == sorted(ODD_IDS)

    stage.run(story())


def test_an_action_that_asks_for_time_gets_it_on_the_runs_clock(shop: ModuleType, stage: Stage) -> None:
    async def story() -> None:
        handle = await shop.Busy().start()
        await stage.advance(minutes=59)
        assert len(stage.calls(shop.busy)) == 1 and await handle.status() == "running"
        await stage.advance(minutes=2)
        assert await handle.result() == 2

    stage.run(story())


def public_errors() -> dict[str, type[BaseException]]:
    found: dict[str, Any] = {name: getattr(waymark, name) for name in waymark.__all__}
    return {name: each for name, each in found.items() if isinstance(each, type) and issubclass(each, BaseException)}


@pytest.mark.parametrize("name", sorted(public_errors()))
def test_each_public_exception_is_of_the_family_and_a_sentence(name: str) -> None:
    kind = public_errors()[name]
    assert issubclass(kind, waymark.WaymarkError)
    first = (kind.__doc__ or "").partition("\n\n")[0]
    assert first.endswith((".", ":")) and first[0].isupper(), first


def test_what_is_wrong_with_a_call_is_of_the_family_and_a_type_error(shop: ModuleType) -> None:
    holding = shop.Takes()
    holding.note = "lost"
    wrong: list[Any] = [
        lambda: shop.Takes(7),
        lambda: asyncio.run(shop.Takes.run(7)),
        lambda: asyncio.run(shop.Takes().run()),
        lambda: asyncio.run(shop.Takes().run(b"", b"")),
        lambda: asyncio.run(shop.Takes().run(dta=b"")),
        lambda: asyncio.run(shop.Takes().run(7)),
        lambda: asyncio.run(holding.run(b"")),
    ]
    for call in wrong:
        with pytest.raises(waymark.BadArguments) as raised:
            call()
        assert isinstance(raised.value, waymark.WaymarkError) and isinstance(raised.value, TypeError)
