"""Classes, or parts of the machine, are gone or have changed while a run waited: it is parked, and goes on later."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from waymark.client import Handle
from waymark.default import use_store
from waymark.exceptions import WorkflowParked
from waymark.runtime.store.memory import MemoryStore
from waymark.vm.snapshot import leaves

from .conftest import UserProject
from .running import DEADLINE_S, engine_on, memory_store, run

SHOP = """
    import asyncio
    from dataclasses import dataclass

    from waymark import Workflow, action, workflow

    FOUND = []
    HELD, FREED = asyncio.Event(), asyncio.Event()

    @dataclass
    class Order:
        number: int
        lines: int = 0

    class Declined(Exception):
        pass

    @action
    async def find(number: int) -> Order:
        FOUND.append(number)
        return globals()["Order"](number)

    @action
    async def hold() -> int:
        HELD.set()
        await FREED.wait()
        return 1

    @workflow
    class Search(Workflow):
        async def run(self, number: int) -> object:
            before = [Order(1, 2)]
            try:
                found = await find(number)
            except Exception:
                return "the program never sees what did not fit"
            return found.number, before[0].lines, type(found) is type(before[0])

    @workflow
    class Holding(Workflow):
        async def run(self) -> object:
            kind = type(None)
            return await hold(), kind is type(None)
"""


@pytest.fixture
def shop(project: UserProject) -> ModuleType:
    return project.module("shop", SHOP)


async def reason_of(handle: Handle) -> str:
    with pytest.raises(WorkflowParked):
        await handle.result(timeout=DEADLINE_S)
    reason = (await handle.stored()).reason
    assert reason is not None
    return reason


CHANGED = {
    "lost a field": (
        "@dataclass\nclass Order:\n    number: int\n    size: int = 3\n",
        "Order has the fields number, lines; what came has number, size",
    ),
    "vanished": (
        "@dataclass\nclass Purchase:\n    number: int\nOrder = Purchase\n",
        "there is no class shop:Purchase here: the program has no Purchase of module shop; name it in what the "
        "workflow uses",
    ),
}


@pytest.mark.parametrize("what", list(CHANGED))
def test_a_result_of_a_class_that_the_run_does_not_have_parks_it_until_the_worker_has_the_right_one(
    shop: ModuleType, tmp_path: Path, what: str
) -> None:
    right: Any = shop.Order
    code, said = CHANGED[what]
    exec(code, vars(shop))

    async def test(store: MemoryStore) -> None:
        handle = await shop.Search().start(7)
        assert await reason_of(handle) == (
            f"the result of action shop:find does not fit the classes of the run: {said}; give its workers the classes "
            "of the run, and resume it: the action runs again"
        )
        shop.Order = right
        await handle.resume()
        assert await handle.result(timeout=DEADLINE_S) == (7, 2, True)
        assert shop.FOUND == [7, 7], "an outcome that was never committed is asked for again"

    run(test, tmp_path)


def test_a_snapshot_that_names_what_is_not_here_parks_the_run_until_it_is(
    shop: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def until_it_is_parked_and_resumed() -> None:
        store = memory_store()
        use_store(store)
        async with engine_on(store, tmp_path):
            handle = await shop.Holding().start()
            await shop.HELD.wait()
        with monkeypatch.context() as poorer:
            poorer.delitem(leaves.NAMED, "NoneType")
            async with engine_on(store, tmp_path):
                reason = await reason_of(handle)
        assert reason == (
            "it needs type NoneType, which this waymark does not have; start an engine that has it, and resume the run"
        )
        shop.FREED.set()
        async with engine_on(store, tmp_path):
            assert await handle.status() == "parked", "nothing but `resume` takes it up again"
            await handle.resume()
            assert await handle.result(timeout=DEADLINE_S) == (1, True)

    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await until_it_is_parked_and_resumed()

    asyncio.run(within_deadline())
