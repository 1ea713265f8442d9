"""The engine without its I/O: partitions, rows, entries, reports and the time come in; batches and releases go out.

    granted, lost              which partitions are ours
    adopt, rows, pages, unit   the runs of new partitions; what `needs` asked for
    entries, report            what arrived for runs
    turn(now)                  slices of ready runs, each of a bounded number of ticks
    batch()                    the next commit, or None; after it exactly one of
    committed, fenced, stale, unknown, unreachable, refused     what became of it
    releases, notices          what may leave the process now; what the log should say

No clock, no task, no connection, no logger: who calls it decides when, and a simulation can call it as well as the
shell. Every engine process has one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from waymark.vm.crossing import ValueDrift
from waymark.vm.surface import Fault, Instant, PageId

from ..machines.attempts import AttemptPolicy
from ..model import Batch, EngineId, Epoch, InboxEntry, Part, RunRef, StoredRun
from .arrivals import Arrivals
from .events import Needs, Notice, Release, Report
from .host import Host
from .landing import Landing
from .limits import Limits
from .live import LiveRun
from .memory import Crumb, Memory
from .opening import Opening
from .slices import run_slice

TICKS_PER_SLICE = 10_000
SLICES_PER_TURN = 64
WAITING_RUNS_MAX = 4_000  # with so many waiting for the store, no more are executed


class Core:
    def __init__(
        self,
        engine: EngineId,
        host: Host,
        policy: AttemptPolicy | None = None,
        limits: Limits | None = None,
        crumb: Crumb | None = None,
        ticks_per_slice: int = TICKS_PER_SLICE,
    ) -> None:
        """`crumb` is told which run is being executed, so that somebody can know it if this process dies of it."""
        policy = policy or AttemptPolicy()
        self._host = host
        self._ticks = ticks_per_slice
        self._memory = Memory(engine, host, limits or Limits(), crumb or _no_crumb)
        self._struck_last = False
        self._opening = Opening(self._memory)
        self._arrivals = Arrivals(self._memory, policy)
        self._landing = Landing(self._memory, policy)

    # --- partitions ---

    @property
    def parts(self) -> frozenset[Part]:
        return frozenset(self._memory.epochs)

    def granted(self, epochs: Mapping[Part, Epoch]) -> frozenset[Part]:
        """What the store says is ours. Those that are new are returned: their runs are to be adopted."""
        held = self._memory.epochs
        fresh = frozenset(part for part, epoch in epochs.items() if held.get(part) != epoch)
        self.lost(fresh)  # one that came back under another epoch was somebody else's in between
        held.update(epochs)
        return fresh

    def lost(self, parts: Collection[Part]) -> None:
        """Another engine's by now, or nobody's: forget everything about them."""
        self._memory.forget_parts([part for part in parts if part in self._memory.epochs])

    # --- what was read ---

    def needs(self) -> Needs:
        """What is to be read. It is named until it was handed in."""
        return self._memory.loading.needs()

    def adopt(self, stored: Sequence[StoredRun]) -> int:
        """Live runs of our partitions. How many were not in memory."""
        return self._opening.adopt(stored)

    def rows(self, asked: Collection[RunRef], found: Sequence[StoredRun]) -> None:
        self._opening.rows(asked, found)

    def pages(self, ref: RunRef, pages: Mapping[PageId, bytes] | str) -> None:
        """A text says why they cannot be read."""
        self._opening.pages(ref, pages)

    def unit(self, code_hash: bytes, data: bytes | str | None) -> None:
        """None: the store does not have it. A text says why it cannot be read."""
        self._opening.unit(code_hash, data)

    def due(self, stored: Sequence[StoredRun]) -> int:
        """Runs that sleep, and wake soon. How many were let in."""
        return self._opening.due(stored)

    # --- what arrives ---

    @property
    def appetite(self) -> int:
        """How many entries the next poll may show; 0 while too many are held."""
        return self._arrivals.appetite

    @property
    def open_to_starts(self) -> bool:
        """Whether there is room for runs that start. If not, the next poll leaves them in the inbox."""
        return self._memory.has_room(woken=False)

    @property
    def open_to_sleepers(self) -> bool:
        return self._memory.has_room(woken=True)

    @property
    def runs(self) -> frozenset[RunRef]:
        """Those in memory."""
        return frozenset(self._memory.runs)

    @property
    def commits(self) -> int:
        """How many commits were made; a poll notes it before it reads, and says so afterwards."""
        return self._memory.commits

    def entries(self, entries: Sequence[InboxEntry], as_of: int) -> int:
        """What one read of the inbox showed that began after `as_of` commits; one read at a time. How many were new."""
        return self._arrivals.entries(entries, as_of)

    def report(self, report: Report, now: Instant) -> None:
        self._arrivals.report(report, now)

    # --- execution ---

    def turn(self, now: Instant, slices_max: int = SLICES_PER_TURN) -> bool:
        """Run slices, one for each ready run in turn. Whether there is more to run at once."""
        memory = self._memory
        memory.now = now
        memory.ring(now)
        if memory.ready.struck and not self._struck_last:
            return self._turn_alone(now)
        self._struck_last = False
        for _ in range(min(slices_max, len(memory.ready))):
            if memory.lane.waiting >= WAITING_RUNS_MAX:
                return False  # whoever reports the commit calls again
            if (run := memory.ready.take()) is not None:
                self._slice(run, now)
        return bool(memory.ready)

    def _turn_alone(self, now: Instant) -> bool:
        """A slice of a run that engines have died of, when nothing of the others can be lost with it."""
        memory = self._memory
        if memory.lane.busy or memory.lane.waiting:
            return False  # whoever reports the commit calls again
        if (run := memory.ready.take_struck()) is not None:
            self._slice(run, now)
        self._struck_last = True
        return bool(memory.ready)

    def next_alarm(self) -> Instant | None:
        """When `turn` has something to do, though nothing may arrive."""
        return self._memory.alarms.next()

    def _slice(self, run: LiveRun, now: Instant) -> None:
        memory = self._memory
        assert run.machine is not None
        if run.parking is not None:
            memory.park(run, run.parking)
            return
        memory.crumb(run.ref)
        try:
            if run_slice(run, self._host, self._ticks, now):
                memory.lane.add(run)
            if run.end is None:
                memory.alarms.wake(run, None if run.again else run.machine.next_deadline())
        except ValueDrift as drift:
            memory.park(run, f"{drift}; give its workers the classes of the run, and resume it: the action runs again")
        except (Exception, Fault) as error:  # of the VM or its host: what the program raises comes back as Failed
            memory.fault(run, error)
        else:
            memory.make_ready(run)
        finally:
            memory.crumb(None)

    # --- commits ---

    @property
    def committing(self) -> bool:
        return self._memory.lane.busy

    @property
    def unwritten(self) -> bool:
        """Whether something that has arrived, or was executed, is not in a commit yet."""
        memory = self._memory
        return memory.lane.waiting > 0 or any(run.arrived or run.repeats for run in memory.ready)

    def batch(self) -> Batch | None:
        memory = self._memory
        return None if memory.lane.busy else memory.lane.batch()

    def committed(self) -> None:
        self._landing.committed()

    def fenced(self, parts: Collection[Part]) -> None:
        self._landing.fenced(parts)

    def stale(self, refs: Collection[RunRef]) -> None:
        self._landing.stale(refs)

    def unknown(self) -> None:
        self._landing.unknown()

    def unreachable(self) -> None:
        self._landing.unreachable()

    def refused(self, reason: str) -> None:
        self._landing.refused(reason)

    # --- what leaves ---

    def releases(self) -> list[Release]:
        """What may leave the process now, in order. It is given out once."""
        given, self._memory.releases = self._memory.releases, []
        return given

    def notices(self) -> list[Notice]:
        given, self._memory.notices = self._memory.notices, []
        return given


def _no_crumb(ref: RunRef | None) -> None:
    """Nobody wants to know."""
