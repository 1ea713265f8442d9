"""Runs of which nothing is executed for now, paused by hand or started for later; and runs whose time is over.

What arrives for a held run is kept. Outcomes go into its state, messages stay in the inbox until it goes on, and calls
that are due for another attempt wait. A cancel ends every hold: it is the run that must hear of it.
"""

from __future__ import annotations

from waymark.vm.surface import Instant

from ..model import InboxKind
from .inbox import Inbox
from .live import Inputs, LiveRun
from .slices import write_down
from .timing import go_on, stand_still


def take_orders(run: LiveRun, now: Instant) -> None:
    """What people want to be paused or not, in the order in which they said it."""
    was_paused = run.paused
    for entry in run.arrived.entries:
        match entry.kind:
            case InboxKind.PAUSE:
                run.paused = True
            case InboxKind.RESUME:
                run.paused = False
            case InboxKind.CANCEL:
                run.paused, run.begins = False, None
    if was_paused and not run.paused:
        run.again = True
        go_on(run, now)
    elif run.paused and not was_paused:
        stand_still(run, now)


def is_held(run: LiveRun, now: Instant) -> bool:
    if run.begins is not None and run.begins <= now:
        run.begins = None
    return run.paused or run.begins is not None


def hold(run: LiveRun, inbox: Inbox) -> bool:
    """Keep what arrived, without going on from there. Whether there is something to commit."""
    again, orders = run.again, run.arrived.without_messages()
    inbox.keep_messages(run.ref, run.arrived.messages)
    run.arrived.entries = []
    settled = bool(run.arrived.reports)
    write_down(run)
    run.applied = run.applied.before(Inputs(entries=orders))
    run.again = again and run.begins is None
    return bool(settled or orders)


def show_kept(run: LiveRun, inbox: Inbox) -> None:
    """It goes on. Messages that have arrived since come after those that were kept, so all are shown again."""
    inbox.show_messages(run.ref)
    inbox.forget(run.arrived.messages)
    run.arrived.entries = run.arrived.without_messages()


def next_wake(run: LiveRun) -> Instant | None:
    """When there is something to execute, if nothing arrives before. None: at once, or never."""
    if run.paused:
        return None
    if run.begins is not None:
        return run.begins
    assert run.machine is not None
    deadline = None if run.again else run.machine.next_deadline()
    if run.deadline is None or run.again:
        return deadline
    return run.deadline if deadline is None else min(deadline, run.deadline)
