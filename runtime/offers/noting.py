"""What is kept of attempts for people: how those ended that had no value, and what actions logged.

It is written behind their back, and a database that cannot be reached costs notes, and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TypeVar

from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome, is_value

from ..engine.events import Dispatch, Ended, Lost, Unregistered
from ..ports import StoreError
from ..workers import protocol
from .port import AttemptNote, LogNote, OfferStore

Note = TypeVar("Note", AttemptNote, LogNote)

log = logging.getLogger("waymark.offers")

PAUSE_S = 0.2
NOTES_MAX = 10_000  # that wait; what comes beyond is counted, and told
WRITTEN_MAX = 500  # in one statement


class Noting:
    def __init__(self, store: OfferStore) -> None:
        self._store = store
        self._attempts: list[AttemptNote] = []
        self._lines: list[LogNote] = []
        self._lost = 0
        self._changed = asyncio.Event()

    def ended(self, report: Ended | Lost | Unregistered) -> None:
        why, began, until = "", 0, time.time_ns() // 1000
        match report:
            case Ended():
                why, began, until = _raised(report), report.started_at, report.finished_at
            case Lost() | Unregistered():
                why, began = report.why, until
        if why:
            self._note(self._attempts, AttemptNote(report.ref, report.request, report.attempt, began, until, why))

    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None:
        for line in lines:
            each = (dispatch.ref, dispatch.request, dispatch.attempt, line.at, line.level, line.logger, line.text)
            self._note(self._lines, LogNote(*each))

    def _note(self, notes: list[Note], note: Note) -> None:
        if len(notes) >= NOTES_MAX:
            self._lost += 1
            return
        notes.append(note)
        self._changed.set()

    async def serve(self) -> None:
        """Until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(PAUSE_S)  # more may come
            self._changed.clear()
            await self.flush()

    async def flush(self) -> None:
        while self._attempts or self._lines:
            attempts, self._attempts = self._attempts[:WRITTEN_MAX], self._attempts[WRITTEN_MAX:]
            lines, self._lines = self._lines[:WRITTEN_MAX], self._lines[WRITTEN_MAX:]
            try:
                if attempts:
                    await self._store.note_attempts(attempts)
                if lines:
                    await self._store.note_logs(lines)
            except StoreError as error:
                self._lost += len(attempts) + len(lines)
                log.warning("notes of attempts could not be kept: %s", error)
        if self._lost:
            log.warning("%d lines of logs and notes of attempts were not kept", self._lost)
            self._lost = 0


def _raised(report: Ended) -> str:
    """What it raised; "" of a value."""
    if is_value(report.outcome):
        return ""
    try:
        outcome = decode_outcome(report.outcome, inside=True)
    except Exception as error:
        return f"its outcome cannot be read: {error}"
    if not isinstance(outcome, Raised):
        return ""
    try:
        return f"{type(outcome.error).__name__}: {outcome.error}"
    except Exception:  # a class of the program's, whose `__str__` needs a machine
        return type(outcome.error).__name__
