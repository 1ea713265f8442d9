"""A lane: what was executed gathers here, and goes to the store in batches, one commit at a time.

    gathered   runs with something to write; they may execute further until their turn comes
    kept       flights that were part of a commit which was not made, through no fault of theirs; they go first
    flying     the commit under way; its runs do not execute

A run belongs to one lane for as long as it is in memory, because two commits under way could pass each other. The core
has one lane now; with several databases it will have one for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from waymark.vm.surface import Failed, Finished, Outcome, Raised, Succeeded, TraceLine

from ..model import Batch, EngineId, Epoch, InboxEntry, Part, RunWrite, Status
from .host import Host
from .live import Flight, LiveRun, Parking

BATCH_RUNS_MAX = 1_000
BATCH_BYTES_MAX = 4 << 20
ROW_BYTES = 200  # a run's row without its state, roughly


class Lane:
    def __init__(self, engine: EngineId, host: Host) -> None:
        self._engine = engine
        self._host = host
        self._gathered: dict[LiveRun, None] = {}
        self._kept: list[Flight] = []
        self._flying: list[Flight] | None = None
        self._answered: list[InboxEntry] = []  # entries for runs that have ended: consumed without a write
        self._answered_flying: list[InboxEntry] = []
        self._singly = False  # the store refused a batch; find out which run it is

    @property
    def busy(self) -> bool:
        """A commit is under way."""
        return self._flying is not None

    @property
    def waiting(self) -> int:
        """How many runs wait for a commit that has not begun."""
        return len(self._gathered) + len(self._kept)

    def add(self, run: LiveRun) -> None:
        self._gathered[run] = None

    def remove(self, run: LiveRun) -> None:
        self._gathered.pop(run, None)

    def answer(self, entries: Iterable[InboxEntry]) -> None:
        self._answered.extend(entries)

    def batch(self, fence: Mapping[Part, Epoch], faulted: Callable[[LiveRun, Exception], None]) -> Batch | None:
        """The next commit, which is under way from now on. A run whose state cannot be written goes to `faulted`."""
        assert not self.busy, "one commit at a time"
        flights = self._take(faulted)
        answered = [entry for entry in self._answered if entry.part in fence]
        self._answered = []
        if not flights and not answered:
            return None
        self._flying, self._answered_flying = flights, answered
        entries = [entry for flight in flights for entry in flight.applied.entries] + answered
        parts = {flight.run.ref.part for flight in flights} | {entry.part for entry in answered}
        calls = [report.row for flight in flights for report in flight.applied.reports]
        return Batch(
            engine=self._engine,
            fence={part: fence[part] for part in sorted(parts)},
            runs=tuple(flight.write for flight in flights),
            consumed=tuple(sorted((entry.part, entry.seq) for entry in entries)),
            calls=tuple(sorted(calls, key=lambda row: (row.ref, row.call))),
        )

    def _take(self, faulted: Callable[[LiveRun, Exception], None]) -> list[Flight]:
        runs_max = 1 if self._singly else BATCH_RUNS_MAX
        flights = [flight for flight in self._kept if not flight.run.gone]
        self._kept = flights[runs_max:]
        self._singly = self._singly and bool(self._kept)
        del flights[runs_max:]
        size = sum(flight.size for flight in flights)
        while self._gathered and not self._kept and len(flights) < runs_max and size < BATCH_BYTES_MAX:
            run = next(iter(self._gathered))
            del self._gathered[run]
            try:
                flight = _flight(run, self._host)
            except Exception as error:  # encoding the state ran into a limit or a defect: a fault of this run alone
                faulted(run, error)
                continue
            run.flight = flight
            run.forget_applied()
            flights.append(flight)
            size += flight.size
        flights.sort(key=lambda flight: flight.run.ref)
        return flights

    def landed(self) -> tuple[list[Flight], list[InboxEntry]]:
        """The commit under way is over; what it was, without those that left memory in the meantime."""
        assert self._flying is not None, "no commit is under way"
        flights = [flight for flight in self._flying if not flight.run.gone]
        self._flying = None
        return flights, self._answered_flying

    def keep(self, flights: list[Flight], answered: Iterable[InboxEntry], singly: bool = False) -> None:
        """Nothing was written; these are to be sent again."""
        self._kept = flights + self._kept
        self._answered = [*answered, *self._answered]
        self._singly = self._singly or singly


def _flight(run: LiveRun, host: Host) -> Flight:
    end = run.end
    if end is None:
        assert run.machine is not None
        delta = run.machine.delta()
        write = RunWrite(run.ref, run.revision, Status.RUNNING, delta.root, delta.put, delta.drop)
        size = ROW_BYTES + len(delta.root) + sum(map(len, delta.put.values()))
        return Flight(run, write, delta, run.applied, list(run.fresh.values()), run.revoked, run.said, None, size)
    write = _last_write(run, host)
    size = ROW_BYTES + len(write.outcome or b"")
    return Flight(run, write, None, run.applied, [], run.revoked, run.said, end, size)


def _last_write(run: LiveRun, host: Host) -> RunWrite:
    match run.end:
        case Finished(value=value):
            try:
                outcome = host.encode_outcome(Succeeded(value))
            except Exception as error:
                failure = TypeError(f"the result of workflow {_name(run)} cannot be stored: {error}")
                return _failed(run, host, failure, ())
            return RunWrite(run.ref, run.revision, Status.FINISHED, b"", drop=frozenset(run.pages), outcome=outcome)
        case Failed(error=error, traceback=traceback):
            return _failed(run, host, error, traceback)
        case Parking(reason=reason):
            return RunWrite(run.ref, run.revision, Status.PARKED, run.root, reason=reason)
        case _:
            raise AssertionError("the run has not ended")


def _failed(run: LiveRun, host: Host, error: BaseException, traceback: tuple[TraceLine, ...]) -> RunWrite:
    """The row of a failed run. Its `reason` is where it failed, in workflow lines."""
    outcome: Outcome = Raised(error)
    try:
        data = host.encode_outcome(outcome)
    except Exception as unsendable:
        said = f"{type(error).__name__} (it cannot be stored: {unsendable})"
        data = host.encode_outcome(Raised(RuntimeError(said)))
    where = "\n".join(f'File "{line.source}", line {line.line}, in {line.function}' for line in traceback)
    return RunWrite(
        run.ref,
        run.revision,
        Status.FAILED,
        b"",
        drop=frozenset(run.pages),
        outcome=data,
        reason=where or None,
        error_type=type(error).__qualname__,
        error_text=_text(error),
    )


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as failed:  # a `__str__` of the program cannot run outside of its machine
        return f"(no text: {failed})"


def _name(run: LiveRun) -> str:
    return run.stored.workflow if run.stored is not None else "?"
