"""What arrives for runs: entries of the inbox, and reports of attempts."""

from __future__ import annotations

from collections.abc import Sequence

from waymark.vm.surface import Instant, Outcome, Raised

from ..machines.attempts import AttemptPolicy, Ending, Settle, after
from ..model import CallRow, InboxEntry, RunRef
from .events import Dropped, Ended, Lost
from .host import Host
from .lane import BATCH_RUNS_MAX
from .live import Call, LiveRun, Report
from .memory import Memory

POLLED_ENTRIES_MAX = 500
HELD_ENTRIES_MAX = 4 * BATCH_RUNS_MAX  # with so many not consumed, no more are read


class Arrivals:
    def __init__(self, memory: Memory, policy: AttemptPolicy) -> None:
        self._memory = memory
        self._policy = policy

    @property
    def appetite(self) -> int:
        """How many entries a poll may show: those that are held already, which it shows again, and some more."""
        held = len(self._memory.inbox)
        return held + POLLED_ENTRIES_MAX if held < HELD_ENTRIES_MAX else 0

    def entries(self, entries: Sequence[InboxEntry], as_of: int) -> int:
        """How many were new, of what a poll showed that began after `as_of` commits."""
        memory = self._memory
        new = memory.inbox.unseen([entry for entry in entries if entry.part in memory.epochs], as_of)
        for entry in new:
            ref = RunRef(entry.part, entry.run)
            run = memory.runs.get(ref)
            if run is None:
                run = memory.runs[ref] = LiveRun(ref)
                memory.loading.row_of(run)
            run.arrived.entries.append(entry)
            memory.make_ready(run)
        return len(new)

    def report(self, report: Ended | Lost, now: Instant) -> None:
        """An attempt has ended. Only the attempt that a call stands at counts, and only once."""
        memory = self._memory
        run = memory.runs.get(report.ref)
        call = run.calls.get(report.request) if run is not None else None
        if run is None or call is None or not call.dispatched or call.attempt != report.attempt:
            memory.notices.append(Dropped(report.ref, report.request, report.attempt, "nobody waits for this attempt"))
            return
        call.dispatched = False
        outcome: Outcome | None = None
        match report:
            case Ended():
                outcome = _read(memory.host, call, report)
                ending = Ending.RAISED if isinstance(outcome, Raised) else Ending.RETURNED
            case Lost():
                ending = Ending.TIMED_OUT if report.timed_out else Ending.LOST
        step = after(self._policy, call.attempt, ending)
        if isinstance(step, Settle):
            assert isinstance(report, Ended) and outcome is not None, "only an attempt with an outcome settles its call"
            run.arrived.reports.append(Report(call.request, call.attempt, outcome, _row(run, call, outcome, report)))
        elif step.delay_us > 0:
            memory.alarms.set(now + step.delay_us, run, (call.request, call.attempt))
        else:
            run.repeats.append(call.request)
        memory.make_ready(run)


def _read(host: Host, call: Call, report: Ended) -> Outcome:
    try:
        return host.decode_outcome(report.outcome)
    except Exception as error:  # the bytes come from a worker with the user's code in it
        return Raised(TypeError(f"the outcome of action {call.key} cannot be read here: {error}"))


def _row(run: LiveRun, call: Call, outcome: Outcome, report: Ended) -> CallRow:
    return CallRow(
        ref=run.ref,
        call=call.request,
        action=call.key,
        attempt=call.attempt,
        started_at=report.started_at,
        finished_at=report.finished_at,
        ok=not isinstance(outcome, Raised),
        arguments=call.arguments,
        outcome=report.outcome,
    )
