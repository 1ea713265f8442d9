"""Helpers of these tests: processes that hold a server, and a look at what runs on a folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg

T = TypeVar("T")

NOBODY = 65534
SECONDS_MAX = 30.0

SCRIPT = """
import json, sys
from pathlib import Path
from waymark.runtime.embedded import EmbeddedPostgres, EmbeddedPostgresError
try:
    with EmbeddedPostgres.open(Path(sys.argv[1]), durable=sys.argv[2] == "durable") as pg:
        told = {"pid": pg.pid, "port": pg.port, "dsn": pg.dsn(), "socket_dsn": pg.socket_dsn(), "version": pg.version}
        print(json.dumps(told), flush=True)
        sys.stdin.read()
except EmbeddedPostgresError as error:
    print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
"""


def eventually(look: Callable[[], T], what: str, seconds_max: float = SECONDS_MAX) -> T:
    """Look until something true is seen; never wait for a fixed time."""
    deadline = time.monotonic() + seconds_max
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {seconds_max} s: {what}"
        time.sleep(0.005)
    return seen


@dataclass
class Holder:
    """A process that opens a state folder, says what it got, and holds it until told to leave."""

    process: subprocess.Popen[str]

    @property
    def pid(self) -> int:
        return self.process.pid

    def told(self) -> dict[str, str]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the holder ended with {self.process.wait()} and said nothing"
        told: dict[str, str] = json.loads(line)
        return told

    def leave(self) -> None:
        self.process.communicate(timeout=SECONDS_MAX)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def holder(
    state: Path, *, durable: bool = False, uid: int | None = None, environ: Mapping[str, str] | None = None
) -> Holder:
    python = sys.executable if uid is None else public_python()
    process = subprocess.Popen(
        [python, "-c", SCRIPT, str(state), "durable" if durable else "fast"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={**os.environ, **(environ or {}), "PYTHONPATH": python_path()},
        user=uid,
        group=uid,
        extra_groups=None if uid is None else (),
    )
    return Holder(process)


@contextmanager
def ended(*holders: Holder) -> Iterator[None]:
    """Whatever the test does, its processes do not outlive it."""
    try:
        yield
    finally:
        for each in holders:
            each.kill()
            for pipe in (each.process.stdin, each.process.stdout):
                assert pipe is not None
                pipe.close()


def public_python() -> str:
    """An interpreter of this version that every user may run, as one in root's home is not."""
    return f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"


def python_path() -> str:
    """For an interpreter that does not know our virtual environment: the source by its links, and the libraries."""
    source = Path(__file__).parents[3] / ".view"
    libraries = Path(asyncpg.__file__).parents[1]
    return f"{source}{os.pathsep}{libraries}"


def processes_on(folder: Path) -> dict[int, str]:
    """The living processes that work in this folder or have a file of it open, with their command lines.

    A zombie has neither, and so does not count, however late it is reaped.
    """
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            links = [entry / "cwd", *(entry / "fd").iterdir()]
            if any(link.readlink().is_relative_to(folder) for link in links):
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it has ended, or is none of ours
            continue
    return found


def guards_on(folder: Path) -> list[int]:
    return [pid for pid, command in processes_on(folder).items() if "guard.py" in command]


def is_idle(folder: Path) -> bool:
    return not processes_on(folder)


def kill_and_wait(pid: int) -> None:
    """kill -9, and until it has taken effect; whether the process is then reaped is up to its parent."""
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: is_dead(pid), f"the end of {pid}")


def is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True
