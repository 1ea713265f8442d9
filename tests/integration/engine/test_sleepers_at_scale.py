"""Runs that are parked in the database cost no engine anything, however many there are, and wake in time.

A million of them, with the figures of a quiet machine, under HYPOTHESIS_PROFILE=long; some thousands otherwise.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from benchmarks.chaos import deeds
from benchmarks.chaos.deployment import ENGINE, Deployment
from waymark.client import Client
from waymark.runtime.store.opening import Database, open_store
from waymark.runtime.store.queries import QUERIES
from waymark.runtime.store.rows import bits_of
from waymark.workflow import compiled_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc")

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
PARKED, WAKING = (1_000_000, 10_000) if LONG else (5_000, 200)
SLEEP_S = 300 if LONG else 25  # by then all are parked
DEADLINE_S = 900.0
LATE_S_MAX = 2.0
POLL_MS_MAX = 1.0
GROWTH_BYTES_MAX = 16 << 20
PARTS = list(range(256))

# As the one that is there, which an engine has put to bed. Some wake when it does, and all others a day later.
PARK = """
with one as (select * from waymark.runs r join waymark.run_data d using (part, run) limit 1),
     ids as materialized (
         select (n % 256)::smallint as part, gen_random_uuid() as run, n from generate_series(1, $1) as n),
     data as (insert into waymark.run_data (part, run, arguments, seed)
              select ids.part, ids.run, one.arguments, one.seed from ids, one)
insert into waymark.runs (part, run, unit, workflow, key, status, revision, root, wake_at)
select ids.part, ids.run, one.unit, one.workflow, 'parked ' || ids.n, 'running', one.revision, one.root,
       one.wake_at + case when ids.n > $2 then interval '1 day' else interval '0' end
  from ids, one
"""


def test_parked_runs_cost_nothing_and_wake_in_time(record_property: pytest.RecordProperty) -> None:
    async def test() -> None:
        settings = {"WAYMARK_MAX_CONCURRENT_INSTANCES": str(2 * WAKING)}
        with Deployment(hosts=1, shards=1, small_disk=False, **settings) as deployment:
            deployment.hosts[0].start()
            await asleep(deployment)
            connection = await asyncpg.connect(deployment.direct_dsn)
            try:
                before = memory(deployment)
                due = await connection.fetchval("select wake_at from waymark.runs")
                await connection.execute(PARK, PARKED, WAKING, timeout=DEADLINE_S)
                await connection.execute("vacuum analyze waymark.runs")
                polls = {name: await poll_ms(connection, name, *more) for name, more in POLLS.items()}
                await asyncio.sleep(6)  # the engine has looked for sleepers more than once
                grown = memory(deployment) - before
                late_s = await woken(connection, due)
            finally:
                await connection.close()
        told = {
            "late_s": round(late_s, 2),
            "engine_grew_bytes": grown,
            **{f"{k}_ms": round(v, 3) for k, v in polls.items()},
        }
        for name, value in told.items():
            record_property(name, value)
        print(f"{PARKED:,} parked, {WAKING:,} waking: {told}")
        assert grown < GROWTH_BYTES_MAX
        if LONG:
            assert late_s <= LATE_S_MAX and max(polls.values()) < POLL_MS_MAX

    async def within_deadline() -> None:
        async with asyncio.timeout(DEADLINE_S):
            await test()

    asyncio.run(within_deadline())


POLLS: dict[str, tuple[object, ...]] = {
    "read_inbox": (bits_of(frozenset(PARTS)), 500, 0, 2500),
    "read_letters": (bits_of(frozenset(PARTS)), 500, 2500),
    "read_due_runs": (PARTS, 0, 500, None, None, None),
    "look_for_entries": (PARTS,),
    "read_peers": ("00000000-0000-0000-0000-000000000000",),
}


async def asleep(deployment: Deployment) -> None:
    """One run sleeps a day, in the database."""
    store = await open_store((Database(deployment.dsn),), application_name="waymark client")
    try:
        handle = await Client(store).start(compiled_of(deeds.Sleeper), {"seconds": SLEEP_S}, "the first")
        while True:
            if (await handle.stored()).wake_at is not None:
                return
            await asyncio.sleep(0.05)
    finally:
        await store.close()


async def poll_ms(connection: asyncpg.Connection, name: str, *arguments: object) -> float:
    """The best of some, as the server executes it."""
    times = []
    for _ in range(20):
        began = time.perf_counter()
        await connection.fetch(QUERIES[name].sql, *arguments)
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


async def woken(connection: asyncpg.Connection, due: datetime) -> float:
    """How long after their time the last of those that wake has ended."""
    while True:
        row = await connection.fetchrow(
            "select count(*) as ended, extract(epoch from max(finished_at) - $1)::float as late from waymark.runs "
            "where finished_at is not null",
            due,
        )
        if row["ended"] == WAKING + 1:
            return float(row["late"])
        await asyncio.sleep(0.25)


def memory(deployment: Deployment) -> int:
    """Resident bytes of the engine's own."""
    (pid,) = deployment.pids(ENGINE)
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["RssAnon"].split()[0]) << 10
