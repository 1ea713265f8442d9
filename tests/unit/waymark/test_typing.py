"""Type checkers see what users wrote: the signatures of their actions and workflows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

SHOP = """
import asyncio
from datetime import timedelta
from waymark import Handle, Workflow, action, workflow

@action
async def charge(order_id: int, *, attempt: int = 1) -> bool:
    return attempt > 0

@action(name="refund")
async def give_back(order_id: int) -> str:
    return "done"

@workflow
class Checkout(Workflow):
    async def run(self, order_id: int, pause: float = 3600) -> str:
        if await charge(order_id, attempt=2):
            return await give_back(order_id)
        return "failed"

async def main() -> None:
    paid: bool = await asyncio.create_task(charge(7))
    text: str = await Checkout().run(order_id=7)
    handle: Handle = await Checkout().start(7, id="order-7")
    await charge("seven")  # wrong: str
    await charge(7, 2)  # wrong: keyword only
    await give_back()  # wrong: missing
    number: int = await Checkout().run(order_id=7)  # wrong: it is a str
    await Checkout().run(order=7)  # wrong: no such argument

@action  # wrong: not async
def blocking() -> None: ...

@workflow
class Plain: ...  # wrong: not a Workflow
"""

WRONG = [number for number, line in enumerate(SHOP.splitlines(), 1) if "# wrong" in line]


def lines_with_errors(output: str) -> list[int]:
    return sorted({int(line.split("shop.py:")[1].split(":")[0]) for line in output.splitlines() if ": error" in line})


def test_mypy_finds_every_mistake_and_nothing_else(tmp_path: Path) -> None:
    shop = tmp_path / "shop.py"
    shop.write_text(SHOP)
    options = [
        "--strict",
        "--config-file=",
        "--follow-imports=silent",
        f"--cache-dir={ROOT / '.mypy_cache' / 'of-users'}",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(shop)],
        capture_output=True,
        text=True,
        check=False,
        env={"MYPYPATH": str(ROOT / ".view"), "PATH": ""},
        cwd=tmp_path,
    )
    assert lines_with_errors(done.stdout) == WRONG, done.stdout + done.stderr
