"""An action that the workers of a run's own host lack runs where it is known; one that nobody knows is told loudly."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from waymark.exceptions import WorkflowParked

from .offering import LEDGER, host, opened, write_shop
from .test_transactional import ask

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")

POOR = """
from waymark import action

@action
async def other() -> int:
    return 1
"""
RUNS = 6


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAYMARK_DATABASE_URL", "set by each host")
    monkeypatch.setattr("waymark.runtime.offers.elsewhere.LOOK_S", 0.3)
    return write_shop(tmp_path)


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    folder = tmp_path / "poor"
    folder.mkdir()
    (folder / "shop.py").write_text(POOR)
    return folder


def test_a_call_runs_on_a_host_that_has_its_action_and_with_none_left_its_run_says_so(
    shop: Path, poor: Path, database: str
) -> None:
    async def test() -> None:
        await ask(database, LEDGER)
        async with opened(database, shop) as client, host(database, poor) as lacking:
            async with host(database, shop) as having:
                usual = [await client.start("spread", count=2, seconds=0.0) for _ in range(RUNS)]
                paid = [await client.start("pay", order=str(n), pause_s=0.0, patience_s=30) for n in range(RUNS)]
                pids = {pid for handle in usual for pid in await handle.result(40)}
                assert pids == set(having.pool.pids)
                assert [await handle.result(40) for handle in paid] == ["paid"] * RUNS
                rows = await ask(database, "select count(*), count(distinct order_id) from ledger where settled")
                assert rows == [(RUNS, RUNS)]
                seen = await ask(database, "select pid, 'shop:pay' = any (transactional) from waymark.workers")
                assert sorted(seen) == sorted(
                    [(pid, True) for pid in having.pool.pids] + [(pid, False) for pid in lacking.pool.pids]
                )
            while len(lacking.engine.epochs) < 256:  # noqa: ASYNC110 - it has no event for it
                await asyncio.sleep(0.01)
            alone = await client.start("spread", count=1, seconds=0.0)
            with pytest.raises(WorkflowParked, match=r"has no action 'slowly'.*resume the run when a worker has it"):
                await alone.result(40)

    asyncio.run(asyncio.wait_for(test(), 120))
