"""What arrives for runs: entries of the inbox, sleepers that wake, and reports of attempts."""

from __future__ import annotations

from collections.abc import Sequence

from waymark.stdlib.values.run_errors import WaymarkTimeout
from waymark.vm.surface import Instant, Outcome, Raised

from ..machines.attempts import Again, Ending, GiveUp, Settle, after, class_names
from ..machines.calls import CallEvent
from ..model import KNOWN_KINDS, CallRow, InboxEntry, InboxKind, RunRef
from .events import Beat, Dropped, Ended, Lost, Revoke, Unregistered
from .host import Host
from .live import FOR_PROGRAMS, Call, LiveRun, Report
from .memory import Memory
from .slices import answer

POLLED_ENTRIES_MAX, POLLED_ENTRIES_MIN = 500, 50
HELD_ENTRIES_MAX = 4_000  # with so many not consumed, no more are read
STRIKES_MAX = 3
ROOMY = 8  # with an eighth of it free there is room for starts
SETTLED = CallEvent.SETTLED


class Arrivals:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def appetite(self) -> int:
        """How many entries a poll may show: those that are held already, which it shows again, and some more; of starts
        hardly more than there is room for, since what is not let in would be shown, and read, each time again."""
        memory, inbox = self._memory, self._memory.inbox
        if len(inbox) >= HELD_ENTRIES_MAX:
            return 0
        if not self.open_to_starts:
            return inbox.shown_again + POLLED_ENTRIES_MAX
        return inbox.shown_again + min(POLLED_ENTRIES_MAX, max(POLLED_ENTRIES_MIN, memory.room_for_starts()))

    @property
    def open_to_starts(self) -> bool:
        """Where there is little room for them, every other poll is for what comes to the runs that are there: behind a
        thousand starts it would wait for all of those."""
        room, share = self._memory.room_for_starts(), self._memory.limits.share
        return room * ROOMY >= share or (room > 0 and self._memory.inbox.polls % 2 == 0)

    def entries(self, entries: Sequence[InboxEntry], as_of: int) -> int:
        """How many were new, of what a poll showed that began after `as_of` commits."""
        memory, inbox = self._memory, self._memory.inbox
        inbox.polled(as_of)
        held = memory.epochs.keys() - memory.leaving
        fresh = [entry for entry in entries if entry.part in held and not inbox.knows(entry)]
        return sum(map(self._entry, fresh))

    def _entry(self, entry: InboxEntry) -> bool:
        memory = self._memory
        ref = RunRef(entry.part, entry.run)
        run = memory.runs.get(ref)
        if run is None and entry.kind == InboxKind.START and not memory.has_room(woken=False):
            return False  # it stays in the inbox, and is shown again
        woken = entry.kind in FOR_PROGRAMS
        if run is None and woken and not memory.has_room(woken=True):
            memory.inbox.left += 1  # the same, and the next poll reads further
            return False
        if not memory.inbox.is_new(entry):
            return False
        if run is None:
            run = memory.let_in(LiveRun(ref, woken=woken))
            memory.loading.row_of(run)
        if entry.kind not in KNOWN_KINDS:
            memory.inbox.set_aside(entry)
            run.parking = (
                f"its inbox holds an entry of kind {entry.kind}, which this version of waymark does not know; run an "
                "engine of the version that sent it, and resume the run"
            )
        else:
            run.arrived.entries.append(entry)
        if entry.kind == InboxKind.STRIKE:
            run.strikes += 1
            if run.strikes >= STRIKES_MAX:
                said = entry.body.decode("utf-8", "replace")
                run.parking = (
                    f"{run.strikes} engines died while they executed it, the last one so: {said}; see their logs, and "
                    "resume the run when that is mended, or cancel it"
                )
        memory.make_ready(run)
        return True

    def report(self, report: Ended | Lost | Unregistered | Beat, now: Instant) -> None:
        """An attempt has ended. Only the attempt that a call stands at counts, and only once."""
        memory = self._memory
        run = memory.runs.get(report.ref)
        call = run.calls.get(report.request) if run is not None else None
        if run is None or call is None or not call.under_way or call.attempt != report.attempt:
            memory.notices.append(Dropped(report.ref, report.request, report.attempt, "nobody waits for this attempt"))
            return
        match report:
            case Ended():
                self._ended(run, call, report, now)
            case Beat():
                call.beaten = now
                if report.progress is not None:
                    call.progress = report.progress
                return
            case Lost():
                self._lost(run, call, report, now)
            case Unregistered():
                call.becomes(CallEvent.REPEATED)
                run.parking = f"{report.why}; resume the run when a worker has it"
        memory.make_ready(run)

    def look_for_silent(self, now: Instant) -> None:
        """An attempt that has not beaten for too long is lost, whatever it may still come to."""
        memory = self._memory
        for run, call in memory.pulses.silent(now):
            memory.releases.append(Revoke(run.ref, call.request))
            silent_ms = (now - call.beaten) // 1_000
            self.report(Lost(run.ref, call.request, call.attempt, f"it was silent for {silent_ms} ms"), now)

    def _ended(self, run: LiveRun, call: Call, report: Ended, now: Instant) -> None:
        outcome = _read(self._memory.host, call, report)
        if isinstance(outcome, Raised):
            names, began = class_names(outcome.error), call.began or now
            name, at = _name(run, call), call.attempt
            step = after(call.policy, at, Ending.RAISED, error=names, began=began, now=now, call=name)
            if isinstance(step, Again):
                wanted = report.retry_after_us
                self._again(run, call, step if wanted is None else Again(wanted), now)
                return
            assert isinstance(step, Settle), "an attempt with an outcome settles its call, or is followed by another"
        call.becomes(SETTLED)
        run.arrived.reports.append(Report(call.request, call.attempt, outcome, _row(run, call, outcome, report)))

    def earlier(self, run: LiveRun, call: Call, report: Ended, now: Instant) -> None:
        """The call's offer was answered, by an attempt before the one that it stands at. That one is not to be."""
        outcome = _read(self._memory.host, call, report)
        if isinstance(outcome, Raised):
            names, began = class_names(outcome.error), call.began or now
            name, at = _name(run, call), report.attempt
            step = after(call.policy, at, Ending.RAISED, error=names, began=began, now=now, call=name)
            if isinstance(step, Again):
                return
        if call.under_way:  # at once, and not with the commit: the answer is durable
            self._memory.releases.append(Revoke(run.ref, call.request))
        run.fresh.pop(call.request, None)
        run.repeats = [request for request in run.repeats if request != call.request]
        run.postponed = [(request, due) for request, due in run.postponed if request != call.request]
        call.becomes(CallEvent.SETTLED)
        run.arrived.reports.append(Report(call.request, call.attempt, outcome, _row(run, call, outcome, report)))

    def _lost(self, run: LiveRun, call: Call, report: Lost, now: Instant) -> None:
        ending = Ending.TIMED_OUT if report.timed_out else Ending.LOST
        step = after(call.policy, call.attempt, ending, began=call.began or now, now=now, call=_name(run, call))
        if isinstance(step, Again):
            self._again(run, call, step, now)
            return
        assert isinstance(step, GiveUp), "only an attempt with an outcome settles its call"
        call.becomes(CallEvent.SETTLED)
        until = "by its deadline" if step.late else f"in {call.attempt} attempts"
        error = WaymarkTimeout(f"action {call.key} had no outcome {until}; its last attempt: {report.why}")
        answer(run, self._memory.host, call, error, now)

    def _again(self, run: LiveRun, call: Call, step: Again, now: Instant) -> None:
        call.becomes(CallEvent.REPEATED)
        if step.delay_us > 0:
            run.postponed.append((call.request, now + step.delay_us))
        else:
            run.repeats.append(call.request)


def _name(run: LiveRun, call: Call) -> str:
    return f"{run.ref.run}/{call.request}"


def _read(host: Host, call: Call, report: Ended) -> Outcome:
    try:
        return host.decode_outcome(report.outcome)
    except Exception as error:  # the bytes come from a worker with the user's code in it
        return Raised(TypeError(f"the outcome of action {call.key} cannot be read here: {error}"))


def _row(run: LiveRun, call: Call, outcome: Outcome, report: Ended) -> CallRow:
    began, ended, ok = report.started_at, report.finished_at, not isinstance(outcome, Raised)
    return CallRow(run.ref, call.request, call.key, call.attempt, began, ended, ok, call.arguments, report.outcome)
