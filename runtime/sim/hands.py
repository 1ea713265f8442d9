"""The action workers of a simulated engine: they begin late, die, take too long, and say things twice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..engine.events import Dispatch, Ended, Lost, Report, Unregistered
from ..model import RunRef
from .acting import act
from .plan import MS, SECOND
from .steps import ORPHAN

if TYPE_CHECKING:
    from .shard import Shard


class Hands:
    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._world = shard.world
        self.running: dict[tuple[RunRef, int], Dispatch] = {}

    def take(self, dispatch: Dispatch) -> None:
        self.running[dispatch.ref, dispatch.request] = dispatch
        self._world.later(self._world.latency(), partial(self._begin, dispatch), self._shard)

    def _begin(self, dispatch: Dispatch) -> None:
        world, shard = self._world, self._shard
        if self.running.get((dispatch.ref, dispatch.request)) is not dispatch:
            return
        if world.monotonic() > shard.lease_us:  # nobody knows whether it owns anything: no attempt begins
            world.later(50 * MS, partial(self._begin, dispatch), shard)
            return
        ref, request, attempt = dispatch.ref, dispatch.request, dispatch.attempt
        if dispatch.key == ORPHAN and world.orphaned:
            self._report(dispatch, Unregistered(ref, request, attempt, f"no worker knows {ORPHAN}"), 0)
            return
        world.checker.seen(dispatch)
        world.boundary(shard, "while an action runs")
        took = world.draw.choice([200, 1 * MS, 20 * MS, 300 * MS])
        if world.strikes("lost_worker"):
            self._report(dispatch, Lost(ref, request, attempt, "its worker died"), took)
        elif world.strikes("slow_worker"):
            self._report(dispatch, Lost(ref, request, attempt, "its time was over", timed_out=True), SECOND)
            after_all = SECOND + world.draw.randint(200, 20 * MS)
            world.later(after_all, partial(shard.tell, self._ended(dispatch, took)), shard)
        else:
            self._report(dispatch, self._ended(dispatch, took), took)

    def _ended(self, dispatch: Dispatch, took: int) -> Ended:
        now = self._shard.clock.now()
        outcome = act(dispatch.key, dispatch.arguments, dispatch.attempt)
        return Ended(dispatch.ref, dispatch.request, dispatch.attempt, outcome, now, now + took)

    def _report(self, dispatch: Dispatch, report: Report, took: int) -> None:
        world, shard = self._world, self._shard
        world.later(took, partial(self._first, dispatch, report), shard)
        if world.strikes("twice"):
            world.later(took + world.draw.randint(0, 500 * MS), partial(shard.tell, report), shard)

    def _first(self, dispatch: Dispatch, report: Report) -> None:
        key = (dispatch.ref, dispatch.request)
        if self.running.get(key) is dispatch:
            del self.running[key]
            self._shard.tell(report)
