"""The host for engines in the user's own process (tests, in-memory mode): no process can be killed there.

What is asked is done on a thread of its own, and whoever asks waits for so long and no longer: a validator that loops,
or waits, is left to itself, and the next request gets another thread. The one that was left is told to end, by an
exception at its next step of Python, so that it does not take the processor for ever.
"""

from __future__ import annotations

import ctypes
import os
import queue
import threading

from waymark.vm.hosting import Host, HostInterrupted, HostTimeout

from .taking import answer

ANSWER_S = 3.0
AGAIN_S = 0.1  # a validator may take the interruption for its own, in an `except BaseException`


class Inside:
    """A host for `waymark.vm.hosting`."""

    def __init__(self, answer_s: float = ANSWER_S, host: Host = answer) -> None:
        self._answer_s = answer_s
        self._host = host
        self._worker: _Worker | None = None
        self._owner = 0

    def __call__(self, request: bytes) -> bytes:
        if self._worker is None or self._owner != os.getpid():  # a fork has no threads
            self._worker, self._owner = _Worker(self._host), os.getpid()
        answer = self._worker.ask(request, self._answer_s)
        if answer is None:
            self._worker.leave()
            self._worker = None
            raise HostTimeout(f"no answer within {self._answer_s:g} s: does a validator wait, or loop?")
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """End the thread, if there is one."""
        if self._worker is not None:
            self._worker.requests.put(None)
            self._worker = None


HERE = Inside()  # for one engine after the other


class _Worker:
    """A thread that answers, one request after the other."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[bytes | BaseException] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="waymark host", daemon=True)
        self._thread.start()

    def ask(self, request: bytes, seconds: float) -> bytes | BaseException | None:
        """The answer, or what was raised instead; None if there was none in time."""
        self.requests.put(request)
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def leave(self) -> None:
        """Nobody asks it any more, whatever it is at."""
        self.requests.put(None)
        threading.Thread(target=self._interrupt, name="waymark watch", daemon=True).start()

    def _serve(self) -> None:
        while (request := self.requests.get()) is not None:
            try:
                answer: bytes | BaseException = self._host(request)
            except BaseException as error:
                answer = error
            self._answers.put(answer)

    def _interrupt(self) -> None:
        thread = ctypes.c_ulong(self._thread.ident or 0)
        while self._thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(HostInterrupted))
            self._thread.join(AGAIN_S)
