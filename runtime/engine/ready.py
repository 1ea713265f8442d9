"""Whose turn it is: the runs that have something to execute.

Higher priority goes first, and within one priority everybody in turn. One slice in eight goes to the priority that was
served longest ago, so that a busy one cannot starve the others. A run that an engine has died of stands apart, since it
is executed alone.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator

from .live import LiveRun

OTHERS_EVERY = 8


class Ready:
    def __init__(self) -> None:
        self._lines: dict[int, deque[LiveRun]] = {}
        self._served: dict[int, int] = {}  # by priority: the number of its last slice
        self._slices = 0
        self._struck: deque[LiveRun] = deque()

    def __len__(self) -> int:
        return sum(map(len, self._lines.values())) + len(self._struck)

    def __iter__(self) -> Iterator[LiveRun]:
        return itertools.chain(self._struck, *self._lines.values())

    @property
    def struck(self) -> bool:
        """Whether one that is to be executed alone waits for its turn."""
        return bool(self._struck)

    def add(self, run: LiveRun) -> None:
        if run.queued:
            return
        run.queued = True
        line = self._struck if run.strikes else self._lines.setdefault(run.priority, deque())
        line.append(run)

    def take(self) -> LiveRun | None:
        """The next of the many. None: what stood there has nothing to execute any more, or nobody does."""
        if not self._lines:
            return None
        self._slices += 1
        if self._slices % OTHERS_EVERY:
            priority = max(self._lines)
        else:
            priority = min(self._lines, key=lambda each: self._served.get(each, 0))
        self._served[priority] = self._slices
        line = self._lines[priority]
        run = line.popleft()
        if not line:
            del self._lines[priority]
        return _able(run)

    def take_struck(self) -> LiveRun | None:
        return _able(self._struck.popleft())


def _able(run: LiveRun) -> LiveRun | None:
    run.queued = False
    return run if run.runnable and run.stirred and not run.gone else None
