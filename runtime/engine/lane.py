"""A lane: what was executed gathers here, and goes to the store in batches, one commit at a time.

    gathered   runs with something to write; they may execute further until their turn comes
    kept       flights of commits that were not made, by groups: each group is sent again as one, before the others
    flying     the commit under way; its runs do not execute

A run belongs to one lane for as long as it is in memory, because two commits under way could pass each other. An engine
has one or several; which partition is in which one never changes.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from waymark.vm.surface import Failed, Fault, Finished, Instant, Outcome, Raised, Succeeded, TraceLine

from ..machines.policies import DATES_PAGE, Dates, encode_dates
from ..machines.runs import RUNS, RunEvent
from ..model import Batch, EngineId, Epoch, InboxEntry, Part, RunRef, RunWrite, Status, in_order
from .ahead import first_part
from .host import Host
from .letters import LETTERS_PAGE, kept_letters
from .limits import Limits
from .live import Flight, LiveRun, Parking, Report
from .timing import OVERDUE_PAGE, TIME_PAGE, time_page

ROW_BYTES = 200  # a run's row without its state, roughly
COMMITTED, PAUSED = RunEvent.COMMITTED, RunEvent.PAUSED


class Keeper(Protocol):
    """What a lane asks of those who keep its runs: `Memory`."""

    @property
    def host(self) -> Host: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def now(self) -> Instant: ...
    @property
    def epochs(self) -> dict[Part, Epoch]: ...
    @property
    def crumb(self) -> Callable[[RunRef | None], None]: ...
    def fault(self, run: LiveRun, error: Exception | Fault) -> None: ...
    def sleeps_until(self, run: LiveRun) -> Instant | None: ...
    def dates_of(self, run: LiveRun) -> Dates: ...


class Lane:
    def __init__(self, engine: EngineId, keeper: Keeper) -> None:
        self._engine = engine
        self._keeper = keeper
        self._gathered: dict[LiveRun, None] = {}
        self._kept: deque[list[Flight]] = deque()
        self._flying: list[Flight] | None = None
        self._answered: list[InboxEntry] = []  # entries for runs that have ended: consumed without a write
        self._answered_flying: list[InboxEntry] = []

    @property
    def busy(self) -> bool:
        """A commit is under way."""
        return self._flying is not None

    @property
    def waiting(self) -> int:
        """How many runs wait for a commit that has not begun."""
        return len(self._gathered) + (sum(map(len, self._kept)) if self._kept else 0)

    def add(self, run: LiveRun) -> None:
        self._gathered[run] = None

    def remove(self, run: LiveRun) -> None:
        self._gathered.pop(run, None)

    def holds(self, run: LiveRun) -> bool:
        return run in self._gathered

    def answer(self, entries: Iterable[InboxEntry]) -> None:
        self._answered.extend(entries)

    def batch(self) -> Batch | None:
        """The next commit, which is under way from now on. A run that cannot be written is a fault of its own."""
        assert not self.busy, "one commit at a time"
        fence = self._keeper.epochs
        flights = self._take()
        answered = [entry for entry in self._answered if entry.part in fence]
        self._answered = []
        if not flights and not answered:
            return None
        flights.sort(key=lambda flight: in_order(flight.run.ref))
        self._flying, self._answered_flying = flights, answered
        entries = [entry for flight in flights for entry in flight.applied.entries] + answered
        parts = {flight.run.ref.part for flight in flights} | {entry.part for entry in answered}
        calls = [report.row for flight in flights for report in _by_call(flight.applied.reports)]
        return Batch(
            engine=self._engine,
            fence={part: fence[part] for part in sorted(parts)},
            runs=tuple(flight.write for flight in flights),
            consumed=tuple(sorted((entry.part, entry.seq) for entry in entries)),
            calls=tuple(calls),
            sent=tuple([sent for flight in flights for sent in flight.sent]),
        )

    def _take(self) -> list[Flight]:
        while self._kept:
            group = [flight for flight in self._kept.popleft() if not flight.run.gone]
            if group:
                return group if len(group) > 1 else [first_part(group[0], self._keeper.limits.batch_bytes)]
        try:
            return self._fly_many()
        finally:
            self._keeper.crumb(None)  # once for all: from one run to the next the crumb changes hands

    def _fly_many(self) -> list[Flight]:
        limits = self._keeper.limits
        flights: list[Flight] = []
        size = 0
        while self._gathered and len(flights) < limits.batch_runs:
            run = next(iter(self._gathered))
            if run.strikes and flights:
                break  # an engine died of it: it is committed alone
            flight = self._fly(run)
            if flight is None:
                continue
            if flights and size + flight.size > limits.batch_bytes:
                self._kept.append([flight])
                break
            flight = first_part(flight, limits.batch_bytes)
            flights.append(flight)
            size += flight.size
            if run.strikes or size >= limits.batch_bytes:
                break
        return flights

    def _fly(self, run: LiveRun) -> Flight | None:
        del self._gathered[run]
        keeper = self._keeper
        keeper.crumb(run.ref)
        try:
            flight = run.flight = _flight(run, keeper)
        except (
            Exception,
            Fault,
        ) as error:  # the state cannot be encoded: a fault of this run alone
            keeper.fault(run, error)
            return None
        run.forget_applied()
        return flight

    def strays(self) -> list[RunRef]:
        """Runs of the commit under way that left memory meanwhile, since their partition was lost."""
        return [flight.run.ref for flight in self._flying or () if flight.run.gone]

    def landed(self) -> tuple[list[Flight], list[InboxEntry]]:
        """The commit under way is over; what it was, without those that left memory in the meantime."""
        assert self._flying is not None, "no commit is under way"
        flights = [flight for flight in self._flying if not flight.run.gone]
        self._flying = None
        return flights, self._answered_flying

    def keep(self, flights: list[Flight], answered: Iterable[InboxEntry]) -> None:
        """Nothing was written; these are to be sent again, together."""
        self._kept.appendleft(flights)
        self._answered = [*answered, *self._answered]

    def keep_halves(self, flights: list[Flight], answered: Iterable[InboxEntry]) -> None:
        """One of these cannot be written: the halves are sent apart, and so on until it stands alone."""
        middle = len(flights) // 2
        self.keep(flights[middle:], answered)
        self.keep(flights[:middle], ())


def _by_call(reports: list[Report]) -> list[Report]:
    return reports if len(reports) < 2 else sorted(reports, key=lambda report: report.request)


def _flight(run: LiveRun, keeper: Keeper) -> Flight:
    end = run.end
    if end is None:
        assert run.machine is not None
        wake_at, dates = keeper.sleeps_until(run), keeper.dates_of(run)
        delta = run.machine.delta()
        put, drop = delta.put, delta.drop
        if dates != run.dates:
            if dates:
                put = {**put, DATES_PAGE: encode_dates(dates)}
            else:
                drop = drop | {DATES_PAGE}
        if run.overdue and OVERDUE_PAGE not in run.pages:
            put = {**put, OVERDUE_PAGE: b""}
        if LETTERS_PAGE in run.pages:
            drop = drop | {LETTERS_PAGE}
        if run.deadline is not None or run.left_us is not None or run.time_page is not None:
            time = time_page(run, keeper.now, held=run.paused)
            if time is None and TIME_PAGE in run.pages:
                drop = drop | {TIME_PAGE}
            elif time is not None and time != run.time_page:
                put = {**put, TIME_PAGE: time}
        status = RUNS.step(run.status, PAUSED if run.paused else COMMITTED)
        said = run.status_text
        write = RunWrite(run.ref, run.revision, status, delta.root, put, drop, wake_at=wake_at, status_text=said)
        size = ROW_BYTES + len(delta.root) + (sum(map(len, put.values())) if put else 0)
        calls = list(run.fresh.values())
        asleep = wake_at is not None
        return Flight(
            run, write, delta, run.applied, calls, run.revoked or (), run.said or (), run.sent or (), None,
            run.owed or (), asleep, size, dates,
        )  # fmt: skip
    write = _last_write(run, keeper.host)
    again = isinstance(end, Parking) or (isinstance(end, Failed) and not isinstance(end.error, CancelledError))
    if again and write.status is not Status.FINISHED:
        write = _keeping_time(run, write, keeper.now)
    if run.status_text is not None:
        write = msgspec.structs.replace(write, status_text=run.status_text)
    size = ROW_BYTES + len(write.outcome or b"") + len(write.root)
    return Flight(
        run, write, None, run.applied, [], run.revoked or (), run.said or (), run.sent or (), end, run.owed or (),
        False, size,
    )  # fmt: skip


def _keeping_time(run: LiveRun, write: RunWrite, now: Instant) -> RunWrite:
    """The run is set aside or has failed: if it is taken up again, it has as much time as it has now."""
    time = time_page(run, now, held=True)
    if time is None or time == run.time_page:
        return write
    return msgspec.structs.replace(write, put={**write.put, TIME_PAGE: time})


def _last_write(run: LiveRun, host: Host) -> RunWrite:
    match run.end:
        case Finished(value=value):
            try:
                outcome = host.encode_outcome(Succeeded(value))
            except Exception as error:
                failure = TypeError(f"the result of workflow {_name(run)} cannot be stored: {error}")
                return _failed(run, host, failure)
            status = RUNS.step(run.status, RunEvent.RETURNED)
            return RunWrite(run.ref, run.revision, status, b"", drop=frozenset(run.pages), outcome=outcome)
        case Failed(error=error, traceback=traceback, text=text):
            return _failed(run, host, error, traceback, text)
        case Parking(reason=reason):
            status = RUNS.step(run.status, RunEvent.SET_ASIDE)
            return RunWrite(run.ref, run.revision, status, run.root, outcome=run.failure, reason=reason)
        case _:
            raise AssertionError("the run has not ended")


def _failed(
    run: LiveRun, host: Host, error: BaseException, traceback: tuple[TraceLine, ...] = (), text: str | None = None
) -> RunWrite:
    """The row of a failed run. Its `reason` is where it failed, in workflow lines.

    The state before its last slice stays, to try that again from. Of a run that was cancelled nobody wants more.
    """
    outcome: Outcome = Raised(error)
    try:
        data = host.encode_outcome(outcome)
    except Exception as unsendable:
        said = f"{type(error).__name__} (it cannot be stored: {unsendable})"
        data = host.encode_outcome(Raised(RuntimeError(said)))
    where = "\n".join(f'File "{line.source}", line {line.line}, in {line.function}' for line in traceback)
    cancelled = isinstance(error, CancelledError)
    return RunWrite(
        run.ref,
        run.revision,
        RUNS.step(run.status, RunEvent.RAISED),
        b"" if cancelled else run.root,
        put={} if cancelled else kept_letters(run),
        drop=frozenset(run.pages) if cancelled else frozenset(),
        outcome=data,
        reason=where or None,
        error_type=type(error).__qualname__,
        error_text=_text(error) if text is None else text,
    )


def _text(error: BaseException) -> str:
    """Of an error that no machine has asked, or which had nothing to say. A `__str__` of the program does not run out
    here: it finds no machine, which is a LookupError and never a Fault."""
    try:
        return str(error)
    except Exception:
        return "(its `__str__` failed)"


def _name(run: LiveRun) -> str:
    return run.stored.workflow if run.stored is not None else "?"
