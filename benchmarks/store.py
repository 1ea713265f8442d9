"""Commits of the Postgres store with fsync on, beside bare SQL that writes the same runs and calls."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence

from waymark.runtime.model import PARTITIONS, Batch, CallRow, Epoch, NewRun, Part, RunRef, RunWrite, Status
from waymark.runtime.store.postgres import PostgresStore

from .bare import ACTION, ARGUMENTS, OUTCOME, ROOT, UNIT, Bare, new_refs
from .bench import MS, Bench
from .figures import Figure, Goal, figure

BARE = "bare SQL"
TTL_MS = 600_000
BATCH = 200  # of the lives


def measure(bench: Bench) -> Iterator[Figure]:
    dsn = bench.database()

    yield from asyncio.run(_measure(bench, dsn))


async def _measure(bench: Bench, dsn: str) -> list[Figure]:
    store = await PostgresStore.connect(dsn)
    bare = await Bare.connect(dsn)
    writer = await Writer.of(store)
    try:
        found = [await _starts(bench, writer, bare)]
        for size in (1, 8, BATCH):
            bench.say(f"store: commits of {size}")
            found += await _commits(bench, writer, bare, size)
        bench.say("store: whole runs")
        return found + await _lives(bench, writer, bare)
    finally:
        await bare.close()
        await store.release(writer.engine)
        await store.close()


class Writer:
    """An engine as the store sees it, without anything behind it."""

    def __init__(self, store: PostgresStore, engine: uuid.UUID, epochs: dict[Part, Epoch]) -> None:
        self.store = store
        self.engine = engine
        self._epochs = epochs

    @classmethod
    async def of(cls, store: PostgresStore) -> Writer:
        engine = uuid.uuid4()
        await store.register(engine, "bench", "")
        return cls(store, engine, await store.acquire(engine, range(PARTITIONS), TTL_MS))

    async def start(self, refs: Sequence[RunRef]) -> None:
        """As a client does: each on its own."""
        for ref in refs:
            await self.store.start(NewRun("chain", str(ref.run), ref.run, UNIT, ARGUMENTS, bytes(16)))

    async def commit(self, refs: Sequence[RunRef], revision: int, last: bool = False) -> None:
        """The next state of some runs; but for the first, with a finished call of each."""
        now = time.time_ns() // 1000
        status, root, outcome = (Status.FINISHED, b"", OUTCOME) if last else (Status.RUNNING, ROOT, None)
        calls = [CallRow(ref, revision, ACTION, 1, now, now, True, ARGUMENTS, OUTCOME) for ref in refs if revision]
        consumed: tuple[tuple[int, int], ...] = ()
        if not revision:
            wanted = {ref.run for ref in refs}
            entries = await self.store.read_inbox(range(PARTITIONS), 10 * len(refs))
            consumed = tuple((entry.part, entry.seq) for entry in entries if entry.run in wanted)
        await self.store.commit(
            Batch(
                engine=self.engine,
                fence={ref.part: self._epochs[ref.part] for ref in refs},
                runs=tuple(RunWrite(ref, revision, status, root, outcome=outcome) for ref in refs),
                consumed=consumed,
                calls=tuple(calls),
            )
        )

    async def live(self, count: int, batch: int, actions: int = 3) -> None:
        """As `Bare.live`."""
        for first in range(0, count, batch):
            refs = new_refs(min(batch, count - first))
            await self.start(refs)
            for revision in range(actions + 1):
                await self.commit(refs, revision, last=revision == actions)


async def _taken_ms(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) / MS


async def _starts(bench: Bench, writer: Writer, bare: Bare) -> Figure:
    bench.say("store: starts")
    ours, theirs = [], []
    for _ in range(bench.count(100, least=5)):
        mine, other = new_refs(2)
        ours.append(await _taken_ms(writer.start([mine])))
        theirs.append(await _taken_ms(bare.start([other])))
    await writer.commit([mine], 0)
    return figure("start of a run", "ms", ours, f"{BARE}, one insert", theirs, by="median")


async def _commits(bench: Bench, writer: Writer, bare: Bare, size: int) -> list[Figure]:
    """States of the same runs, one after the other, in turns."""
    mine, other = new_refs(size), new_refs(size)
    await writer.start(mine)
    await bare.start(other)
    await writer.commit(mine, 0)
    await bare.write(other)
    ours, theirs, wal, bare_wal = [], [], [], []
    for revision in range(1, bench.count(150, least=5) + 1):
        before = await bare.wal_bytes()
        ours.append(await _taken_ms(writer.commit(mine, revision)))
        between = await bare.wal_bytes()
        theirs.append(await _taken_ms(bare.write_with_calls(other, revision)))
        wal.append((between - before) / size)
        bare_wal.append((await bare.wal_bytes() - between) / size)
    name = f"commit of {size}" + (" run" if size == 1 else " runs")
    return [
        figure(name, "ms", ours, BARE, theirs, by="median"),
        figure(
            f"{name}, a second",
            "commits/s",
            [1000 / each for each in ours],
            BARE,
            [1000 / each for each in theirs],
            more_is_better=True,
            by="median",
        ),
        figure(f"{name}, WAL a run", "B", wal, BARE, bare_wal, by="median"),
    ]


async def _lives(bench: Bench, writer: Writer, bare: Bare) -> list[Figure]:
    count = bench.count(2_000, least=10)
    runs_s, wal = await sampled(bench, bare, count, lambda: writer.live(count, BATCH))
    bare_runs_s, bare_wal = await sampled(bench, bare, count, lambda: bare.live(count, BATCH))
    name = f"chain of 3, commits of {BATCH}"
    return [
        figure(f"{name}, started one by one", "runs/s", runs_s, BARE, bare_runs_s, more_is_better=True, by="median"),
        figure(f"{name}, WAL a run", "B", wal, BARE, bare_wal, goal=Goal("value", 4_200.0), by="median"),
    ]


async def sampled(
    bench: Bench, bare: Bare, count: int, live: Callable[[], Awaitable[None]]
) -> tuple[list[float], list[float]]:
    """(runs a second, bytes of WAL a run) of some rounds, each after a checkpoint."""
    speeds, sizes = [], []
    for _ in range(bench.rounds(3)):
        await bare.checkpoint()
        before = await bare.wal_bytes()
        took = await _taken_ms(live()) * MS
        speeds.append(count / took)
        sizes.append((await bare.wal_bytes() - before) / count)
    return speeds, sizes
