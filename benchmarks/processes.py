"""An engine with its workers as processes of their own, and what CPU a tree of processes has had. For Linux: /proc."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from .bench import Bench
from .programs import chain

ROOT = Path(__file__).parent.parent
END_S = 15.0
LOOK_EVERY_S = 0.5
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")

T = TypeVar("T")


class EngineProcess:
    """One that was started here. It dies with us, however we end."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    async def doing(self, work: Coroutine[Any, Any, T]) -> T:
        """What needs the engine: ended with a word, instead of waited for, when the engine is gone."""
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                await asyncio.wait([task], timeout=LOOK_EVERY_S)
                if self._process.poll() is not None and not task.done():
                    raise RuntimeError(f"the engine process ended with code {self._process.returncode}")
            return task.result()
        finally:
            task.cancel()


@contextmanager
def engine_process(bench: Bench, dsn: str, workers: int) -> Iterator[EngineProcess]:
    """An engine on this database, with worker processes that have imported programs/chain.py."""
    environ = os.environ | {
        "WAYMARK_DATABASE_URL": dsn,
        "WAYMARK_DATA_DIR": str(bench.folder),
        "WAYMARK_USER_MODULE": str(chain.__file__),
        "WAYMARK_WORKER_COUNT": str(workers),
        "WAYMARK_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "waymark.runtime.engine.process", str(os.getpid())]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL)
    try:
        yield EngineProcess(process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tree_cpu_s(*roots: int) -> float:
    """Seconds of CPU of these processes and all below them, those that have ended and were waited for included."""
    stats = _stats()
    return sum(stats[pid].ticks for pid in _below(stats, roots)) / TICKS_A_SECOND


def tree_peak_mib(*roots: int) -> float:
    """The most memory that any one of these processes, or of those below them, has had."""
    peaks = []
    for pid in _below(_stats(), roots):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue  # it ended while we looked
        peaks += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")]
    if not peaks:
        raise RuntimeError(f"none of the processes {roots} is there any more")
    return max(peaks)


class _Stat(NamedTuple):
    parent: int
    ticks: int  # of CPU


def _stats() -> dict[int, _Stat]:
    if not Path("/proc/self/stat").exists():
        raise RuntimeError("CPU seconds of other processes are read from /proc, which this system does not have")
    stats = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # pid (name, which may hold anything) state ppid ... utime stime cutime cstime
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        stats[int(folder.name)] = _Stat(int(fields[1]), sum(map(int, fields[11:15])))
    return stats


def _below(stats: Mapping[int, _Stat], roots: Iterable[int]) -> set[int]:
    """These and all below them."""
    wanted = set(roots) & stats.keys()
    grown = True
    while grown:
        more = {pid for pid, stat in stats.items() if stat.parent in wanted} - wanted
        wanted |= more
        grown = bool(more)
    return wanted
