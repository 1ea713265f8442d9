"""What an attempt says while it runs, on its way to the engine: heartbeats at once, log lines together."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

from . import protocol
from .capturing import text_of

LINES_MAX = 1_000  # of an attempt; what it logs beyond is told by the handlers of the process alone


class Voice:
    """`current.Ears` of an attempt in a worker process. Heard from any thread, sent from the loop's."""

    __slots__ = ("_heard", "_lines", "_loop", "_number", "_send", "_sending", "_thread")

    def __init__(self, number: int, send: Callable[[protocol.ToEngine], None], loop: asyncio.AbstractEventLoop) -> None:
        self._number = number
        self._send = send
        self._loop = loop
        self._thread = threading.get_ident()
        self._lines: list[protocol.Line] = []
        self._heard = 0
        self._sending = False

    def beat(self, progress: bytes | None) -> None:
        self._in_loop(self._send, protocol.Beat(self._number, progress))

    def note(self, record: logging.LogRecord) -> None:
        self._in_loop(self._take, record)

    def _in_loop(self, say: Callable[..., None], what: object) -> None:
        if threading.get_ident() == self._thread:
            say(what)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(say, what)

    def _take(self, record: logging.LogRecord) -> None:
        self._heard += 1
        if self._heard > LINES_MAX:
            return
        text = text_of(record)
        if self._heard == LINES_MAX:
            text = f"{text} (what this attempt logs from here on is not kept)"
        self._lines.append(protocol.Line(int(record.created * 1_000_000), record.levelname, record.name, text))
        if not self._sending:
            self._sending = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        self._sending = False
        if self._lines:
            lines, self._lines = tuple(self._lines), []
            self._send(protocol.Logged(self._number, lines))
