"""From `run()` to the result, on an engine in this process."""

from __future__ import annotations

import asyncio
import copy
import re
from pathlib import Path
from types import ModuleType

import pytest

from waymark import WorkflowFailed, WorkflowParked
from waymark.client import Client
from waymark.default import use_store
from waymark.runtime.model import Status
from waymark.runtime.store.memory import MemoryStore
from waymark.workflow import compiled_of

from .conftest import UserProject
from .running import memory_store, run

SHOP = """
    import asyncio
    from waymark import Workflow, action, workflow

    class Declined(ValueError): ...

    calls = []

    @action
    async def charge(order_id: int, attempt: int) -> bool:
        calls.append(order_id)
        if order_id < 0:
            raise Declined("no such order", order_id)
        return attempt > 0

    @workflow
    class Checkout(Workflow):
        async def run(self, order_id: int, pause: float = 3600) -> str:
            for attempt in range(3):
                if await charge(order_id, attempt=attempt):
                    return "paid"
                await asyncio.sleep(pause)
            return "failed"

    @workflow
    class Echo(Workflow):
        async def run(self, id: str, key: int = 1) -> list:
            return [id, key]
"""


@pytest.fixture
def shop(project: UserProject) -> ModuleType:
    return project.module("shop", SHOP)


def test_run_starts_waits_and_returns(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        assert await shop.Checkout().run(order_id=7) == "paid"
        assert shop.calls == [7, 7], "an hour has been skipped in between"

    run(test, tmp_path)


def test_the_same_id_gives_the_same_run(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        first = await shop.Checkout().start(7, id="order-7")
        second = await shop.Checkout().start(order_id=8, id="order-7")
        assert first.ref == second.ref and second.id == "order-7"
        assert repr(second) == "<run 'order-7' of 'checkout'>"
        assert await first.result() == await second.result() == "paid"
        assert await (await shop.Checkout().start(7, id="order-7")).result() == "paid"
        assert shop.calls == [7, 7] and await second.status() == "finished"

    run(test, tmp_path)


def test_without_an_id_every_start_is_a_run_of_its_own(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        handles = [await shop.Checkout().start(7) for _ in range(3)]
        assert len({handle.ref for handle in handles}) == len({handle.id for handle in handles}) == 3

    run(test, tmp_path)


def test_a_parameter_of_run_may_be_called_id(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        assert await shop.Echo().run(id="of the user", key=2) == ["of the user", 2]
        handle = await shop.Echo().start("of the user", id="of the run")
        assert handle.id == "of the run" and await handle.result() == ["of the user", 1]

    run(test, tmp_path)


@pytest.mark.parametrize("key", ["", 7, b"x"])
def test_an_id_is_text(shop: ModuleType, tmp_path: Path, key: object) -> None:
    async def test(store: MemoryStore) -> None:
        with pytest.raises(
            ValueError, match=rf"^the id of a run is a text that is not empty.* not {re.escape(repr(key))}"
        ):
            await shop.Checkout().start(7, id=key)

    run(test, tmp_path)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"order_id": 2}), ((1,), {"paws": 2}), ((), {"pause": 2})],
)
def test_wrong_arguments_are_cpythons_own_type_error_where_the_caller_stands(
    shop: ModuleType, tmp_path: Path, args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    async def test(store: MemoryStore) -> None:
        with pytest.raises(TypeError) as native:
            shop.Checkout.run.__wrapped__(shop.Checkout(), *args, **kwargs)
        for call in (shop.Checkout().run, shop.Checkout().start):
            with pytest.raises(TypeError, match=f"^{re.escape(str(native.value))}$"):
                await call(*args, **kwargs)
        assert not shop.calls

    run(test, tmp_path)


def test_an_argument_that_cannot_travel_is_refused_with_its_path(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        with pytest.raises(TypeError, match=r"^arguments.order_id\[1\]: object is not a value"):
            await Client(store).start(compiled_of(shop.Checkout), {"order_id": [1, object()]})

    run(test, tmp_path)


def test_an_argument_that_run_is_not_annotated_to_take_is_refused_with_its_path(
    shop: ModuleType, tmp_path: Path
) -> None:
    async def test(store: MemoryStore) -> None:
        said = r"^run\(\) of workflow 'checkout' is not annotated to take this: order_id: expected int, got list"
        with pytest.raises(TypeError, match=said):
            await shop.Checkout().start(order_id=[1])

    run(test, tmp_path)


def test_a_failure_has_its_cause_and_shows_the_lines_of_the_workflow(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        with pytest.raises(WorkflowFailed) as caught:
            await shop.Checkout().run(order_id=-1)
        failed = caught.value
        cause = failed.__cause__
        assert isinstance(cause, ValueError) and type(cause).__name__ == "Declined"
        assert cause.args == ("no such order", -1)
        assert failed.trace == ("shop.py:20 in Checkout.run",), "and none of the prelude"
        assert str(failed) == (
            f"workflow 'checkout', run {failed.key}, failed:\n"
            "  shop.py:20 in Checkout.run\n"
            "  Declined: ('no such order', -1)"
        )
        assert isinstance(failed, RuntimeError), "as users of the earlier Waymark catch it"

    run(test, tmp_path)


def test_failures_can_be_copied_and_so_pickled() -> None:
    failed = copy.copy(WorkflowFailed("w", "k", ValueError("boom"), ("shop.py:1 in f",)))
    assert str(failed) == "workflow 'w', run k, failed:\n  shop.py:1 in f\n  ValueError: boom"
    assert type(failed.__cause__) is ValueError
    parked = copy.copy(WorkflowParked("w", "k", "the unit is missing"))
    assert str(parked) == "workflow 'w', run k, is parked, and nothing of it is lost: the unit is missing"


def test_a_cancelled_run_fails_with_cancelled_error(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        handle = await shop.Checkout().start(order_id=7, id="to be cancelled")
        await handle.cancel("enough")
        with pytest.raises(WorkflowFailed) as caught:
            await handle.result()
        assert isinstance(caught.value.__cause__, asyncio.CancelledError)
        assert await handle.status() == "failed"

    run(test, tmp_path)


def test_waiting_may_end_before_the_run_does(shop: ModuleType) -> None:
    async def test() -> None:
        use_store(memory_store())  # and no engine
        handle = await shop.Checkout().start(order_id=7, id="order-7")
        assert await handle.status() == "queued"
        for timeout in (0, -1, 0.01):
            message = rf"^<run 'order-7' of 'checkout'> has not ended within {timeout} s; it goes on, ask again$"
            with pytest.raises(TimeoutError, match=message):
                await handle.result(timeout=timeout)

    asyncio.run(test())


def test_a_result_that_is_there_needs_no_time(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        handle = await shop.Checkout().start(order_id=7)
        await handle.result()
        assert await handle.result(timeout=0) == "paid"

    run(test, tmp_path)


def test_a_parked_run_says_so_to_whoever_waits(shop: ModuleType, tmp_path: Path) -> None:
    async def test(store: MemoryStore) -> None:
        compiled = compiled_of(shop.Checkout)
        client = Client(store)
        client._uploaded.add((compiled.name, compiled.entry))  # the units never reach the store
        handle = await client.start(compiled, {"order_id": 7}, "order-7")
        with pytest.raises(
            WorkflowParked, match=r"^workflow 'checkout', run order-7, is parked, and nothing of it is los"
        ):
            await handle.result()
        assert await handle.status() == Status.PARKED

    run(test, tmp_path)
