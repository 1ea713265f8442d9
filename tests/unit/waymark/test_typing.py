"""Type checkers see what users wrote: the signatures of their actions and workflows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from documents import blocks_of

ROOT = Path(__file__).parents[3]

SHOP = """
import asyncio
from datetime import timedelta
from typing import assert_type
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

async def typed() -> None:
    handle = await Checkout().start(7, id="order-7", delay=timedelta(days=1), tags=["a"], on_conflict="reject")
    assert_type(handle, Handle[str])
    assert_type(await handle.result(), str)
    assert_type(Checkout.handle("order-7"), Handle[str])
    assert_type(await Checkout.start_many([{"order_id": 1}], ids=["1"]), list[Handle[str]])
    await Checkout().start(7, on_conflict="nonsense")  # wrong: no such policy
    await handle.send(3)  # wrong: a topic is a str

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


def test_pyright_finds_the_same(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SHOP)
    settings = {
        "include": ["shop.py"],
        "extraPaths": [str(ROOT / ".view")],
        "pythonVersion": "3.11",
        "venvPath": str(ROOT),
        "venv": ".venv",
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    at_decorators = [*WRONG[:-1], WRONG[-1] - 1]  # of a class it is the decorator that is wrong, for pyright
    done = subprocess.run([sys.executable, "-m", "pyright"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert lines_with_errors(done.stdout.replace(" - error", ": error")) == at_decorators, done.stdout + done.stderr


EXAMPLES = [
    "checkout",
    "approval",
    "agent",
    "saga",
    "sync",
    "web",
    "prices",
    "order",
]  # the welcome e-mail is kept to the letter


def test_both_checkers_accept_the_examples(tmp_path: Path) -> None:
    files = [f"{name}.py" for name in EXAMPLES]
    for file in files:
        shutil.copy(ROOT / "examples" / file, tmp_path / file)
    accepted_by_both(tmp_path, files)


def accepted_by_both(folder: Path, files: list[str]) -> None:
    assert files
    settings = {
        "include": files,
        "extraPaths": [str(ROOT / ".view")],
        "pythonVersion": "3.11",
        "venvPath": str(ROOT),
        "venv": ".venv",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    cache = f"--cache-dir={ROOT / '.mypy_cache' / 'of-users'}"
    strict = ["mypy", "--strict", "--config-file=", "--follow-imports=silent", cache, *files]
    for checker in (["pyright"], strict):
        environ = {"MYPYPATH": str(ROOT / ".view"), "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
        command = [sys.executable, "-m", *checker]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environ)
        assert done.returncode == 0, done.stdout + done.stderr


PAGES = ["quickstart", "runs", "testing", "scheduling", "actions", "retries", "workflows-and-actions"]


@pytest.mark.parametrize("page", PAGES)
def test_both_checkers_accept_the_modules_of_the_pages(page: str, tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for name, block in blocks_of((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")):
        if name is not None and not name.startswith("test_"):
            files[name] = files.get(name, "") + block
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    accepted_by_both(tmp_path, list(files))
