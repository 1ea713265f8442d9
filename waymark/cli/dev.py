"""`waymark dev`: a Postgres, workers and a watch over the project's files, in one terminal.

When a file changes, the project is checked and the workers start anew with what it says now; runs go on from where they
stand, with the program that each was started with.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waymark.compiler.frontend.project import project_of
from waymark.runtime.config import load_config

from .check import check_paths, stamps_of
from .checking import find
from .run import database
from .showing import say

LOOK_AGAIN_S = 0.3
GRACE_S = 10.0  # for actions under way, before the workers are ended by force
AGAIN_S = 1.0  # after workers that ended by themselves

# The kernel ends them with us, however we end.
WORKERS = """
import sys
from waymark.runtime.workers.lifeline import die_with_parent
die_with_parent(int(sys.argv[1]))
from waymark.cli import main
main(["start-workers"])
"""


class Stopped(BaseException):
    """SIGTERM."""


def develop(folder: Path) -> int:
    """Until Ctrl-C or SIGTERM."""
    config = load_config(os.environ)
    with database(config) as dsn, _heeding_sigterm():
        if config.database_url is None:
            say(f"to use it elsewhere: export WAYMARK_DATABASE_URL={dsn}")
        workers = Workers(project_of(folder / "any.py").root, dsn)  # where actions have the names that clients import
        try:
            _watch(folder, workers)
        except (KeyboardInterrupt, Stopped):
            say("stopping")
        finally:
            workers.stop()
    return 0


class Workers:
    """`waymark start-workers`, in the project's folder."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self._folder = folder
        self._environ = os.environ | {"WAYMARK_DATABASE_URL": dsn, "PYTHONUNBUFFERED": "1"}
        self._environ.setdefault("WAYMARK_WORKER_COUNT", "1")
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = 0.0

    def keep_running(self) -> None:
        """Start them if they are not there, but not again and again."""
        if self._process is not None and self._process.poll() is not None:
            say(f"the workers ended with {self._process.returncode}; they start again")
            self._process, self._ended = None, time.monotonic()
        if self._process is None and time.monotonic() - self._ended >= AGAIN_S:
            command = [sys.executable, "-c", WORKERS, str(os.getpid())]
            # A group of their own: Ctrl-C in the terminal is ours, and we tell them.
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environ, start_new_session=True, stdin=subprocess.DEVNULL
            )

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process, self._ended = None, 0.0


def _watch(folder: Path, workers: Workers) -> None:
    before = None
    while True:
        found = find([folder])
        now = stamps_of(found)
        if now != before:
            if before is not None:
                say(f"--- {time.strftime('%H:%M:%S')}, something changed")
            if found.files:
                check_paths([folder])
            workers.stop()
            before = now
        workers.keep_running()
        time.sleep(LOOK_AGAIN_S)


@contextmanager
def _heeding_sigterm() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
