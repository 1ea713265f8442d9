"""The command line in this process, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from waymark.cli.app import run_app

CHECKOUT = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def charge(order_id: int, attempt: int) -> bool:
    return attempt > 0

@workflow
class Checkout(Workflow):
    async def run(self, order_id: int, pause: float = 3600) -> str:
        for attempt in range(3):
            if await charge(order_id, attempt=attempt):
                return "paid"
            await asyncio.sleep(pause)
        return "failed"
"""
CLOCK = """\
import datetime
from waymark import Workflow, workflow

@workflow
class Clock(Workflow):
    async def run(self):
        return datetime.datetime.now()
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


Waymark = Callable[..., Said]


@pytest.fixture
def waymark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Waymark:
    """Run a command in an empty folder, which holds `shop.py` with a workflow."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WAYMARK_DATABASE_URL", raising=False)
    (tmp_path / "shop.py").write_text(CHECKOUT)

    def run(*arguments: object) -> Said:
        code = run_app([str(argument) for argument in arguments])
        said = Said(code, *capsys.readouterr())
        assert "Traceback" not in said.err
        return said

    return run
