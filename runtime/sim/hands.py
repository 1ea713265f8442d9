"""The action workers of a simulated engine: they begin late, die, fall silent, take too long, and say things twice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..engine.events import Beat, Dispatch, Ended, Lost, Report, Unregistered
from ..model import RunRef
from ..offers.port import CallKey
from .acting import act
from .offering import Offering
from .pauses import Pauses
from .plan import MS, SECOND
from .steps import AGAIN, ORPHAN, TICKETS

if TYPE_CHECKING:
    from .shard import Shard

BEAT_US = 40 * MS


class Hands:
    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._world = shard.world
        self.running: dict[tuple[RunRef, int], Dispatch] = {}
        self.offering = Offering(shard) if shard.world.plan.offers else None
        self.pauses = Pauses(shard.world.checker)

    def take(self, dispatch: Dispatch) -> None:
        self.pauses.dispatched(dispatch, self._shard.clock.now())
        if self.offering is None or not self.offering.take(dispatch):
            self.run(dispatch)

    def run(self, dispatch: Dispatch) -> None:
        self.running[dispatch.ref, dispatch.request] = dispatch
        self._world.later(self._world.latency(), partial(self._begin, dispatch), self._shard)

    def revoke(self, key: CallKey) -> None:
        self.pauses.revoked(key, self._shard.clock.now())
        self.running.pop(key, None)
        if self.offering is not None:
            self.offering.revoke(key)

    def pays(self, key: CallKey) -> bool:
        """Whether what runs here as this call is paid by a ticket."""
        return key in self.running and self.running[key].key in TICKETS

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
        claimed = self.offering is not None and self.offering.claimed.get((ref, request)) == attempt
        world.boundary(shard, "while an action runs")
        took = world.draw.choice([200, 1 * MS, 20 * MS, 300 * MS])
        if dispatch.heartbeat_ms is not None:
            took += 500 * MS
            if world.strikes("silent"):
                world.say(shard, f"call {request} of {ref.run} falls silent")
                return
            world.later(BEAT_US, partial(self._beat, dispatch), shard)
        if world.strikes("lost_worker"):
            self._report(dispatch, Lost(ref, request, attempt, "its worker died"), took)
        elif world.strikes("slow_worker"):
            self._report(dispatch, Lost(ref, request, attempt, "its time was over", timed_out=True), SECOND)
            after_all = SECOND + world.draw.randint(200, 20 * MS)
            if not claimed:  # of those, whoever claimed them hears once
                world.later(after_all, partial(shard.tell, self._ended(dispatch, took)), shard)
        else:
            self._report(dispatch, self._ended(dispatch, took), took)

    def _beat(self, dispatch: Dispatch) -> None:
        if self.running.get((dispatch.ref, dispatch.request)) is dispatch:
            self.pauses.beaten(dispatch, self._shard.clock.now())
            self._shard.tell(Beat(dispatch.ref, dispatch.request, dispatch.attempt))
            self._world.later(BEAT_US, partial(self._beat, dispatch), self._shard)

    def _ended(self, dispatch: Dispatch, took: int) -> Ended:
        now, world = self._shard.clock.now(), self._world
        outcome = act(dispatch.key, dispatch.arguments, dispatch.attempt)
        wanted = world.draw.choice([0, 50 * MS, 3 * SECOND]) if dispatch.key == AGAIN else None
        return Ended(dispatch.ref, dispatch.request, dispatch.attempt, outcome, now, now + took, wanted)

    def _report(self, dispatch: Dispatch, report: Report, took: int) -> None:
        world, shard = self._world, self._shard
        world.later(took, partial(self._first, dispatch, report), shard)
        claimed = self.offering is not None and (dispatch.ref, dispatch.request) in self.offering.claimed
        if world.strikes("twice") and not claimed:
            world.later(took + world.draw.randint(0, 500 * MS), partial(shard.tell, report), shard)

    def _first(self, dispatch: Dispatch, report: Report) -> None:
        key = (dispatch.ref, dispatch.request)
        if self.running.get(key) is not dispatch:
            return
        claimed = self.offering is not None and self.offering.reported(report)
        del self.running[key]
        if not claimed:
            self.pauses.reported(report, self._shard.clock.now())
            self._shard.tell(report)
