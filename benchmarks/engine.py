"""Chains of three actions that do nothing, from start to result: in one process on the memory store, and in earnest.

In earnest is a client process (this one), the embedded Postgres with fsync on, an engine process and its workers. Its
baseline is the same rows by bare SQL in batches of 200, which is what Postgres itself can do here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

from waymark.client import Client
from waymark.registry import registry
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.store.memory import MemoryStore
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.workers.inline import InlineWorkers, wall_us
from waymark.vm.surface import Succeeded
from waymark.workflow import Workflow, compiled_of

from .bare import Bare, new_refs
from .bench import MS, Bench, cpu_count, in_turns
from .driving import asked, program_of, started
from .figures import Figure, Goal, figure
from .processes import engine_process, tree_cpu_s
from .programs import chain

BARE = "bare SQL"
BATCH = 200
RESULT_S_MAX = 120.0


def measure(bench: Bench) -> Iterator[Figure]:
    bench.say("engine: in one process")
    yield from _inline(bench)
    dsn = bench.database()
    with engine_process(bench, dsn, workers=cpu_count()) as engine:
        yield from asyncio.run(engine.doing(_in_earnest(bench, dsn, engine.pid)))


async def lived(client: Client, kind: type[Workflow], count: int, at_once: bool = False) -> float:
    """Start so many runs and wait for all: seconds from the first start to the last result.

    They are started one after the other, each a commit; with `at_once`, by `start_many`.
    """
    compiled = compiled_of(kind)
    began = time.perf_counter()
    if at_once:
        handles = await client.start_many(compiled, [{}] * count)
    else:
        handles = [await client.start(compiled, {}) for _ in range(count)]
    values = await asyncio.gather(*(handle.result(RESULT_S_MAX) for handle in handles))
    took = time.perf_counter() - began
    assert set(values) == {3 if kind is chain.Chain else 1}, "the chain counts its steps"
    return took


# --- in one process ---


def _inline(bench: Bench) -> Iterator[Figure]:
    count = bench.count(1_000, least=5)
    cpu: list[float] = []

    def ours() -> float:
        began = time.process_time()
        took = asyncio.run(_one_process(bench, count))
        cpu.append((time.process_time() - began) / count * 1000)
        return count / took

    program = program_of(chain.Chain)

    def machines() -> float:
        began = time.perf_counter()
        for _ in range(count):
            machine = started(program, {})
            while (action := asked(machine)) is not None:
                machine.committed(machine.delta())
                machine.settle([(action.request, Succeeded(action.args[0]))])
        return count / (time.perf_counter() - began)

    speeds, alone = in_turns(bench.rounds(5), ours, machines)
    yield figure(
        *("one process, memory store", "runs/s", speeds, "the machines alone, with delta()", alone),
        more_is_better=True,
    )
    yield figure(
        *("one process, CPU for 1,000 runs", "s", cpu[1:]),
        *("the machines alone, with delta()", [1000 / each for each in alone]),
    )


async def _one_process(bench: Bench, count: int) -> float:
    store = MemoryStore(wall_us)
    settings = EngineSettings(state_dir=bench.folder)
    engine = Engine(store, InlineWorkers(registry), VmHost(), settings)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run())
        await engine.owning()
        took = await lived(Client(store), chain.Chain, count)
        engine.stop(1.0)
    return took


# --- with processes ---


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[tuple[Client, Bare]]:
    store = await PostgresStore.connect(dsn)
    try:
        bare = await Bare.connect(dsn)
        try:
            yield Client(store), bare
        finally:
            await bare.close()
    finally:
        await store.close()


async def _in_earnest(bench: Bench, dsn: str, engine: int) -> list[Figure]:
    async with _connected(dsn) as (client, bare):
        bench.say("engine: with processes, first run")
        await lived(client, chain.Chain, 1)  # the processes are up
        return [*await _throughput(bench, client, bare, engine), *await _latency(bench, client, bare)]


async def _throughput(bench: Bench, client: Client, bare: Bare, engine: int) -> list[Figure]:
    count = bench.count(2_000, least=5)
    meter = _Meter(bare, engine, bench.server.pid, count)
    floor, one_by_one, at_once = _Cost(), _Cost(), _Cost()
    rounds = bench.rounds(3)
    for number in range(rounds):
        bench.say(f"engine: {count:,} runs with processes, round {number + 1} of {rounds}")
        await meter.measure(floor, lambda: bare.live(count, BATCH))
        await meter.measure(one_by_one, lambda: lived(client, chain.Chain, count))
        await meter.measure(at_once, lambda: lived(client, chain.Chain, count, at_once=True))
    return [*_figures("one by one", one_by_one, floor, 0.9), *_figures("started at once", at_once, floor, 0.7)]


def _figures(how: str, ours: _Cost, floor: _Cost, cpu_s_max: float) -> list[Figure]:
    limit = f"{BARE}, batches of {BATCH}"
    speed, cpu, wal = Goal("ratio", 0.15, least=True), Goal("value", cpu_s_max), Goal("value", 4_200.0)
    name = f"processes, {how}"
    thousand = f"{name}, CPU for 1,000 runs"
    return [
        figure(name, "runs/s", ours.speed, limit, floor.speed, goal=speed, more_is_better=True, by="median"),
        figure(thousand, "s", ours.cpu, limit, floor.cpu, goal=cpu, by="median"),
        figure(f"{thousand}, engine and workers", "s", ours.engine, limit, floor.cpu, by="median"),
        figure(f"{thousand}, Postgres", "s", ours.server, limit, floor.cpu, by="median"),
        figure(f"{thousand}, the client", "s", ours.client, limit, floor.cpu, by="median"),
        figure(f"{name}, WAL a run", "B", ours.wal, limit, floor.wal, goal=wal, by="median"),
    ]


class _Cost:
    """Round by round: runs a second, seconds of CPU for 1,000 runs, bytes of WAL a run."""

    def __init__(self) -> None:
        self.speed: list[float] = []
        self.engine: list[float] = []
        self.server: list[float] = []
        self.client: list[float] = []
        self.wal: list[float] = []

    @property
    def cpu(self) -> list[float]:
        return [sum(each) for each in zip(self.engine, self.server, self.client, strict=True)]


class _Meter:
    """Reads what a round has cost, of every process that had a part in it."""

    def __init__(self, bare: Bare, engine: int, server: int, count: int) -> None:
        self._bare = bare
        self._engine = engine
        self._server = server
        self._count = count

    async def measure(self, cost: _Cost, work: Callable[[], Awaitable[object]]) -> None:
        await self._bare.checkpoint()
        wal, cpu, began = await self._bare.wal_bytes(), self._cpu(), time.perf_counter()
        await work()
        cost.speed.append(self._count / (time.perf_counter() - began))
        spent = [(after - before) * 1000 / self._count for before, after in zip(cpu, self._cpu(), strict=True)]
        for each, seconds in zip((cost.engine, cost.server, cost.client), spent, strict=True):
            each.append(seconds)
        cost.wal.append((await self._bare.wal_bytes() - wal) / self._count)

    def _cpu(self) -> tuple[float, float, float]:
        return tree_cpu_s(self._engine), tree_cpu_s(self._server), time.process_time()


async def _latency(bench: Bench, client: Client, bare: Bare) -> list[Figure]:
    """One action, one run at a time, beside the three commits that it takes at least."""
    bench.say("engine: latency of one action")
    ours, theirs = [], []
    for _ in range(bench.count(100, least=5)):
        ours.append(await lived(client, chain.Single, 1) / MS)
        refs = new_refs(1)
        began = time.perf_counter()
        await bare.live(len(refs), 1, actions=1)
        theirs.append((time.perf_counter() - began) / MS)
    name = f"{BARE}, its three commits"
    return [
        figure("one action, start to result, p50", "ms", ours, name, theirs, by="median"),
        figure("one action, start to result, p95", "ms", [_p95(ours)], name, [_p95(theirs)], by="median"),
    ]


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]
