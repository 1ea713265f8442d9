"""The engine's clock: the database's time, carried forward by this host's monotonic one, and never set back.

Each sample says what the database's clock showed when the monotonic clock showed something. A sample that would set the
time back holds it still instead, until the database has caught up.
"""

from __future__ import annotations

from collections.abc import Callable

from waymark.vm.surface import Instant


class EngineClock:
    def __init__(self, monotonic_us: Callable[[], int]) -> None:
        self._monotonic_us = monotonic_us
        self._offset = 0
        self._latest: Instant = 0

    def sample(self, database_now: Instant, asked_us: int, answered_us: int) -> None:
        """The database said `database_now` somewhere between asking and answering."""
        self._offset = database_now - (asked_us + answered_us) // 2

    def skip_to(self, instant: Instant) -> None:
        """Where nobody else shares the time, as in a test, waiting may be skipped."""
        self._offset += max(0, instant - self.now())

    def now(self) -> Instant:
        self._latest = max(self._latest, self._monotonic_us() + self._offset)
        return self._latest
