"""What the demo needs behind its story: worker processes to kill, and the ledger that the actions write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MARK = "WAYMARK_DEMO_MARK"  # in the environment of every process of this demo, so that none can hide


@dataclass
class Stage:
    """One `waymark start-workers` at a time, and everything that it has started."""

    dsn: str
    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    supervisor: subprocess.Popen[bytes] | None = None

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.txt"

    def start_workers(self) -> None:
        environ = os.environ | {
            "WAYMARK_DATABASE_URL": self.dsn,
            "WAYMARK_DATA_DIR": str(self.folder),
            "WAYMARK_USER_MODULE": str(Path(__file__).with_name("order.py")),
            "WAYMARK_WORKER_COUNT": "2",
            "WAYMARK_LOG_LEVEL": "WARNING",
            "WAYMARK_DEMO_LEDGER": str(self.ledger),
            MARK: self.mark,
        }
        command = [sys.executable, "-m", "waymark", "start-workers"]
        with (self.folder / "workers.log").open("ab") as log:
            self.supervisor = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def processes(self) -> list[int]:
        """Every live process of this demo's workers, whoever its parent is."""
        needle = f"{MARK}={self.mark}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if needle in (folder / "environ").read_bytes() and "\nState:\tZ" not in (folder / "status").read_text():
                    found.append(int(folder.name))
            except OSError:
                continue  # it ended while we looked, or is somebody else's
        return sorted(found)

    def kill_everything(self) -> list[int]:
        """SIGKILL to each process at once."""
        pids = self.processes()
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        self._reap()
        return pids

    def kill_supervisor(self) -> int:
        """SIGKILL to the supervisor alone. The others must notice by themselves."""
        assert self.supervisor is not None
        pid = self.supervisor.pid
        _signal(pid, signal.SIGKILL)
        self._reap()
        return pid

    def stop_workers(self) -> int:
        """SIGTERM, as a service manager sends it; the exit code."""
        assert self.supervisor is not None
        self.supervisor.terminate()
        return self.supervisor.wait(timeout=30)

    def lines(self) -> list[tuple[float, str]]:
        """(when, what) of the ledger."""
        if not self.ledger.exists():
            return []
        rows = [line.split(" ", 2) for line in self.ledger.read_text(encoding="utf-8").splitlines()]
        return [(float(when), what) for when, _, what in rows]

    def count(self, what: str) -> int:
        return sum(told == what for _, told in self.lines())

    def when(self, what: str) -> float:
        return next(moment for moment, told in self.lines() if told == what)

    def _reap(self) -> None:
        if self.supervisor is not None:
            self.supervisor.wait(timeout=30)


def until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait for a condition; RuntimeError if it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.005)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass  # gone before us
