"""One slice of one run: hand the machine what arrived, run it for some ticks, and note what its next commit must say.

Nothing leaves here. Calls that the machine asks for become `fresh`, and are dispatched after the commit that contains
them.
"""

from __future__ import annotations

from waymark.vm.surface import (
    CancelRequest,
    Failed,
    Finished,
    Idle,
    Instant,
    Log,
    Pause,
    Raised,
    Ready,
    SendRun,
    SetStatus,
    StartAction,
    StartRun,
    StartTimer,
)

from ..machines.calls import CallEvent
from ..machines.policies import Policies
from ..model import CallRow, InboxEntry, InboxKind
from .events import PRINT, Said
from .host import Host, MachineLike
from .live import Call, LiveRun, Report
from .sending import settle_children, start_child, stop_children, tell_child

OVERDUE = "the time that the run was given is over"


def run_slice(run: LiveRun, host: Host, policies: Policies, ticks: int, now: Instant) -> bool:
    """Whether there is something to commit. Raises Fault; the run is to be loaded anew then."""
    machine = run.machine
    assert machine is not None
    run.again = False
    repeated = bool(run.repeats or run.postponed)
    if repeated:
        _ask_again(run, machine, host, policies, now)  # before a cancel, which closes calls
    _hand_in(run, machine, host, now)
    pause = machine.run(ticks, now)
    for effect in pause.effects:
        match effect:
            case StartAction():
                take_call(run, host, policies, effect, now)
            case CancelRequest():
                _revoke(run, effect.request)
            case Log():
                _note(run, effect)
            case StartRun():
                start_child(run, host, effect)
            case SendRun():
                tell_child(run, host, effect)
            case SetStatus():
                run.status_text = effect.text
            case StartTimer():
                pass  # the machine fires its own timers; `next_deadline` tells when
    return _follow(run, pause) or repeated


def _hand_in(run: LiveRun, machine: MachineLike, host: Host, now: Instant) -> None:
    if run.deadline is not None and run.deadline <= now:  # once: a program that catches it has all the time it wants
        run.deadline, run.overdue = None, True
        machine.cancel(OVERDUE)
    arrived = run.arrived
    run.applied = run.applied.before(arrived)
    run.arrived = type(arrived)()
    if arrived.entries:
        for entry in arrived.entries:
            if entry.kind == InboxKind.CANCEL:
                machine.cancel(cancel_reason(entry))
        sent = [entry for entry in arrived.entries if entry.kind == InboxKind.MESSAGE]
        if messages := [host.decode_message(entry.body) for entry in sent]:
            machine.deliver(messages)
        settle_children(machine, host, arrived.entries)
    if arrived.reports:
        machine.settle([(report.request, report.outcome) for report in arrived.reports])
        for report in arrived.reports:
            run.calls.pop(report.request, None)


def _ask_again(run: LiveRun, machine: MachineLike, host: Host, policies: Policies, now: Instant) -> None:
    for request in run.repeats:
        repeat_call(run, host, policies, request, now)
    run.repeats = []
    for request, due in run.postponed:
        if (call := run.calls.get(request)) is not None:
            machine.postpone(request, due)
            call.due = due
    run.postponed = []


def write_down(run: LiveRun) -> None:
    """Hand in what actions came to, without going on from there: whoever owns the run next does that."""
    machine, reports = run.machine, run.arrived.reports
    assert machine is not None
    machine.settle([(report.request, report.outcome) for report in reports])
    for report in reports:
        run.calls.pop(report.request, None)
    run.applied = run.applied.before(type(run.applied)(reports=reports))
    run.arrived.reports = []
    run.again = True


def _follow(run: LiveRun, pause: Pause) -> bool:
    match pause:
        case Idle():
            return True
        case Ready():
            run.again = True
            # A slice of pure computing is committed with whatever comes next; running it again would do no harm.
            return bool(run.applied or run.fresh or run.revoked or run.said or run.sent or run.status_text is not None)
        case Finished() | Failed():
            run.end = pause
            run.fresh = {}
            run.revoked += [request for request, call in run.calls.items() if call.under_way]
            assert run.machine is not None
            stop_children(run, run.machine.open_runs())
            return True


def take_call(run: LiveRun, host: Host, policies: Policies, action: StartAction, now: Instant) -> None:
    """Note a call that the machine asks for. One whose arguments cannot be sent has its outcome already."""
    call = Call(action.request, action.attempt, action.key, b"")
    call.policy = policies.of_call(action.key, action.policy)
    call.began = action.began or None
    if (before := run.calls.get(action.request)) is not None:
        before.becomes(CallEvent.ASKED_AGAIN)
        call.began = before.began or call.began
    run.calls[action.request] = call
    try:
        call.arguments = host.encode_call(action)
    except Exception as error:
        call.becomes(CallEvent.UNSENDABLE)
        answer(run, host, call, TypeError(f"the arguments of action {action.key} cannot be sent to it: {error}"), now)
    else:
        run.fresh[action.request] = call


def repeat_call(run: LiveRun, host: Host, policies: Policies, request: int, now: Instant) -> None:
    """Ask for another attempt of an open call. The machine counts it, since the number must be durable first."""
    assert run.machine is not None
    take_call(run, host, policies, run.machine.retry(request), now)


def answer(run: LiveRun, host: Host, call: Call, error: Exception, now: Instant) -> None:
    """Settle a call without an attempt that says how."""
    outcome = Raised(error)
    data = host.encode_outcome(outcome)
    row = CallRow(run.ref, call.request, call.key, call.attempt, now, now, False, call.arguments, data)
    run.arrived.reports.append(Report(call.request, call.attempt, outcome, row))


def _note(run: LiveRun, log: Log) -> None:
    """What one `print` writes in pieces is one line of the log."""
    last = run.said[-1] if run.said else None
    if last is not None and last.level == log.level == PRINT and not last.text.endswith("\n"):
        run.said[-1] = Said(run.ref, PRINT, last.text + log.text)
    else:
        run.said.append(Said(run.ref, log.level, log.text, log.logger, log.line, log.extra))


def _revoke(run: LiveRun, request: int) -> None:
    call = run.calls.pop(request, None)
    run.fresh.pop(request, None)
    if call is not None and call.under_way:
        run.revoked.append(request)


def cancel_reason(entry: InboxEntry) -> str:
    return entry.body.decode("utf-8", "replace")
