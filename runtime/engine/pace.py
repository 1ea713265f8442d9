"""When a commit, or a look for starts, waits for company.

Where several runs are under way, a commit that begins as soon as the one before has ended takes one or two of them
along, and costs the engine and the database almost as much as one of twenty. So while commits find company, the next
one of a lane begins some milliseconds after the last one has ended, and starts are looked for as seldom.

A run that is alone never waits: its commits have no company, and that is what is asked. Nor does anything wait that has
not come just after another: the gap is counted from the end of the commit before. With many runs waiting there is
nothing more to gain, and a message, a cancel or the end of this engine is in a hurry.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

GAP_S = 0.004
WEIGHT = 1 / 8  # of the last commit, in what is known of all of them
SHARE_MIN = 0.25  # of commits that had more than one run
MANY = 8  # runs that wait: with more there is little to gain, and who waits for a result would wait longer
HURRY_S = 0.02  # as long as it takes, roughly, until what is urgent was read, executed and committed


class Pace:
    """Of one engine. It decides nothing but when; what a commit holds is the core's affair."""

    def __init__(self, gap_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`gap_s`: 0 for no pace at all, as in tests, where time is skipped."""
        self._gap_s = gap_s
        self._clock = clock
        self._share = 0.0  # of late commits that had company
        self._ended: dict[int, float] = {}  # when the last commit of a lane did
        self._hurried_until = -math.inf

    def landed(self, lane: int, runs: int) -> None:
        """A commit of so many runs is over, whatever became of it."""
        self._ended[lane] = self._clock()
        self._share += ((runs > 1) - self._share) * WEIGHT

    def hurry(self) -> None:
        """Something came that is not to wait."""
        self._hurried_until = max(self._hurried_until, self._clock() + HURRY_S)

    def end(self) -> None:
        """From now on nothing waits."""
        self._hurried_until = math.inf

    def commit_in_s(self, lane: int, waiting: int) -> float:
        """How long the next commit of this lane is to wait, for which so many runs wait, of which more may come."""
        if not 0 < waiting < MANY:
            return 0.0
        return self._left_s(self._ended.get(lane, -math.inf))

    def look_in_s(self, looked_s: float) -> float:
        """The same of the next look for starts, after the last one."""
        return self._left_s(looked_s)

    def _left_s(self, since_s: float) -> float:
        if self._share < SHARE_MIN or not self._gap_s:
            return 0.0
        now_s = self._clock()
        return max(0.0, since_s + self._gap_s - now_s) if now_s >= self._hurried_until else 0.0
