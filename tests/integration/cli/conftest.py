"""`waymark` as a process, on a database of the test's own, in a folder with a user's module."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

DEADLINE_S = 40.0

SHOP = """\
import asyncio
from pathlib import Path
from waymark import Workflow, action, workflow

@action
async def step(n: int) -> int:
    with Path("ledger").open("a") as ledger:
        ledger.write(f"step {n}\\n")
    return n + 1

@action
async def decline(n: int) -> int:
    raise ValueError(f"no {n}")

@workflow
class Sleepy(Workflow):
    async def run(self, pause: float = 3600) -> int:
        n = await step(1)
        await asyncio.sleep(pause)
        return await step(n)

@workflow
class Fails(Workflow):
    async def run(self, n: int) -> int:
        m = await step(n)
        return await decline(m)

async def main() -> None:
    print("result:", await Sleepy().run(pause=0))
    handle = await Sleepy().start(pause=0, id="named")
    print("again:", await handle.result(timeout=30), handle.id)

if __name__ == "__main__":
    asyncio.run(main())
"""


class Process:
    """A process whose stderr can be waited for. It never outlives its deadline."""

    def __init__(self, arguments: list[str], folder: Path, environ: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            arguments, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._timer = threading.Timer(DEADLINE_S, self._process.kill)
        self._timer.start()
        self.pid = self._process.pid
        self.said = ""

    def hear(self, text: str) -> str:
        """Read stderr until a line with this text; that line."""
        assert self._process.stderr is not None
        while line := self._process.stderr.readline():
            self.said += line
            if text in line:
                return line
        raise AssertionError(f"{text!r} was never said, but:\n{self.said}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout and all of stderr."""
        out, err = self._process.communicate()
        self._timer.cancel()
        return self._process.returncode, out, self.said + err

    def children(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def close(self) -> None:
        self._process.kill()
        self.end()


class Folder:
    """Where the user works."""

    def __init__(self, path: Path, environ: dict[str, str]) -> None:
        self.path = path
        self.environ = environ
        self._processes: list[Process] = []
        (path / "shop.py").write_text(SHOP)

    def start(self, *arguments: str, **environ: str) -> Process:
        process = Process([sys.executable, *arguments], self.path, self.environ | environ)
        self._processes.append(process)
        return process

    def waymark(self, *arguments: str, **environ: str) -> Process:
        return self.start("-m", "waymark", *arguments, **environ)

    @property
    def ledger(self) -> list[str]:
        return (self.path / "ledger").read_text().splitlines()

    def close(self) -> None:
        for process in self._processes:
            process.close()


@pytest.fixture
def folder(tmp_path: Path, database: str) -> Iterator[Folder]:
    environ = os.environ | {
        "WAYMARK_DATABASE_URL": database,
        "WAYMARK_DATA_DIR": str(tmp_path / "state"),
        "WAYMARK_WORKER_COUNT": "1",
        "PYTHONSAFEPATH": "1",
    }
    made = Folder(tmp_path, environ)
    yield made
    made.close()
