"""The engine's side of a helper process (`process.py`): a call that has an answer, or a reason, within seconds.

It blocks: a request is a part of a slice, and a slice is one step of its engine. So its time is bounded, and whoever
does not answer in time is killed. The next request starts another process.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from waymark.vm.hosting import HostTimeout, HostUnavailable

from .process import HEADER_BYTES, receive

MODULE = "waymark.runtime.helpers.process"
TRIES = 3  # of a process that dies: a user's class may kill it, and so may whoever is short of memory
ALIVE_S = 0.5  # how often somebody is told that we wait for something that ends


class HelperSettings(msgspec.Struct, frozen=True, kw_only=True):
    modules: tuple[str, ...] = ()  # imported at its start; any other when it is needed
    project: str = ""  # "": the current folder
    answer_s: float = 3.0
    start_s: float = 30.0  # importing the user's modules included


class Helper:
    """A host for `waymark.vm.hosting.hosting.use`. Started by the first request."""

    def __init__(self, settings: HelperSettings, alive: Callable[[], None] | None = None) -> None:
        """`alive` is called twice a second while an answer is waited for, whose time is bounded here."""
        self._settings = settings
        self._alive = alive
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def __call__(self, request: bytes) -> bytes:
        for _ in range(TRIES):
            answer = self._ask(request)
            if answer is not None:
                return answer
        raise HostUnavailable("the helper process that imports the user's modules has died over a request")

    def _ask(self, request: bytes) -> bytes | None:
        """None: the process has died. Perhaps over this request, perhaps somebody killed it: what is asked of it has no
        effects, so that asking again does no harm."""
        connection = self._started()
        connection.settimeout(self._settings.answer_s)
        try:
            connection.sendall(len(request).to_bytes(HEADER_BYTES, "big") + request)
            self._await(connection, self._settings.answer_s)
            answer = receive(connection)
        except TimeoutError:
            self.close()
            text = f"no answer within {self._settings.answer_s:g} s: does a validator wait, or loop?"
            raise HostTimeout(text) from None
        except OSError:
            answer = None
        except BaseException:  # Ctrl-C, say: what it answers yet must not be taken for the next answer
            self.close()
            raise
        if answer is None:
            self.close()
        return answer

    def _started(self) -> socket.socket:
        for _ in range(TRIES):
            if (connection := self._connection or self._start()) is not None:
                return connection
        raise HostUnavailable(
            "the helper process that imports the user's modules ends while it starts; what it printed says more"
        )

    def _start(self) -> socket.socket | None:
        """None: it has died at once."""
        settings = self._settings
        ours, theirs = socket.socketpair()
        project = settings.project or str(Path.cwd())
        command = [sys.executable, "-m", MODULE, str(theirs.fileno()), str(os.getpid()), project, *settings.modules]
        try:
            self._process = subprocess.Popen(
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env={**os.environ, "WAYMARK_PROCESS_ROLE": "worker"},
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._connection = ours
        ours.settimeout(settings.start_s)
        try:
            self._await(ours, settings.start_s)
            ready = receive(ours)
        except TimeoutError:
            self.close()
            raise HostUnavailable(
                "the helper process that imports the user's modules did not start "
                f"within {settings.start_s:g} s; what it printed says more"
            ) from None
        except OSError:
            ready = None
        if ready is None:
            self.close()
            return None
        return ours

    def _await(self, connection: socket.socket, patience_s: float) -> None:
        """Returns when there is something to read; TimeoutError when the time is over."""
        deadline = time.monotonic() + patience_s
        while True:
            if self._alive is not None:
                self._alive()
            left_s = deadline - time.monotonic()
            connection.settimeout(max(0.001, min(ALIVE_S, left_s)))
            try:
                connection.recv(1, socket.MSG_PEEK)
                break
            except TimeoutError:
                if left_s <= ALIVE_S:
                    raise
        connection.settimeout(patience_s)

    def close(self) -> None:
        """End the process, whatever it is at."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.wait()
