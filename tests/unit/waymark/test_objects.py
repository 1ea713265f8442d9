"""The workflow object: the run makes its own, and what the caller's cannot carry over is said at once."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from waymark.runtime.store.memory import MemoryStore

from .conftest import UserProject
from .running import run

SHOP = """
    from waymark import Workflow, action, workflow

    LIMITS = []

    @action
    async def charge(amount: int) -> int:
        return amount * 10

    class Shop(Workflow):
        retries = 2

        def __init__(self) -> None:
            super().__init__()
            self.seen = []

        async def attempt(self, amount: int) -> None:
            self.seen.append(await charge(amount))

    @workflow
    class Checkout(Shop):
        async def run(self, first: int, /, *more: int, limit: list = LIMITS, **named: int) -> list:
            limit.append(first)
            for amount in (first, *more):
                await self.attempt(amount)
            return [self.seen, limit, named, self.retries]

    @workflow
    class Inherited(Checkout): ...

    @workflow
    class Plain(Workflow):
        async def run(self, value: int) -> int:
            return value
"""


@pytest.fixture
def shop(project: UserProject) -> ModuleType:
    return project.module("shop", SHOP)


def test_a_run_makes_an_object_and_module_state_of_its_own(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        checkout = shop.Checkout()
        assert await checkout.run(1, 2, 3, key=4) == [[10, 20, 30], [1], {"key": 4}, 2]
        assert await checkout.run(5) == [[50], [5], {}, 2], "what the run before has changed was its own"
        assert checkout.seen == [] and shop.LIMITS == []

    run(test, tmp_path)


def test_an_inherited_run_is_the_workflows_own(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        assert await shop.Inherited().run(1, limit=[7]) == [[10], [7, 1], {}, 2]
        handle = await shop.Inherited().start(2, id="second")
        assert (handle.workflow, await handle.result()) == ("inherited", [[20], [2], {}, 2])

    run(test, tmp_path)


def test_wrong_arguments_are_pythons_own_error_at_the_caller(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        with pytest.raises(TypeError, match=r"Checkout\.run\(\) missing 1 required positional argument: 'first'"):
            await shop.Checkout().run()
        with pytest.raises(TypeError, match=r"Plain\.run\(\) got an unexpected keyword argument 'valu'"):
            await shop.Plain().run(valu=1)
        with pytest.raises(TypeError, match=r"run\(\) cannot be given an argument that is named '\*'"):
            await shop.Checkout().run(1, **{"*": 2})

    run(test, tmp_path)


def test_what_the_callers_object_holds_is_not_lost_in_silence(shop: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"^Plain\(\) takes no arguments: a run makes an object of its own"):
        shop.Plain(5)

    async def test(store: MemoryStore) -> None:
        plain = shop.Plain()
        plain.limit = 5
        with pytest.raises(TypeError, match=r"^the run makes an object of its own, which will not have limit: give it"):
            await plain.run(1)

    run(test, tmp_path)
