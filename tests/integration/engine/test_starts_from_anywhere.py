"""Runs that are started by plain SQL and by actions, executed by engines and workers of their own processes."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import asyncpg
import pytest

import waymark
import waymark.default
from waymark import programs
from waymark.registry import registry, workflow_registry
from waymark.runtime.engine.inside import running_engine
from waymark.runtime.engine.settings import EngineSettings
from waymark.runtime.workers.dispatch import PoolSettings, WorkerPool
from waymark.runtime.workers.inline import InlineWorkers

FLOWS = """\
from datetime import date
from decimal import Decimal
from pydantic import BaseModel
from waymark import Workflow, action, workflow

@workflow
class Greeting(Workflow):
    async def run(self, who: str, times: int = 1) -> list:
        return [who] * times

@action
async def start_another(who: str) -> str:
    handle = await Greeting().start(who, times=2, id=f"of {who}")
    return handle.id

class Order(BaseModel):
    price: Decimal
    on: date | None = None

@workflow
class Typed(Workflow):
    async def run(self, order: Order, days: dict[int, date] = {}) -> list:
        return [order.price + 1, order.on, days]

@workflow
class Starts(Workflow):
    async def run(self, who: str) -> str:
        return await start_another(who)
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str) -> ModuleType:
    name = "shop_anywhere"
    (tmp_path / f"{name}.py").write_text(FLOWS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("WAYMARK_DATABASE_URL", database)
    monkeypatch.setattr(registry, "_actions", {})
    monkeypatch.setattr(workflow_registry, "_workflows", {})
    monkeypatch.setattr(programs, "_imports", {})
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(state_dir=tmp_path / "engine", poll_busy_ms=2, poll_idle_ms=5)


def test_plain_sql_starts_a_run_that_an_engine_executes(shop: ModuleType, tmp_path: Path, database: str) -> None:
    async def main() -> None:
        client = await waymark.default.default_client()
        async with running_engine(client.store, InlineWorkers(registry), settings=settings(tmp_path)):
            assert await shop.Greeting().run("ada") == ["ada"]
            connection = await asyncpg.connect(database)
            await connection.fetchval("""select waymark.start_run('greeting', 'k', '{"who": "eve", "times": 3}')""")
            await connection.fetchval("""select waymark.start_run('greeting', 'wrong', '{"times": 3}')""")
            await connection.close()
            assert await shop.Greeting.handle("k").result(timeout=20) == ["eve"] * 3
            with pytest.raises(waymark.WorkflowFailed, match="missing 1 required positional argument: 'who'"):
                await shop.Greeting.handle("wrong").result(timeout=20)

    asyncio.run(main())


def test_json_becomes_what_run_is_annotated_to_take(shop: ModuleType, tmp_path: Path, database: str) -> None:
    async def main() -> None:
        client = await waymark.default.default_client()
        async with running_engine(client.store, InlineWorkers(registry), settings=settings(tmp_path)):
            order = shop.Order(price=Decimal("1.5"), on=date(2026, 1, 2))
            assert await shop.Typed().run(order) == [Decimal("2.5"), date(2026, 1, 2), {}]
            given = json.dumps({"order": {"price": "1.10"}, "days": {"7": "2026-03-04"}})
            wrong = json.dumps({"order": {"price": "much"}})
            connection = await asyncpg.connect(database)
            await connection.fetchval("select waymark.start_run('typed', 'k', $1)", given)
            await connection.fetchval("select waymark.start_run('typed', 'wrong', $1)", wrong)
            await connection.close()
            typed = shop.Typed.handle("k")
            assert await typed.result(timeout=20) == [Decimal("2.10"), None, {7: date(2026, 3, 4)}]
            with pytest.raises(
                waymark.WorkflowFailed, match=r"order.price: Input should be a valid decimal, got str; "
            ):
                await shop.Typed.handle("wrong").result(timeout=20)

    asyncio.run(main())


def test_an_action_starts_a_run_from_its_worker_process(shop: ModuleType, tmp_path: Path) -> None:
    async def main() -> None:
        client = await waymark.default.default_client()
        workers = WorkerPool(PoolSettings(processes=1, slots=4, modules=("shop_anywhere",)))
        async with running_engine(client.store, workers, settings=settings(tmp_path)), asyncio.timeout(60):
            key = await shop.Starts().run("ada")
            assert key == "of ada"
            assert await shop.Greeting.handle(key).result() == ["ada", "ada"]

    asyncio.run(main())
