"""The engine without its I/O: partitions, rows, entries, reports and the time come in; batches and releases go out.

    granted, lost              which partitions are ours
    adopt, rows, pages, unit   the runs of new partitions; what `needs` asked for
    entries, report            what arrived for runs
    turn(now)                  slices of ready runs, each of a bounded number of ticks
    batch(lane)                the next commit of a lane, or None; after it exactly one of
    committed, fenced, stale, unknown, unreachable, refused     what became of it
    releases, notices          what may leave the process now; what the log should say

No clock, no task, no connection, no logger: who calls it decides when, and a simulation can call it as well as the
shell. Every engine process has one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from waymark.vm.surface import Instant, PageId

from ..machines.attempts import AttemptPolicy
from ..machines.policies import Policies
from ..model import Batch, CallRow, EngineId, Epoch, InboxEntry, Part, Revision, RunRef, StoredRun
from .answered import withdrawn
from .arrivals import Arrivals
from .events import Needs, Notice, Release, Report
from .host import Host
from .landing import Landing
from .limits import Limits
from .memory import Crumb, Memory
from .opening import Opening
from .tally import Tally
from .turns import Turns

TICKS_PER_SLICE = 10_000
SLICES_PER_TURN = 64


class Core:
    def __init__(
        self,
        engine: EngineId,
        host: Host,
        policy: AttemptPolicy | Policies | None = None,
        limits: Limits | None = None,
        crumb: Crumb | None = None,
        ticks_per_slice: int = TICKS_PER_SLICE,
    ) -> None:
        """`crumb` is told which run is being executed, so that somebody can know it if this process dies of it."""
        policies = policy if isinstance(policy, Policies) else Policies(policy or AttemptPolicy())
        self._memory = Memory(engine, host, limits or Limits(), crumb or _no_crumb, policies)
        self._turns = Turns(self._memory, ticks_per_slice)
        self._opening = Opening(self._memory)
        self._arrivals = Arrivals(self._memory)
        self._landing = Landing(self._memory)

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

    @property
    def open_parts(self) -> frozenset[Part]:
        """Those whose inbox is to be read."""
        return frozenset(self._memory.epochs.keys() - self._memory.leaving)

    @property
    def epochs(self) -> Mapping[Part, Epoch]:
        return self._memory.epochs

    def leave(self, parts: Collection[Part]) -> None:
        """These are to be handed over: nothing of them is read or executed any more, but what their actions come to
        is still written down."""
        self._memory.leaving.update(parts)

    def stay(self, parts: Collection[Part]) -> None:
        """They are ours for good, after all."""
        memory = self._memory
        memory.leaving.difference_update(parts)
        for run in memory.runs.values():
            if run.ref.part in parts:
                memory.make_ready(run)

    def quiet(self) -> frozenset[Part]:
        """Of those that are to be handed over, the ones of which nothing is under way."""
        memory = self._memory
        busy = {run.ref.part for run in memory.runs.values() if run.ref.part in memory.leaving and memory.is_busy(run)}
        return frozenset(memory.leaving - busy)

    # --- what was read ---

    def needs(self) -> Needs:
        """What is to be read. It is named until it was handed in."""
        return self._memory.loading.needs()

    def adopt(self, stored: Sequence[StoredRun], as_of: int) -> int:
        """Live runs of our partitions, as they were when `as_of` commits had been made. How many are new to us."""
        return self._opening.adopt(stored, as_of)

    def rows(self, asked: Collection[RunRef], found: Sequence[StoredRun]) -> None:
        self._opening.rows(asked, found)

    def pages(self, ref: RunRef, pages: Mapping[PageId, bytes] | str) -> None:
        """A text says why they cannot be read."""
        self._opening.pages(ref, pages)

    def calls(self, ref: RunRef, rows: Sequence[CallRow] | str) -> None:
        """Its finished calls. A text says why they cannot be read."""
        self._opening.calls(ref, rows)

    def unit(self, code_hash: bytes, data: bytes | str | None) -> None:
        """None: the store does not have it. A text says why it cannot be read."""
        self._opening.unit(code_hash, data)

    def due(self, stored: Sequence[StoredRun], as_of: int) -> int:
        """Runs that slept when `as_of` commits had been made, and wake soon. How many were let in."""
        return self._opening.due(stored, as_of)

    # --- what arrives ---

    @property
    def appetite(self) -> int:
        """How many entries the next poll may show; 0 while too many are held."""
        return self._arrivals.appetite

    @property
    def tally(self) -> Tally:
        """What was done, for the statistics."""
        return self._memory.tally

    @property
    def open_to_starts(self) -> bool:
        """Whether the next poll is to show runs that start. If not, it leaves them in the inbox."""
        return self._arrivals.open_to_starts

    @property
    def open_to_sleepers(self) -> bool:
        return self._memory.has_room(woken=True)

    @property
    def open_to_many_sleepers(self) -> bool:
        """Whether there is so much room for them that it is worth a look, when not all could be let in before."""
        return self._memory.room_for_woken() * 2 >= self._memory.limits.share

    @property
    def runs(self) -> frozenset[RunRef]:
        """Those in memory."""
        return frozenset(self._memory.runs)

    @property
    def commits(self) -> int:
        """How many commits were made; a poll notes it before it reads, and says so afterwards."""
        return self._memory.commits

    def entries(self, entries: Sequence[InboxEntry], as_of: int, runs: Sequence[StoredRun] = ()) -> int:
        """What one read of the inbox showed that began after `as_of` commits; one read at a time. How many were new.

        `runs`: as the same read showed them. Only of those that come with an entry now it is news.
        """
        news = [row for row in runs if row.ref not in self._memory.runs]
        count = self._arrivals.entries(entries, as_of)
        if news:
            self._opening.rows([row.ref for row in news], news)
        return count

    def report(self, report: Report, now: Instant) -> None:
        self._arrivals.report(report, now)

    # --- execution ---

    def turn(self, now: Instant, slices_max: int = SLICES_PER_TURN) -> bool:
        """Run slices, one for each ready run in turn. Whether there is more to run at once."""
        self._arrivals.look_for_silent(now)
        return self._turns.turn(now, slices_max)

    def next_alarm(self) -> Instant | None:
        """When `turn` has something to do, though nothing may arrive."""
        dues = [due for due in (self._memory.alarms.next(), self._memory.pulses.next()) if due is not None]
        return min(dues, default=None)

    def progress(self, ref: RunRef) -> dict[int, bytes]:
        """How far the actions of a run said they were, by request: those that are under way here and have said so."""
        run = self._memory.runs.get(ref)
        calls = run.calls.values() if run is not None else ()
        return {call.request: call.progress for call in calls if call.under_way and call.progress is not None}

    # --- offers ---

    def ticketing(self) -> None:
        """Calls may be offered to other hosts, by this engine and by others before it."""
        self._memory.ticketing = True

    def ticketed(self, ref: RunRef, request: int, offered: bool) -> None:
        """A call that is under way is about to be offered; or it is not, and no offer of it exists."""
        run = self._memory.runs.get(ref)
        if run is not None and request in run.calls:
            (run.tickets.add if offered else run.tickets.discard)(request)

    def revision_of(self, ref: RunRef) -> Revision:
        """Of the run's last commit that is known here; -1 of a run that is not held."""
        run = self._memory.runs.get(ref)
        return -1 if run is None else run.revision

    def waits_for(self, ref: RunRef, request: int) -> bool:
        """Whether an attempt of this call is under way."""
        run = self._memory.runs.get(ref)
        call = run.calls.get(request) if run is not None else None
        return call is not None and call.under_way

    def withdrawals(self) -> list[tuple[RunRef, int]]:
        """Offers that are to be withdrawn before their runs go on. Each is given out once."""
        given, self._memory.withdrawals = self._memory.withdrawals, []
        return given

    def withdrawn(self, ref: RunRef, request: int, answered: bool) -> None:
        """There is no such offer any more. Answered: its outcome is in the inbox."""
        withdrawn(self._memory, ref, request, answered)

    # --- commits ---

    @property
    def committing(self) -> bool:
        return self._memory.committing

    @property
    def unwritten(self) -> bool:
        """Whether something that has arrived, or was executed, is not in a commit yet."""
        memory = self._memory
        return memory.waiting > 0 or any(run.arrived or run.repeats for run in memory.ready)

    @property
    def lanes(self) -> range:
        """Each has one commit under way at most. `batch` and what becomes of it are of one of them."""
        return range(len(self._memory.lanes))

    def gathering(self, lane: int = 0) -> int:
        """How many runs wait for the next commit of a lane, if more may come to it. None, if all are there already, or
        partitions are to be handed over: nothing is gained by waiting then."""
        memory, of = self._memory, self._memory.lanes[lane]
        waiting = 0 if of.busy or memory.leaving else of.waiting
        return waiting if waiting < len(memory.runs) else 0

    def batch(self, lane: int = 0) -> Batch | None:
        of = self._memory.lanes[lane]
        return None if of.busy else of.batch()

    def committed(self, lane: int = 0) -> None:
        self._landing.committed(self._memory.lanes[lane])

    def fenced(self, parts: Collection[Part], lane: int = 0) -> None:
        self._landing.fenced(self._memory.lanes[lane], parts)

    def stale(self, refs: Collection[RunRef], lane: int = 0) -> None:
        self._landing.stale(self._memory.lanes[lane], refs)

    def unknown(self, lane: int = 0) -> None:
        self._landing.unknown(self._memory.lanes[lane])

    def unreachable(self, lane: int = 0) -> None:
        self._landing.unreachable(self._memory.lanes[lane])

    def refused(self, reason: str, lane: int = 0) -> None:
        self._landing.refused(self._memory.lanes[lane], reason)

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
