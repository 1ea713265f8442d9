"""Attempts that have to beat: each is looked at when it would have been silent for too long. A heap.

A beat moves nothing in the heap: whoever is looked at and has beaten meanwhile is put behind again.
"""

from __future__ import annotations

import heapq
import itertools
from typing import NamedTuple

from waymark.vm.surface import Instant

from .live import Call, LiveRun


class _Watched(NamedTuple):
    when: Instant
    number: int
    run: LiveRun
    call: Call
    attempt: int
    every_us: int


class Pulses:
    def __init__(self) -> None:
        self._heap: list[_Watched] = []
        self._begun: list[tuple[LiveRun, Call, int]] = []  # since the last look, which is when they count from
        self._numbers = itertools.count()

    def watch(self, run: LiveRun, call: Call, every_ms: int) -> None:
        """An attempt begins."""
        call.beaten = 0
        self._begun.append((run, call, every_ms * 1_000))

    def next(self) -> Instant | None:
        if self._begun:
            return 0  # to be looked at as soon as somebody knows the time
        return self._heap[0].when if self._heap else None

    def silent(self, now: Instant) -> list[tuple[LiveRun, Call]]:
        """Attempts that have not beaten for as long as they may be silent. Each is named once."""
        for run, call, every_us in self._begun:
            call.beaten = max(call.beaten, now)
            heapq.heappush(self._heap, _Watched(now + every_us, next(self._numbers), run, call, call.attempt, every_us))
        self._begun.clear()
        found = []
        while self._heap and self._heap[0].when <= now:
            watched = heapq.heappop(self._heap)
            run, call = watched.run, watched.call
            over = run.gone or run.calls.get(call.request) is not call or not call.under_way
            if over or call.attempt != watched.attempt:
                continue
            until, patience_us = call.beaten + watched.every_us, watched.every_us // 4
            if now - watched.when > patience_us:
                until = now + patience_us  # this engine was away, and beats may be on their way to it
            if until > now:
                heapq.heappush(self._heap, watched._replace(when=until, number=next(self._numbers)))
            else:
                found.append((run, call))
        return found
