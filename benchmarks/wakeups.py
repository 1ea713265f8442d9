"""How soon a run of one action is over, from another process, with LISTEN and without; and what a host costs at rest.

The baseline of a latency is the three commits that such a run takes at least. At rest stands beside the goal itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from waymark.client import Client
from waymark.runtime.store.listener import OFF
from waymark.runtime.store.opening import Database, open_store

from .bare import Bare, new_refs
from .bench import MS, Bench
from .engine import lived
from .figures import Figure, Goal, figure
from .processes import END_S, ROOT, tree_cpu_s
from .programs import chain

REST_S = 15
SETTLE_S = 12  # until the server has counted what was done before, which it does in its own time
GAP_S = 1.0  # between runs on an idle host, plus something that does not beat with a poll
LOAD = 20  # clients that start one run after the other meanwhile


def measure(bench: Bench) -> Iterator[Figure]:
    dsn = bench.database()
    for listen, name in ((None, "with LISTEN"), (OFF, "without LISTEN")):
        bench.say(f"wakeups: {name}")
        with supervised(bench, dsn, listen) as pid:
            yield from asyncio.run(_measured(bench, dsn, listen, name, pid))


@contextmanager
def supervised(bench: Bench, dsn: str, listen: str | None, **more: str) -> Iterator[int]:
    """`start-workers` on this database, with one worker process that has imported programs/chain.py. Its pid."""
    environ = os.environ | {
        "WAYMARK_DATABASE_URL": dsn,
        "WAYMARK_DATA_DIR": str(bench.folder),
        "WAYMARK_USER_MODULE": str(chain.__file__),
        "WAYMARK_WORKER_COUNT": "1",
        "WAYMARK_LOG_LEVEL": "WARNING",
        "WAYMARK_LISTEN_URL": listen or "",
        **more,
    }
    command = [sys.executable, "-m", "waymark.runtime.workers.supervisor"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _measured(bench: Bench, dsn: str, listen: str | None, name: str, pid: int) -> list[Figure]:
    store = await open_store((Database(dsn, listen=listen),), application_name="benchmark")
    bare = await Bare.connect(dsn)
    client = Client(store)
    try:
        await lived(client, chain.Single, 3)  # everything is up
        figures = await _rest(bench, dsn, name, pid)
        floor = [await _floor(bare) for _ in range(bench.count(40, least=3))]
        count = bench.count(100, least=3)
        if listen is None:
            alone = [await _one(client) for _ in range(count)]
            return [*figures, *_latency("one after the other", name, alone, floor, 4.0, 8.0)]
        spaced = []
        for number in range(max(2, count // 4)):
            await asyncio.sleep(GAP_S + 0.037 * (number % 10))
            spaced.append(await _one(client))
        figures += _latency("on an idle host", name, spaced, floor, 150.0, None)
        return [*figures, *_latency("under load", name, await _loaded(client, count), floor, 25.0, None)]
    finally:
        await bare.close()
        await store.close()


def _latency(
    how: str, name: str, ours: list[float], floor: list[float], p50_ms: float, p95_ms: float | None
) -> list[Figure]:
    against = "bare SQL, its three commits"
    what = f"one action, {how}, {name}"
    goal = None if p95_ms is None else Goal("value", p95_ms)
    p95 = [sorted(values)[int(0.95 * (len(values) - 1))] for values in (ours, floor)]
    return [
        figure(f"{what}, p50", "ms", ours, against, floor, goal=Goal("value", p50_ms), by="median"),
        figure(f"{what}, p95", "ms", p95[:1], against, p95[1:], goal=goal, by="median"),
    ]


async def _one(client: Client) -> float:
    return await lived(client, chain.Single, 1) / MS


async def _floor(bare: Bare) -> float:
    refs = new_refs(1)
    began = time.perf_counter()
    await bare.live(len(refs), 1, actions=1)
    return (time.perf_counter() - began) / MS


async def _loaded(client: Client, count: int) -> list[float]:
    """How long one takes while others are started all the time."""
    stop = asyncio.Event()

    async def others() -> None:
        while not stop.is_set():
            await lived(client, chain.Single, 1)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(LOAD):
            tasks.create_task(others())
        await asyncio.sleep(1.0)
        ours = [await _one(client) for _ in range(count)]
        stop.set()
    return ours


async def _rest(bench: Bench, dsn: str, name: str, pid: int) -> list[Figure]:
    """CPU and transactions of a host on which nothing happens."""
    connection = await asyncpg.connect(dsn)
    try:
        await asyncio.sleep(bench.subject(SETTLE_S, least=1))
        before, cpu, began = await _transactions(connection), tree_cpu_s(pid), time.perf_counter()
        await asyncio.sleep(bench.subject(REST_S, least=1))
        after, took = await _transactions(connection), time.perf_counter() - began
        spent = (tree_cpu_s(pid) - cpu) / took * 100
    finally:
        await connection.close()
    rate = (after - before) / took
    return [
        figure(f"a host at rest, {name}, transactions", "1/s", [rate], "the goal", [10.0], goal=Goal("value", 10.0)),
        figure(f"a host at rest, {name}, CPU in 100 s", "s", [spent], "the goal", [1.0], goal=Goal("value", 1.0)),
    ]


async def _transactions(connection: asyncpg.Connection) -> int:
    await connection.execute("select pg_stat_clear_snapshot()")
    count: int | None = await connection.fetchval(
        "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()"
    )
    assert count is not None, "the current database is always there"
    return count
