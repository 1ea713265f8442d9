"""Engines in this process with real workers, on a real database: for what offers promise."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from waymark.client import Client, Handle
from waymark.compiler.pipeline import compile_file
from waymark.programs import program_of
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.engine.shell import Engine
from waymark.runtime.engine.vmhost import VmHost
from waymark.runtime.offers.workers import OfferingWorkers
from waymark.runtime.store.postgres import PostgresStore
from waymark.runtime.workers.dispatch import PoolSettings, WorkerPool

SHOP = """
import asyncio, os
from datetime import timedelta
import waymark
from waymark import Workflow, action, workflow

@action(transaction=True)
async def pay(order: str, pause_s: float) -> str:
    connection = waymark.current_action().connection
    await connection.execute("insert into ledger (order_id, pid) values ($1, $2)", order, os.getpid())
    await asyncio.sleep(pause_s)
    await connection.execute("update ledger set settled = true where order_id = $1", order)
    return "paid"

@action(transaction=True)
async def fails(order: str) -> str:
    connection = waymark.current_action().connection
    await connection.execute("insert into ledger (order_id) values ($1)", order)
    raise ValueError("no")

@action(transaction=True)
async def ends_it_itself(order: str) -> None:
    await waymark.current_action().connection.execute("insert into ledger (order_id) values ($1)", order)
    await waymark.current_action().connection.execute("rollback")

@action(transaction=True)
async def cannot_be_sent(order: str):
    await waymark.current_action().connection.execute("insert into ledger (order_id) values ($1)", order)
    return lambda: 0

@action(transaction=True)
async def breaks_a_rule_that_is_checked_last(order: str) -> None:
    connection = await waymark.current_action().connection
    async with connection.transaction():
        await connection.execute("insert into ledger (order_id, rule) values ($1, 'broken')", order)
        await connection.execute("insert into ledger (order_id, rule) values ($1, 'broken')", order)

@action(transaction=True)
async def touches_nothing(n: int) -> int:
    return n + 1

@action
async def slowly(n: int, seconds: float) -> int:
    waymark.current_action().logger.info("slowly %d", n)
    await asyncio.sleep(seconds)
    return os.getpid()

@action
async def fails_twice(name: str) -> int:
    if waymark.current_action().attempt < 3:
        raise ValueError(name)
    return waymark.current_action().attempt

@workflow
class Pay(Workflow):
    async def run(self, order: str, pause_s: float, patience_s: float) -> str:
        try:
            async with asyncio.timeout(patience_s):
                return await pay(order, pause_s)
        except TimeoutError:
            return "late"

@workflow
class Fails(Workflow):
    async def run(self, order: str) -> list:
        said = []
        for act in (1, 2, 3, 4):
            try:
                if act == 1:
                    await fails(order)
                elif act == 2:
                    await ends_it_itself(order)
                elif act == 3:
                    await cannot_be_sent(order)
                else:
                    await breaks_a_rule_that_is_checked_last(order)
            except Exception as error:
                said.append(f"{type(error).__name__}: {error}")
        return said

@workflow
class Touches(Workflow):
    async def run(self) -> int:
        return await touches_nothing(1)

@workflow
class Spread(Workflow):
    async def run(self, count: int, seconds: float) -> list:
        return await asyncio.gather(*[slowly(n, seconds) for n in range(count)])
"""

LEDGER = """
create table ledger (
    id bigint generated always as identity, order_id text not null, settled boolean not null default false, pid integer,
    rule text, constraint last unique (rule) deferrable initially deferred
)
"""


def write_shop(folder: Path) -> Path:
    (folder / "shop.py").write_text(SHOP)
    return folder


class Shop:
    """Clients of a database in which the shop's workflows run."""

    def __init__(self, store: PostgresStore, project: Path) -> None:
        self.store = store
        self.project = project
        self._client = Client(store)
        self._compilation = compile_file(project / "shop.py", module="shop")
        self._compilation.raise_if_failed()

    async def start(self, workflow: str, **arguments: Any) -> Handle:
        assert self._compilation.unit is not None
        return await self._client.start(program_of(self._compilation.unit, workflow), arguments)


@asynccontextmanager
async def opened(dsn: str, project: Path) -> AsyncIterator[Shop]:
    store = await PostgresStore.connect(dsn)
    try:
        yield Shop(store, project)
    finally:
        await store.close()


class Host:
    """One engine and its pool, as on a machine of its own."""

    def __init__(self, engine: Engine, pool: WorkerPool, running: asyncio.Task[None], store: PostgresStore) -> None:
        self.engine = engine
        self.pool = pool
        self._running = running
        self._store = store

    @classmethod
    async def begun(
        cls, dsn: str, project: Path, state: Path, *, processes: int = 1, slots: int = 8, ttl_ms: int = 60_000
    ) -> Host:
        """`ttl_ms`: short only where a host is lost. A busy machine keeps heartbeats waiting."""
        os.environ["WAYMARK_DATABASE_URL"] = dsn  # for the workers
        store = await PostgresStore.connect(dsn)
        pool = WorkerPool(PoolSettings(processes=processes, slots=slots, modules=("shop",), project=str(project)))
        settings = EngineSettings(state_dir=state, heartbeat_ms=200, lock_ttl_ms=ttl_ms, reclaim_interval_ms=100)
        engine = Engine(store, OfferingWorkers(pool, store), VmHost(), settings)
        running = asyncio.create_task(engine.run())
        await engine.owning()
        await pool.ready()
        return cls(engine, pool, running, store)

    async def end(self) -> None:
        """A clean stop."""
        self.engine.stop(0.0)
        await self._running
        await self._store.close()

    async def drop(self) -> None:
        """As if its machine had lost power: no word to the database, and its workers are gone at once."""
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self._store.close()


@asynccontextmanager
async def host(dsn: str, project: Path, **options: Any) -> AsyncIterator[Host]:
    begun = await Host.begun(dsn, project, project / "state", **options)
    try:
        yield begun
    finally:
        await begun.end()
