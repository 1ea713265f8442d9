"""Answers on their way to the inboxes of runs: those that have gathered go together, and none is given up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from ..engine.events import Ended, Lost, Unregistered
from ..engine.patience import patiently
from ..model import EngineId, RunRef
from .answers import Answer
from .port import OfferStore

log = logging.getLogger("waymark.offers")

ANSWERED_MAX = 200  # in one statement
FLUSH_S_MAX = 5.0


class Answering:
    def __init__(self, store: OfferStore, answered: Callable[[RunRef], None]) -> None:
        self._store = store
        self._answered = answered
        self._answers: list[tuple[RunRef, Answer]] = []
        self._changed = asyncio.Event()
        self._under_way = False
        self._settled = asyncio.Event()

    def put(self, report: Ended | Lost | Unregistered) -> None:
        self._answers.append((report.ref, Answer.of(report)))
        self._changed.set()

    async def serve(self, claimer: EngineId) -> None:
        """Until cancelled."""
        while True:
            if not self._answers:
                self._changed.clear()
                await self._changed.wait()
            chosen, self._answers = self._answers[:ANSWERED_MAX], self._answers[ANSWERED_MAX:]
            self._under_way = True
            counted = await patiently(partial(self._store.answer, claimer, chosen))
            self._under_way = False
            self._settled.set()
            for ref, answer in chosen:
                if (ref, answer.call) in counted:
                    self._answered(ref)
                else:
                    log.debug("run %s: the answer of attempt %d is dropped: its offer is gone", ref.run, answer.attempt)

    async def flush(self) -> None:
        """Returns when nothing is on its way any more, or after a while."""
        try:
            async with asyncio.timeout(FLUSH_S_MAX):
                while self._answers or self._under_way:
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            log.warning("%d answers to offers could not be written down; their attempts run again", len(self._answers))
