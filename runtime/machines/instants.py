"""Which instants a plan has, and by how much each of them is late on purpose.

What is asked of a rhythm is the next instant. The latest before now is found from there, looking back twice as far each
time, so that a schedule of seconds that nobody looked at for a year costs no more than one of days.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Protocol
from uuid import UUID

from waymark.vm.surface import Instant

from ..schedules import Plan
from .cron import Cron

LOOK_BACK_US = 60_000_000


class Rhythm(Protocol):
    def after(self, instant: Instant) -> Instant | None:
        """The first instant later than this one. None: there is none."""
        ...


class Interval:
    def __init__(self, anchor: Instant, every_us: int) -> None:
        self._anchor = anchor
        self._every_us = every_us

    def after(self, instant: Instant) -> Instant:
        if instant < self._anchor:
            return self._anchor
        return self._anchor + ((instant - self._anchor) // self._every_us + 1) * self._every_us


@functools.lru_cache(maxsize=1024)
def rhythm_of(plan: Plan) -> Rhythm:
    """Raises BadCron, and zoneinfo's errors for a zone that this machine does not know."""
    if plan.cron is not None:
        return Cron(plan.cron, plan.zone)
    assert plan.every_us is not None, "a plan has a cron expression or an interval"
    return Interval(plan.anchor, plan.every_us)


def latest(rhythm: Rhythm, first: Instant, until: Instant) -> Instant:
    """The latest instant up to `until`, where `first` is an earlier one, or this one."""
    back = LOOK_BACK_US
    while until - back > first:
        found = rhythm.after(until - back)
        if found is not None and found <= until:
            return _last(rhythm, found, until)
        back *= 2
    return _last(rhythm, first, until)


def _last(rhythm: Rhythm, found: Instant, until: Instant) -> Instant:
    while (following := rhythm.after(found)) is not None and following <= until:
        found = following
    return found


def lateness(schedule: UUID, instant: Instant, jitter_us: int) -> int:
    """The same for everybody who asks, and spread evenly over what the plan allows."""
    if not jitter_us:
        return 0
    digest = hashlib.sha256(b"%b%d" % (schedule.bytes, instant)).digest()
    return int.from_bytes(digest[:8]) % (jitter_us + 1)
