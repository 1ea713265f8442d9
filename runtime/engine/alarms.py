"""What is to happen at a time: a run's next deadline, and repetitions of calls that wait their turn. A heap.

An alarm is not taken out when it is no longer meant: that is told apart when it rings, by the run's own `wake`, or by
the attempt that the call stands at. Only when most may be of that kind, the heap is rid of them.
"""

from __future__ import annotations

import heapq
import itertools

from waymark.vm.surface import Instant

from ..machines.calls import CallState
from .live import LiveRun

HELD_MIN = 64  # below that nothing is thrown out

Repetition = tuple[int, int]  # request, and the attempt that ended


class Alarms:
    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, LiveRun, Repetition | None]] = []
        self._numbers = itertools.count()
        self._room = HELD_MIN  # with more in the heap it is looked through

    def set(self, when: Instant, run: LiveRun, repetition: Repetition | None = None) -> None:
        heapq.heappush(self._heap, (when, next(self._numbers), run, repetition))
        if len(self._heap) > self._room:
            self._heap = [alarm for alarm in self._heap if _is_meant(alarm[2], alarm[0], alarm[3])]
            heapq.heapify(self._heap)
            self._room = max(HELD_MIN, 2 * len(self._heap))

    def __len__(self) -> int:
        return len(self._heap)

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
            if not _is_meant(run, when, repetition):
                continue
            if repetition is None:
                run.wake = None
                run.again = True
            else:
                run.repeats.append(repetition[0])
            rung.append(run)
        return rung


def _is_meant(run: LiveRun, when: Instant, repetition: Repetition | None) -> bool:
    if run.gone:
        return False
    if repetition is None:
        return run.wake == when
    request, attempt = repetition
    call = run.calls.get(request)
    waits = call is not None and call.attempt == attempt and call.state is CallState.WAITING
    return waits and request not in run.repeats
