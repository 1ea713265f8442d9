"""What became of a commit. Only here is anything started in the world, and only because it is durable (P3)."""

from __future__ import annotations

from collections.abc import Collection

from ..machines.attempts import AttemptPolicy
from ..machines.calls import CallEvent
from ..model import Part, RunRef
from .events import Completed, Dispatch, Parked, Revoke
from .live import Call, Flight, LiveRun, Parking
from .memory import Memory


class Landing:
    def __init__(self, memory: Memory, policy: AttemptPolicy) -> None:
        self._memory = memory
        self._timeout_ms = policy.timeout_ms

    def committed(self) -> None:
        """It is durable."""
        memory = self._memory
        self._take_back_strays()
        flights, answered = memory.lane.landed()
        memory.commits += 1
        memory.inbox.consumed(answered, memory.commits)
        for flight in flights:
            self._committed(flight)

    def fenced(self, parts: Collection[Part]) -> None:
        """Nothing was written, since these partitions are another's. The rest is sent again."""
        memory = self._memory
        memory.forget_parts([part for part in parts if part in memory.epochs])
        self.unreachable()

    def stale(self, refs: Collection[RunRef]) -> None:
        """Nothing was written, since these runs stand elsewhere than we believed. The rest is sent again."""
        memory = self._memory
        flights, answered = memory.lane.landed()
        memory.lane.keep([flight for flight in flights if flight.run.ref not in refs], answered)
        for flight in flights:
            if flight.run.ref in refs:
                memory.reread(flight.run, flight.applied)

    def unknown(self) -> None:
        """Whether it is durable, only reading tells. It is never sent again, and nothing of it is released."""
        memory = self._memory
        self._take_back_strays()
        flights, answered = memory.lane.landed()
        memory.inbox.forget(answered)
        for flight in flights:
            memory.reload(flight.run)

    def _take_back_strays(self) -> None:
        """Their partition was lost and came back while their commit was under way. Whoever adopted it may have read
        their rows before the commit, and then nobody has heard of what it says."""
        memory = self._memory
        for ref in memory.lane.strays():
            if ref.part in memory.epochs and ref not in memory.runs:
                memory.loading.row_of(memory.let_in(LiveRun(ref)))

    def unreachable(self) -> None:
        """Nothing was written, through no fault of the batch: it is sent again."""
        flights, answered = self._memory.lane.landed()
        self._memory.lane.keep(flights, answered)

    def refused(self, reason: str) -> None:
        """Nothing was written, because of what is in it. Sent by halves, the culprit is found, and parked alone."""
        memory = self._memory
        flights, answered = memory.lane.landed()
        if not flights:
            memory.inbox.forget(answered)
            return
        if len(flights) > 1:
            memory.lane.keep_halves(flights, answered)
            return
        memory.lane.answer(answered)
        run, flight = flights[0].run, flights[0]
        if isinstance(flight.end, Parking):  # even that could not be written: let it be, until another owner tries
            memory.notices.append(Parked(run.ref, f"{reason}; the store refused to write that down, too"))
            memory.forget(run)
            return
        run.flight = None
        run.arrived = flight.applied.before(run.arrived)
        memory.park(run, f"its state could not be stored: {reason}")

    def _committed(self, flight: Flight) -> None:
        memory, run = self._memory, flight.run
        run.flight = None
        run.revision = flight.write.expected + 1
        run.status = flight.write.status
        run.faults = 0
        if run.strikes:
            run.strikes -= flight.applied.strikes
        memory.inbox.consumed(flight.applied.entries, memory.commits)
        memory.releases += flight.owed + flight.said
        run.owed = []
        memory.releases += [Revoke(run.ref, request) for request in flight.revoked]
        if flight.delta is None:
            self._ended(flight)
            return
        assert run.machine is not None
        run.machine.committed(flight.delta)
        run.root = flight.write.root
        run.pages |= flight.write.put.keys()
        run.pages -= flight.write.drop
        for call in flight.fresh:
            call.becomes(CallEvent.COMMITTED)
            if call.began is None:
                call.began = memory.now
            memory.releases.append(self._dispatch(run, call))
        if flight.asleep and not run.stirred:
            memory.forget(run)  # its row says when it wakes
        else:
            memory.make_ready(run)

    def _ended(self, flight: Flight) -> None:
        memory, run = self._memory, flight.run
        if isinstance(flight.end, Parking):
            memory.notices.append(Parked(run.ref, flight.end.reason))
        else:
            memory.releases.append(Completed(run.ref, flight.write.status))
        memory.forget(run)

    def _dispatch(self, run: LiveRun, call: Call) -> Dispatch:
        return Dispatch(run.ref, call.request, call.attempt, call.key, call.arguments, self._timeout_ms)
