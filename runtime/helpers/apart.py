"""Work whose time nothing bounds, done in a process of its own that can be ended (`waymark.stdlib.natives.apart`).

The process ends itself after so much of its processor time (`apart_process.py`), so a loaded machine changes nothing.
It serves one request after another, and is gone with this one.
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
from pathlib import Path
from typing import Any

from waymark.stdlib.natives import apart, apart_work

# By the clock on the wall, beyond what it may compute: a machine that gives the worker nothing for so long has failed.
_WAIT_MORE_S = 30.0
_END_MAX_S = 1.0
_PROCESS = Path(__file__).with_name("apart_process.py")
_WORK = Path(apart_work.__file__)
_SIZE = 8


class Lost(Exception):
    """The worker is gone."""


class Worker:
    """One child process, for the whole of this process. Started at the first need."""

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
                    return self._exchange(process, request, seconds + _WAIT_MORE_S)
                except (Lost, BrokenPipeError):
                    self.close()
                except BaseException:  # Ctrl-C, say: what it answers yet must not be taken for the next answer
                    process.kill()
                    self.close()
                    raise
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
                [sys.executable, "-I", "-S", str(_PROCESS), str(_WORK)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, wait_s: float) -> bytes:
        assert process.stdin is not None and process.stdout is not None
        left = memoryview(len(request).to_bytes(_SIZE, "big") + request)
        while left:
            left = left[process.stdin.write(left) :]
        size = int.from_bytes(self._read(process.stdout, _SIZE, wait_s), "big")
        return self._read(process.stdout, size, wait_s)

    def _read(self, pipe: Any, size: int, wait_s: float) -> bytes:
        parts = []
        waiting = select.poll()
        waiting.register(pipe, select.POLLIN)
        while size:
            part = pipe.read(size) if waiting.poll(wait_s * 1000) else b""
            if not part:
                raise Lost
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


HERE = Worker()
atexit.register(HERE.close)


def provide() -> None:
    """Have the natives of this process ask its worker, whatever engines and machines are in it."""
    apart.use(HERE)
