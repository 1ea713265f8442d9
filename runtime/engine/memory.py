"""What an engine holds: its partitions, their runs, who is ready, and what waits to be told to the world.

The parts of the core (`opening`, `arrivals`, `landing`) share one `Memory`, and each changes it for its own reason.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Collection, Iterable

from waymark.vm.surface import Failed, Fault, Instant

from ..machines.policies import Dates, Policies
from ..model import NEVER, EngineId, Epoch, InboxEntry, InboxKind, Part, RunRef
from .alarms import Alarms
from .events import Dropped, Faulted, Notice, Release, Revoke
from .holding import is_held, next_wake
from .host import Host
from .inbox import Inbox
from .lane import Lane
from .limits import Limits
from .live import End, Inputs, LiveRun, Parking
from .loading import Loading
from .pulses import Pulses
from .ready import Ready
from .slices import cancel_reason
from .tally import Tally
from .woken import Woken

NOTHING_DATED: Dates = {}

Crumb = Callable[[RunRef | None], None]  # says where it survives which run is being executed; None: nobody is

RESTING_TIMES = 20  # so many times `runs_max` may be in memory beside it, if they only wait for a time
FAULTS_MAX = 2  # the second one in a row parks the run


class Memory:
    def __init__(self, engine: EngineId, host: Host, limits: Limits, crumb: Crumb, policies: Policies) -> None:
        self.host = host
        self.limits = limits
        self.crumb = crumb
        self.policies = policies
        self.dated = policies.has_deadlines
        self.now: Instant = 0  # of the last turn
        self.epochs: dict[Part, Epoch] = {}
        self.leaving: set[Part] = set()  # ours, and to be handed over
        self.runs: dict[RunRef, LiveRun] = {}
        self.ready = Ready()
        self.alarms = Alarms()
        self.pulses = Pulses()
        self.inbox = Inbox()
        self.loading = Loading(host)
        self.lanes = [Lane(engine, self) for _ in range(limits.lanes)]
        self._woken = 0
        self._resting, self._rested_as_of = 0, -1
        self.woken = Woken()
        self.commits = 0
        self.tally = Tally()
        self.releases: list[Release] = []
        self.notices: list[Notice] = []
        self.ticketing = False  # whether calls may be offered to other hosts
        self.withdrawals: list[tuple[RunRef, int]] = []

    def lane_of(self, run: LiveRun) -> Lane:
        """Always the same for a run: two commits under way could pass each other."""
        return self.lanes[run.ref.part % len(self.lanes)]

    @property
    def waiting(self) -> int:
        """How many runs wait for a commit that has not begun."""
        waiting = 0
        for lane in self.lanes:
            waiting += lane.waiting
        return waiting

    @property
    def committing(self) -> bool:
        return any(lane.busy for lane in self.lanes)

    def make_ready(self, run: LiveRun) -> None:
        if run.stirred and run.runnable and (run.arrived.reports or run.ref.part not in self.leaving):
            held = (run.paused or run.begins is not None) and is_held(run, self.now)
            if not held or run.arrived or run.parking is not None:
                self.ready.add(run)

    def let_in(self, run: LiveRun) -> LiveRun:
        self.runs[run.ref] = run
        self._woken += run.woken
        return run

    def has_room(self, woken: bool) -> bool:
        """Whether one more may be let in that woke, or starts."""
        return (self.room_for_woken() if woken else self.room_for_starts()) > 0

    def room_for_starts(self) -> int:
        """How many runs that start may be let in."""
        active = len(self.runs) - self._at_rest()
        return min(self.limits.runs_max - active, self.limits.share - (active - self._woken))

    def room_for_woken(self) -> int:
        """How many sleepers may be let in."""
        return min(self.limits.runs_max - (len(self.runs) - self._at_rest()), self.limits.share - self._woken)

    def _at_rest(self) -> int:
        """How many that were started only wait for a time, and so keep no place from others. Those are counted when
        there is little room, and again when a commit was made since: before, nobody comes to rest."""
        limits = self.limits
        if len(self.runs) < limits.share:
            return 0
        if self._rested_as_of != self.commits:
            self._rested_as_of = self.commits
            self._resting = sum(run.only_waits for run in self.runs.values())
        return min(self._resting, RESTING_TIMES * limits.runs_max)

    def is_busy(self, run: LiveRun) -> bool:
        """Whether something of it is under way that must not be cut off."""
        writing = run.flight is not None or self.lane_of(run).holds(run) or run.arrived.reports
        return bool(writing or run.withdrawing or any(call.under_way for call in run.calls.values()))

    def dates_of(self, run: LiveRun) -> Dates:
        """When its open calls with a deadline have begun; one that has not does so with the commit that asks for it."""
        if not self.dated:
            return NOTHING_DATED
        for call in run.calls.values():
            if call.began is None and call.policy.deadline_us is not None:
                call.began = self.now
        return {call.request: call.began for call in run.calls.values() if call.began is not None}

    def sleeps_until(self, run: LiveRun) -> Instant | None:
        """If there is nothing but sleep before it, its deadline: the run can leave memory when that is durable."""
        for call in run.calls.values():
            if call.due is None:
                return None
        if run.machine is None or run.end is not None or run.stirred or run.paused:
            return None
        if run.begins is not None:
            return run.begins
        if self.limits.evict_us is None:
            return None
        deadline = next_wake(run)
        if deadline is None or (deadline == run.deadline and run.machine.next_deadline() is None):
            waits = run.machine.receiving() or run.machine.open_runs()
            deadline = (deadline or NEVER) if waits else None
        return deadline if deadline is not None and self.limits.sleeps(deadline - self.now) else None

    def rests(self, run: LiveRun) -> bool:
        """Whether it is paused, and nothing of it is under way that could arrive here."""
        return run.paused and not run.arrived and run.parking is None and not any(c.is_open for c in run.calls.values())

    def ring(self, now: Instant) -> None:
        for run in self.alarms.ring(now):
            self.make_ready(run)

    def revoke_all(self, run: LiveRun) -> None:
        """Take back what is under way. It may leave at once: nothing durable asks for it here any more."""
        self.releases += [Revoke(run.ref, call.request) for call in run.calls.values() if call.under_way]

    def forget(self, run: LiveRun) -> None:
        """Out of memory. Entries that arrived and were not applied show up again if they are still there."""
        run.gone = True
        run.machine = None  # an alarm may hold the run until it is due
        self.inbox.forget(run.arrived.entries)
        self.lane_of(run).remove(run)
        self.loading.forget(run)
        if self.runs.get(run.ref) is run:
            del self.runs[run.ref]
            if run.woken:
                self._woken -= 1
                self.woken.left(run.ref, self.commits)

    def forget_parts(self, parts: Collection[Part]) -> None:
        for run in [run for run in self.runs.values() if run.ref.part in parts]:
            self.revoke_all(run)
            self.forget(run)
        self.inbox.forget_parts(parts)
        for part in parts:
            del self.epochs[part]
        self.leaving.difference_update(parts)

    def reload(self, run: LiveRun) -> None:
        """Read the run's row again; what it says decides about everything since the last known commit."""
        run.put_back()
        self.loading.row_of(run)

    def reread(self, run: LiveRun, inputs: Inputs) -> None:
        """Its row is not what we wrote on. Entries show up again if they are still there; reports are kept, since the
        row decides whether it waits for them."""
        run.flight = None
        reports = inputs.reports + run.applied.reports + run.arrived.reports
        self.doubt(inputs.entries + run.applied.entries + run.arrived.entries)
        run.applied, run.arrived, run.strikes = Inputs(), Inputs(reports=reports), 0
        self.reload(run)

    def doubt(self, entries: Iterable[InboxEntry]) -> None:
        """Whether these were consumed, only a poll tells that begins from now on."""
        self.commits += 1
        self.inbox.consumed(entries, self.commits)

    def fault(self, run: LiveRun, error: Exception | Fault) -> None:
        """The VM or its host failed, not the program: discard the slice, start over from the last commit, once."""
        run.faults += 1
        self.lane_of(run).remove(run)
        if run.faults < FAULTS_MAX:
            self.notices.append(Faulted(run.ref, as_fault(error)))
            self.reload(run)
        else:
            said = f"the engine failed {run.faults} times while executing it: {as_fault(error)}"
            self.park(run, f"{said}; that is a defect of waymark: resume the run on a version that has it mended")

    def park(self, run: LiveRun, reason: str) -> None:
        """Set the run aside, as it was last committed. One that cannot run, and is to be cancelled, simply ends.

        Its end drops its pages, so their numbers are read first where they are not known.
        """
        run.parking = None
        run.put_back()
        self.notices += _dropped(run, "the run is set aside")
        cancels = [entry for entry in run.arrived.entries if entry.kind == InboxKind.CANCEL]
        if (cancels or run.deadline is not None) and not run.pages_known:
            run.unusable = reason
            self.loading.pages_of(run)
        else:
            run.unusable = None
            self.end(run, Failed(CancelledError(cancel_reason(cancels[-1]))) if cancels else Parking(reason))

    def end(self, run: LiveRun, end: End) -> None:
        """The run ends without its machine. The entries that arrived are answered by that, but for messages to a run
        that is set aside: those stay in the inbox until it is taken up again."""
        run.end = end
        if isinstance(end, Parking):
            self.inbox.keep_messages(run.ref, run.arrived.messages)
            run.arrived.entries = run.arrived.without_messages()
        run.applied = Inputs(entries=run.arrived.entries)
        run.arrived = Inputs()
        run.revoked = [call.request for call in run.calls.values() if call.under_way]
        self.lane_of(run).add(run)


def as_fault(error: Exception | Fault) -> str:
    """What to say of an exception that left the VM. A Fault says its cause; any other is a defect of ours."""
    return str(error) if isinstance(error, Fault) else f"{type(error).__name__}: {error}"


def _dropped(run: LiveRun, why: str) -> Iterable[Notice]:
    return [Dropped(run.ref, report.request, report.attempt, why) for report in run.arrived.reports]
