"""What chaos happens to: a Postgres on a small disk behind a proxy, and hosts with supervisors, engines and workers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from waymark.runtime.embedded import EmbeddedPostgres

from . import deeds
from .proxy import Proxy

ROOT = Path(__file__).parents[2]
DISK_MB = 600
TTL_MS = 3_000
MARK = "CHAOS_MARK"  # in the environment of all that we start, so that nobody can hide
SUPERVISOR, ENGINE, HELPER, WORKER = "workers.supervisor", "engine.process", "helpers.process", "workers.process"

# The wall clock of a host can be stepped: libfaketime reads the step, in seconds, from a file once a second. Where that
# is not installed, a sitecustomize does it for what asks Python's `time`.
FAKETIME = next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
CLOCK = """
import os, time
_real, _real_ns, _file = time.time, time.time_ns, os.environ.get("CHAOS_CLOCK")
def _step():
    try:
        with open(_file) as file:
            return float(file.read() or 0)
    except (OSError, ValueError):
        return 0.0
if _file:
    time.time = lambda: _real() + _step()
    time.time_ns = lambda: _real_ns() + int(_step() * 1e9)
"""


def clock_of(file: Path) -> dict[str, str]:
    """The environment of processes whose wall clock is as far ahead as the file says."""
    if FAKETIME is None:
        return {"CHAOS_CLOCK": str(file)}
    only_wall = {"DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    return {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1"} | only_wall


class Host:
    """Supervisors of one host share a folder, and so prove each other dead; two hosts do not."""

    def __init__(self, name: str, folder: Path, environ: dict[str, str]) -> None:
        self.name = name
        self.clock = folder / "clock"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(CLOCK)
        self.set_clock(0.0)
        self.prefix: tuple[str, ...] = ()  # before the command, as for a network of its own
        self.environ = environ | {
            "WAYMARK_DATA_DIR": str(folder),
            **clock_of(self.clock),
            "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [environ.get("PYTHONPATH")]), str(ROOT)]),
        }
        self._log = (folder / "log").open("ab")
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def set_clock(self, step_s: float) -> None:
        """So far ahead of everybody's."""
        self.clock.write_text(f"{step_s:+g}\n")

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "waymark.runtime.workers.supervisor"],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds: float) -> int:
        """Drain. Its exit code; killed if it takes too long."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Deployment:
    def __init__(
        self, hosts: int, shards: int, small_disk: bool = True, listen_on: str = "127.0.0.1", **settings: str
    ) -> None:
        """`listen_on`: the proxy's address. `settings`: of the environment of all hosts."""
        self._mark = uuid.uuid4().hex
        self.folder = Path(tempfile.mkdtemp(prefix="waymark-chaos-"))
        self.folder.chmod(0o755)
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.ledger = self.folder / "ledger"
        self.small_disk = small_disk and os.getuid() == 0 and _mount(self.disk)
        self.server = EmbeddedPostgres.open(self.disk)
        self.proxy = Proxy(lambda: self.server.port, listen_on)
        self.proxy.__enter__()
        environ = os.environ | {
            MARK: self._mark,
            deeds.LEDGER_VARIABLE: str(self.ledger),
            "WAYMARK_DATABASE_URL": self.dsn,
            "WAYMARK_USER_MODULE": deeds.__name__,
            "WAYMARK_WORKER_COUNT": str(shards),
            "WAYMARK_EXECUTOR_SHARDS": str(shards),
            "WAYMARK_LOCK_TTL_MS": str(TTL_MS),
            "WAYMARK_LOCK_HEARTBEAT_MS": str(TTL_MS // 4),
            "WAYMARK_PARANOID": "0",
            **settings,
        }
        self.hosts = [Host(f"host {n + 1}", self.folder / f"host{n + 1}", environ) for n in range(hosts)]

    @property
    def dsn(self) -> str:
        """By way of the proxy."""
        url = urlsplit(self.server.dsn())
        return url._replace(netloc=f"{url.netloc.rpartition('@')[0]}@127.0.0.1:{self.proxy.port}").geturl()

    @property
    def direct_dsn(self) -> str:
        return self.server.dsn()

    @property
    def server_log(self) -> Path:
        return self.server.folder / "server.log"

    def pids(self, module: str) -> list[int]:
        """Of our processes that run this module, in the order of their pids."""
        return sorted(pid for pid, command in self._ours() if f"waymark.runtime.{module}" in command)

    def engine_at(self, port: int) -> int | None:
        """The engine whose end of a connection has this port."""
        return next((pid for pid in self.pids(ENGINE) if _sockets(pid) & _inodes(port)), None)

    def orphans(self) -> list[str]:
        """Command lines of what is left when everybody should be gone."""
        return [f"{pid}: {command}" for pid, command in self._ours()]

    def _ours(self) -> Iterator[tuple[int, str]]:
        mark = f"{MARK}={self._mark}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes() and " Z " not in (folder / "stat").read_text():
                    yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it ended while we looked

    def fill_disk(self) -> Path:
        """A file that takes all but a few blocks."""
        ballast = self.disk / "ballast"
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(self.disk).free - (64 << 10)))
        return ballast

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for pid, _ in self._ours():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for host in self.hosts:
            if host.process is not None:
                host.process.wait()
        self.proxy.__exit__()
        self.server.close()
        if self.small_disk:
            _unmount(self.disk)
        shutil.rmtree(self.folder, ignore_errors=True)


def _inodes(port: int) -> set[str]:
    """Of sockets of this host with this port of their own."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {row[9] for row in rows if int(row[1].rpartition(":")[2], 16) == port}


def _sockets(pid: int) -> set[str]:
    found = set()
    for fd in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            found.add(str(fd.readlink()).removeprefix("socket:[").removesuffix("]"))
        except OSError:
            continue  # it was closed while we looked
    return found


def _mount(folder: Path) -> bool:
    """Whether there is a file system of its own now, so small that it can be filled."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0755", "waymark-chaos", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _unmount(folder: Path) -> None:
    for _ in range(20):
        if subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.25)  # the server's last processes let go of it
    subprocess.run(["umount", "-l", str(folder)], check=False)
