"""What became of a commit. Only here is anything started in the world, and only because it is durable (P3)."""

from __future__ import annotations

from collections.abc import Collection

from ..machines.calls import CallEvent
from ..model import Part, RunRef
from .ahead import follow
from .events import Completed, Dispatch, Parked, Revoke
from .lane import Lane
from .live import Call, Flight, LiveRun, Parking
from .memory import Memory
from .timing import TIME_PAGE

COMMITTED = CallEvent.COMMITTED


class Landing:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def committed(self, lane: Lane) -> None:
        """It is durable."""
        memory = self._memory
        self._take_back_strays(lane)
        flights, answered = lane.landed()
        memory.commits += 1
        memory.inbox.consumed(answered, memory.commits)
        for flight in flights:
            if flight.rest is None:
                self._committed(flight)
            else:
                follow(flight, flight.rest)
                lane.keep([flight.rest], ())

    def fenced(self, lane: Lane, parts: Collection[Part]) -> None:
        """Nothing was written, since these partitions are another's. The rest is sent again."""
        memory = self._memory
        memory.forget_parts([part for part in parts if part in memory.epochs])
        self.unreachable(lane)

    def stale(self, lane: Lane, refs: Collection[RunRef]) -> None:
        """Nothing was written, since these runs stand elsewhere than we believed. The rest is sent again."""
        memory = self._memory
        flights, answered = lane.landed()
        lane.keep([flight for flight in flights if flight.run.ref not in refs], answered)
        for flight in flights:
            if flight.run.ref in refs:
                memory.reread(flight.run, flight.inputs)

    def unknown(self, lane: Lane) -> None:
        """Whether it is durable, only reading tells. It is never sent again, and nothing of it is released."""
        memory = self._memory
        self._take_back_strays(lane)
        flights, answered = lane.landed()
        memory.inbox.forget(answered)
        for flight in flights:
            memory.reload(flight.run)

    def _take_back_strays(self, lane: Lane) -> None:
        """Their partition was lost and came back while their commit was under way. Whoever adopted it may have read
        their rows before the commit, and then nobody has heard of what it says."""
        memory = self._memory
        for ref in lane.strays():
            if ref.part in memory.epochs and ref not in memory.runs:
                memory.loading.row_of(memory.let_in(LiveRun(ref)))

    def unreachable(self, lane: Lane) -> None:
        """Nothing was written, through no fault of the batch: it is sent again."""
        flights, answered = lane.landed()
        lane.keep(flights, answered)

    def refused(self, lane: Lane, reason: str) -> None:
        """Nothing was written, because of what is in it. Sent by halves, the culprit is found, and parked alone."""
        memory = self._memory
        flights, answered = lane.landed()
        if not flights:
            memory.inbox.forget(answered)
            return
        if len(flights) > 1:
            lane.keep_halves(flights, answered)
            return
        lane.answer(answered)
        run, flight = flights[0].run, flights[0]
        if isinstance(flight.end, Parking):  # even that could not be written: let it be, until another owner tries
            memory.notices.append(Parked(run.ref, f"{reason}; the store refused to write that down, too"))
            memory.forget(run)
            return
        run.flight = None
        run.arrived = flight.inputs.before(run.arrived)
        said = f"its state could not be stored: {reason}"
        memory.park(run, f"{said}; resume the run when the database takes that, or cancel it")

    def _committed(self, flight: Flight) -> None:
        memory, run = self._memory, flight.run
        run.flight = None
        run.revision, run.commit = flight.write.expected + 1, memory.commits
        run.status = flight.write.status
        run.faults = 0
        if run.strikes:
            run.strikes -= flight.applied.strikes
        if run.stored is not None:
            memory.tally.landed(run.stored.workflow, run.ref.run, flight.write, memory.now)
        if flight.applied.entries:
            memory.inbox.consumed(flight.applied.entries, memory.commits)
        if flight.owed or flight.said:
            memory.releases += [*flight.owed, *flight.said]
            run.owed = []
        if flight.revoked:
            memory.releases += [Revoke(run.ref, request) for request in flight.revoked]
        if flight.delta is None:
            self._ended(flight)
            return
        assert run.machine is not None
        run.machine.committed(flight.delta)
        run.root = flight.write.root
        put, drop = flight.write.put, flight.write.drop
        if put or drop:
            run.pages.update(put)  # in place, since a run may have ten thousand
            run.pages.difference_update(drop)
            if TIME_PAGE in put or TIME_PAGE in drop:
                run.time_page = put.get(TIME_PAGE)
        run.dates = flight.dates
        for call in flight.fresh:
            call.becomes(COMMITTED)
            if call.began is None:
                call.began = memory.now
            memory.releases.append(self._dispatch(run, call))
        if (flight.asleep and not run.stirred) or (run.paused and memory.rests(run)):
            memory.forget(run)  # its row says when it wakes, or that it is paused
        else:
            memory.make_ready(run)

    def _ended(self, flight: Flight) -> None:
        memory, run = self._memory, flight.run
        if isinstance(flight.end, Parking):
            memory.notices.append(Parked(run.ref, flight.end.reason))
        else:
            memory.releases.append(Completed(run.ref, flight.write.status))
            memory.inbox.show_messages(run.ref)  # to be answered: nobody takes them any more
        memory.forget(run)

    def _dispatch(self, run: LiveRun, call: Call) -> Dispatch:
        memory, policy = self._memory, call.policy
        if policy.heartbeat_ms is not None:
            memory.pulses.watch(run, call, policy.heartbeat_ms)
        timeout_ms = policy.timeout_ms
        if policy.deadline_us is not None and call.began is not None:
            left_ms = (call.began + policy.deadline_us - memory.now) // 1_000
            timeout_ms = max(1, min(timeout_ms, left_ms))
        return Dispatch(run.ref, call.request, call.attempt, call.key, call.arguments, timeout_ms, policy.heartbeat_ms)
