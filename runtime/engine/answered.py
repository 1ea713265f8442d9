"""Calls that were offered to any host: their outcomes come by way of the inbox, and their offers are tickets.

Whoever deletes an offer decides. So an outcome in the inbox counts, whichever attempt the call stands at by now. And a
slice that no longer waits for a call whose offer may exist is not committed before the offer was withdrawn: if it can
not be, since the call is answered, the slice never happened, and the run goes on with the answer.
"""

from __future__ import annotations

import msgspec

from waymark.vm.surface import Failed, Finished, Instant

from ..machines.calls import CallState
from ..messages import BadMessage
from ..model import InboxEntry, InboxKind, RunRef
from ..offers.answers import Answer, decode_answer
from .arrivals import Arrivals
from .events import Dropped, Ended
from .live import LiveRun
from .memory import Memory


def take_answers(memory: Memory, run: LiveRun, now: Instant) -> list[InboxEntry] | None:
    """Make reports of what has come by way of the inbox; None: nothing has.

    The cancels that are returned have to wait for the next slice, and so have timers: a program gets the value at its
    await, and is cancelled at the one behind it.
    """
    entries = [entry for entry in run.arrived.entries if entry.kind == InboxKind.OUTCOME]
    if not entries:
        return None
    before = len(run.arrived.reports)
    for entry in entries:
        try:
            answer = decode_answer(entry.body)
        except msgspec.DecodeError as error:
            raise BadMessage(f"the answer to an offer of its call cannot be read: {error}") from None
        _take(memory, run, answer, now)
    reports = run.arrived.reports
    reports[before:] = [msgspec.structs.replace(report, by_entry=True) for report in reports[before:]]
    if len(reports) == before:
        return None
    cancels = [entry for entry in run.arrived.entries if entry.kind == InboxKind.CANCEL]
    run.arrived.entries = [entry for entry in run.arrived.entries if entry.kind != InboxKind.CANCEL]
    return cancels


def _take(memory: Memory, run: LiveRun, answer: Answer, now: Instant) -> None:
    run.heard.add(answer.call)
    call = run.calls.get(answer.call)
    over = call is not None and call.state is CallState.ANSWERED  # offered twice: nobody knew whether it was put up
    if call is None or over:
        why = "the run no longer waits for it"
        memory.notices.append(Dropped(run.ref, answer.call, answer.attempt, why))
        return
    report = answer.report(run.ref)
    if call.under_way and call.attempt == answer.attempt:
        run.tickets.discard(answer.call)  # it was this attempt's
        Arrivals(memory).report(report, now)
    elif isinstance(report, Ended):
        Arrivals(memory).earlier(run, call, report, now)
        if call.state is CallState.ANSWERED:
            run.tickets.discard(answer.call)  # and the later attempt finds none


def before_timers(run: LiveRun, now: Instant) -> Instant:
    """The time of a slice in which no timer fires. No timer that is due has fired yet, so it does not go back."""
    assert run.machine is not None
    deadline = run.machine.next_deadline()
    return now if deadline is None else min(now, deadline - 1)


def cut_off(run: LiveRun) -> set[int]:
    """Calls whose offers may exist, and that the run does not wait for any more."""
    if not run.tickets:
        return set()
    if isinstance(run.end, Finished | Failed):
        return set(run.tickets)
    return run.tickets - run.calls.keys()


def withhold(memory: Memory, run: LiveRun, cut: set[int]) -> None:
    """Nothing of it is committed, or executed, before these offers were withdrawn."""
    memory.lane_of(run).remove(run)
    run.withdrawing = cut
    memory.withdrawals += [(run.ref, request) for request in sorted(cut)]


def withdrawn(memory: Memory, ref: RunRef, request: int, answered: bool) -> None:
    run = memory.runs.get(ref)
    if run is None or request not in run.withdrawing:
        return
    run.withdrawing.discard(request)
    run.tickets.discard(request)
    run.disputed |= answered and request not in run.heard  # an answer that the slice knew of is none against it
    if run.withdrawing:
        return
    disputed, run.disputed = run.disputed, False
    if disputed:
        memory.reload(run)
    else:
        memory.lane_of(run).add(run)
        memory.make_ready(run)
