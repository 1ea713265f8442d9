"""WAL of whole runs of a chain of 3: as the schema is, and with one of its decisions taken back at a time.

Counted from a checkpoint on, so it does not depend on the machine, only on how many runs there are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg

from waymark.runtime.store.postgres import PostgresStore

from .bare import Bare
from .bench import Bench
from .figures import Figure, Goal, figure
from .store import BATCH, Writer

AS_IT_IS = "as it is"

# What it is called, and what makes it so.
OTHERWISE = {
    "without runs_by_workflow": "drop index waymark.runs_by_workflow",
    "without runs_by_time": "drop index waymark.runs_by_time",
    "without runs_failed and runs_parked": "drop index waymark.runs_failed, waymark.runs_parked",
    "without the indexes of parents, schedules and tags": (
        "drop index waymark.runs_of_parent, waymark.runs_of_schedule, waymark.runs_by_tag"
    ),
    "without runs_asleep": "drop index waymark.runs_asleep",
    "runs filled to 70": "alter table waymark.runs set (fillfactor = 70)",
    "runs filled to 90": "alter table waymark.runs set (fillfactor = 90)",
    "with an index on status": "create index runs_by_status on waymark.runs (status)",
    "with a foreign key from calls to runs": (
        "alter table waymark.calls add foreign key (part, run) references waymark.runs (part, run)"
    ),
}


def measure(bench: Bench) -> Iterator[Figure]:
    count = bench.count(20_000, least=10)
    usual = _wal(bench, count, AS_IT_IS, "select 1")
    yield figure("WAL a run", "B", [usual], AS_IT_IS, [usual], goal=Goal("value", 4_200.0))
    for name, sql in OTHERWISE.items():
        yield figure(f"WAL a run, {name}", "B", [_wal(bench, count, name, sql)], AS_IT_IS, [usual])


def _wal(bench: Bench, count: int, name: str, sql: str) -> float:
    bench.say(f"wal: {name}")
    return asyncio.run(_measured(bench.database(), count, sql))


async def _measured(dsn: str, count: int, sql: str) -> float:
    connection = await asyncpg.connect(dsn)
    await connection.execute(sql)
    await connection.close()
    store = await PostgresStore.connect(dsn)
    bare = await Bare.connect(dsn)
    try:
        writer = await Writer.of(store)
        await bare.checkpoint()
        before = await bare.wal_bytes()
        await writer.live(count, BATCH)
        return (await bare.wal_bytes() - before) / count
    finally:
        await bare.close()
        await store.close()
