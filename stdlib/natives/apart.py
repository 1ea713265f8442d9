"""Work whose time nothing bounds, done in a process of its own that can be ended: the service, and its default.

    run_apart("match", pattern, flags, ...)     what the worker makes of it (`apart_worker.py`)

A regular expression that goes back again and again takes years over forty letters, and C code of this process cannot
be stopped. The worker ends itself after `apart_ms` of its processor time, so a loaded machine changes nothing; the run
then ends with its line. The process is started at the first need, serves one request after another, and is gone
with this one. A host may provide another `Apart`, by `apart.set`.
"""

from __future__ import annotations

import atexit
import marshal
import os
import select
import signal
import subprocess
import sys
import threading
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

from .amounts import exceed, limits
from .services import Excess

_WAIT_MAX_S = 30.0  # by the clock on the wall: a machine that gives the worker nothing for so long has failed
_END_MAX_S = 1.0
_WORKER = Path(__file__).with_name("apart_worker.py")
_SIZE = 8


class Apart(Protocol):
    """Where work is done that may have to be ended."""

    def call(self, work: str, seconds: float, arguments: bytes) -> bytes | None:
        """Arguments and answer are marshalled. None: it took longer than so many seconds of processor time."""
        ...


class Lost(Exception):
    """The worker is gone."""


class Worker:
    """The default: one child process, for the whole of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0  # the pid that started it: after a fork it is another's

    def call(self, work: str, seconds: float, arguments: bytes) -> bytes | None:
        request = marshal.dumps((work, seconds)) + arguments
        with self._lock:
            for _ in range(2):  # a process that was ended by somebody else is followed by another one
                process = self._started()
                try:
                    return self._exchange(process, request)
                except (Lost, BrokenPipeError):
                    self.close()
                if process.returncode == -signal.SIGPROF:
                    return None
        raise MemoryError("the process for work apart is ended again and again")  # a failure of the host

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            if process.poll() is None:
                self._end(process)
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        process.stdin.close()  # it has nothing left to read, and goes
        try:
            process.wait(_END_MAX_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes) -> bytes:
        assert process.stdin is not None and process.stdout is not None
        left = memoryview(len(request).to_bytes(_SIZE, "big") + request)
        while left:
            left = left[process.stdin.write(left) :]
        size = int.from_bytes(self._read(process.stdout, _SIZE), "big")
        return self._read(process.stdout, size)

    def _read(self, pipe: Any, size: int) -> bytes:
        parts = []
        waiting = select.poll()
        waiting.register(pipe, select.POLLIN)
        while size:
            part = pipe.read(size) if waiting.poll(_WAIT_MAX_S * 1000) else b""
            if not part:
                raise Lost
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


_worker = Worker()
atexit.register(_worker.close)
apart: ContextVar[Apart] = ContextVar("waymark_apart", default=_worker)


def run_apart(what: str, work: str, *arguments: Any) -> Any:
    """Have the work done. `what` is what a message calls it."""
    allowed = limits().apart_ms
    answer = apart.get().call(work, allowed / 1000, marshal.dumps(arguments))
    if answer is None:
        exceed("apart_ms", f"{what} takes more than {allowed} ms of processor time")
    failed, value = marshal.loads(answer)
    if failed == "MemoryError":
        raise Excess(MemoryError())
    if failed:
        raise RuntimeError(value)
    return value
