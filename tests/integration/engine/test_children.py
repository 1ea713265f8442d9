"""Runs that start others, over two engines on one database: wherever parent and child live, and if an engine goes."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from waymark.client import Client
from waymark.default import use_store
from waymark.registry import registry
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.workers.inline import InlineWorkers

pytestmark = pytest.mark.anyio

FLOWS = """
    import asyncio
    from waymark import RetryPolicy, BackoffPolicy, Workflow, action, workflow

    TRIED = []
    BEGUN = asyncio.Event()

    @action
    async def double(n: int) -> int:
        return 2 * n

    @action
    async def fails(n: int) -> int:
        TRIED.append(n)
        BEGUN.set()
        if len(TRIED) < n:
            raise OSError("not yet")
        return len(TRIED)

    @workflow
    class Leaf(Workflow):
        async def run(self, n: int) -> int:
            self.set_status(f"leaf {n}")
            return await double(n)

    @workflow
    class Tree(Workflow):
        async def run(self, n: int) -> list:
            return await asyncio.gather(*[Leaf().run(each) for each in range(n)])

    @workflow
    class Forest(Workflow):
        async def run(self, trees: int, n: int) -> int:
            grown = await asyncio.gather(*[Tree().run(n) for _ in range(trees)])
            return sum(map(sum, grown))

    @workflow
    class Patient(Workflow):
        async def run(self, n: int) -> int:
            call = fails(n)
            return await self.run_action(call, retry=RetryPolicy(n), backoff=BackoffPolicy(0.3, factor=1))

    @workflow
    class Word(Workflow):
        async def run(self) -> str:
            return await self.receive("word")

    @workflow
    class Speaks(Workflow):
        async def run(self, word: str) -> str:
            handle = await Word().start()
            await asyncio.sleep(0.05)
            await handle.send("word", word)
            return await handle.result()
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    folder = tmp_path_factory.mktemp("flows")
    (folder / "tree_flows.py").write_text(dedent(FLOWS))
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield importlib.import_module("tree_flows")
    sys.path.remove(str(folder))


class Hosts:
    """Engines of one database, each with a store of its own."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self._dsn = dsn
        self._folder = folder
        self._stacks: list[AsyncExitStack] = []

    async def add(self) -> None:
        stack = AsyncExitStack()
        store = await PostgresStore.connect(self._dsn)
        stack.push_async_callback(store.close)
        settings = EngineSettings(
            state_dir=self._folder, heartbeat_ms=100, poll_idle_ms=20, lock_ttl_ms=3_000, evict_ms=100
        )
        await stack.enter_async_context(running_engine(store, InlineWorkers(registry), settings=settings))
        self._stacks.append(stack)

    async def remove(self) -> None:
        await self._stacks.pop(0).aclose()


@pytest.fixture
async def hosts(database: str, tmp_path: Path) -> AsyncIterator[Hosts]:
    hosts = Hosts(database, tmp_path / "state")
    await hosts.add()
    await hosts.add()
    yield hosts
    while hosts._stacks:
        await hosts.remove()


@pytest.fixture
async def client(database: str) -> AsyncIterator[Client]:
    store = await PostgresStore.connect(database)
    yield use_store(store)
    await store.close()


async def test_a_forest_of_runs_grows_over_two_engines(hosts: Hosts, client: Client, flows: ModuleType) -> None:
    async with asyncio.timeout(60):
        assert await flows.Forest().run(4, 8) == 4 * sum(2 * n for n in range(8))


async def test_children_outlive_the_engine_that_sent_them(hosts: Hosts, client: Client, flows: ModuleType) -> None:
    async with asyncio.timeout(60):
        handle = await flows.Forest().start(3, 6)
        await asyncio.sleep(0.05)
        await hosts.remove()
        assert await handle.result() == 3 * sum(2 * n for n in range(6))


async def test_a_message_reaches_a_child_wherever_it_lives(hosts: Hosts, client: Client, flows: ModuleType) -> None:
    async with asyncio.timeout(60):
        assert await asyncio.gather(*[flows.Speaks().run(word) for word in "abcdefgh"]) == list("abcdefgh")


async def test_a_pause_between_attempts_outlives_an_engine(hosts: Hosts, client: Client, flows: ModuleType) -> None:
    async with asyncio.timeout(60):
        handle = await flows.Patient().start(3)
        await flows.BEGUN.wait()
        await hosts.remove()
        assert await handle.result() == 3
    assert len(flows.TRIED) == 3, "the attempt that had failed was not made again"
