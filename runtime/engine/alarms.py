"""What is to happen at a time: a run's next deadline, and repetitions of calls that wait their turn. A heap.

An alarm is never taken out: one that is no longer meant is told apart when it rings, by the run's own `wake`, or by the
attempt that the call stands at.
"""

from __future__ import annotations

import heapq
import itertools

from waymark.vm.surface import Instant

from .live import LiveRun

Repetition = tuple[int, int]  # request, and the attempt that ended


class Alarms:
    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, LiveRun, Repetition | None]] = []
        self._numbers = itertools.count()

    def set(self, when: Instant, run: LiveRun, repetition: Repetition | None = None) -> None:
        heapq.heappush(self._heap, (when, next(self._numbers), run, repetition))

    def wake(self, run: LiveRun, when: Instant | None) -> None:
        """The run's next deadline is this one now, and no other."""
        if when != run.wake:
            run.wake = when
            if when is not None:
                self.set(when, run)

    def next(self) -> Instant | None:
        return self._heap[0][0] if self._heap else None

    def ring(self, now: Instant) -> list[LiveRun]:
        """The runs for which something is due; what it is stands in the run."""
        rung = []
        while self._heap and self._heap[0][0] <= now:
            when, _, run, repetition = heapq.heappop(self._heap)
            if not run.gone and _is_meant(run, when, repetition):
                rung.append(run)
        return rung


def _is_meant(run: LiveRun, when: Instant, repetition: Repetition | None) -> bool:
    if repetition is None:
        if run.wake != when:
            return False
        run.wake = None
        run.again = True
        return True
    request, attempt = repetition
    call = run.calls.get(request)
    if call is None or call.attempt != attempt or call.dispatched or request in run.repeats:
        return False
    run.repeats.append(request)
    return True
