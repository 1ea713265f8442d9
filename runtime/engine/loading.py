"""Runs that are not in memory yet, and what each waits for: its row, its pages, or units that it names.

Also what a run's row means for what the engine knew of it, once it was read: whether an unknown commit was made, and
which of its open calls are still under way here.
"""

from __future__ import annotations

import msgspec

from ..machines.calls import CallState
from ..machines.policies import Policies
from ..model import RunRef, Status, StoredRun
from .events import Dropped, Needs, Notice, Release, Revoke
from .host import Host, Missing
from .live import Call, LiveRun


class Loading:
    """Who waits for what. A run waits in one place at a time."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._rows: dict[RunRef, LiveRun] = {}
        self._pages: dict[RunRef, LiveRun] = {}
        self._units: dict[bytes, list[LiveRun]] = {}
        self._calls: dict[RunRef, LiveRun] = {}

    def needs(self) -> Needs:
        return Needs(frozenset(self._rows), frozenset(self._pages), frozenset(self._units), frozenset(self._calls))

    def row_of(self, run: LiveRun) -> None:
        self._rows[run.ref] = run

    def pages_of(self, run: LiveRun) -> None:
        self._pages[run.ref] = run

    def calls_of(self, run: LiveRun) -> None:
        self._calls[run.ref] = run

    def take_calls(self, ref: RunRef) -> LiveRun | None:
        return _present(self._calls.pop(ref, None))

    def take_row(self, ref: RunRef) -> LiveRun | None:
        return _present(self._rows.pop(ref, None))

    def take_pages(self, ref: RunRef) -> LiveRun | None:
        return _present(self._pages.pop(ref, None))

    def take_unit(self, code_hash: bytes) -> list[LiveRun]:
        return [run for run in self._units.pop(code_hash, []) if not run.gone]

    def forget(self, run: LiveRun) -> None:
        self._rows.pop(run.ref, None)
        self._pages.pop(run.ref, None)
        self._calls.pop(run.ref, None)

    def open(self, run: LiveRun) -> bool:
        """Give the run its machine, if everything that takes was read. What else goes wrong is raised."""
        stored = run.stored
        assert stored is not None and run.machine is None
        try:
            machine = self._host.restore(stored, run.read) if stored.root else self._host.start(stored)
        except Missing as missing:
            if missing.pages:
                self.pages_of(run)
            else:
                self._units.setdefault(next(iter(missing.units)), []).append(run)
            return False
        run.machine = machine
        run.pages, run.pages_known = set(run.read or ()), True
        run.read = None
        return True


def _present(run: LiveRun | None) -> LiveRun | None:
    return None if run is None or run.gone else run


def take_row(run: LiveRun, stored: StoredRun) -> None:
    run.stored = stored
    run.status = stored.status
    run.priority = stored.priority
    run.revision = stored.revision
    run.root = stored.root
    run.paused = stored.status == Status.PAUSED
    run.begins = stored.start_at
    run.deadline, run.overdue = stored.deadline_at, False
    run.left_us = run.time_page = None
    run.pages, run.pages_known = set(), not stored.root and not stored.revision
    run.read = run.recorded = None


def reconcile(run: LiveRun, policies: Policies) -> tuple[list[Release], list[Notice]]:
    """Compare the calls that the durable state waits for with those that are under way here.

    An attempt under way with the same number goes on. Where the next one follows at its time, the machine sees to it.
    Every other open call gets another attempt, since nobody knows whether the last one was started. What is under way
    and asked for by nobody is taken back.
    """
    assert run.machine is not None
    recorded, run.recorded = run.recorded or {}, None
    waited = {action.request: action for action in run.machine.open_requests() if action.request not in recorded}
    releases: list[Release] = []
    notices: list[Notice] = []
    reports = []
    for report in run.arrived.reports:
        if report.by_entry:
            continue
        if report.request in waited and waited[report.request].attempt == report.attempt:
            reports.append(report)
        else:
            notices.append(Dropped(run.ref, report.request, report.attempt, "the run no longer waits for it"))
    answered = {report.request for report in reports}
    calls: dict[int, Call] = {}
    repeats = []
    postponed = []
    for request, action in waited.items():
        known = run.calls.get(request)
        if known is not None and known.under_way and known.attempt == action.attempt:
            calls[request] = known
            continue
        state = CallState.ANSWERED if request in answered else CallState.WAITING
        began = known.began if known is not None and known.began is not None else run.dates.get(request)
        call = calls[request] = Call(request, action.attempt, action.key, b"", state, began or action.began or None)
        call.policy, call.due = policies.of_call(action.key, action.policy), action.due
        if call.due is None and known is not None and known.due is not None and known.attempt == action.attempt:
            postponed.append((request, known.due))  # known here, and not durable yet
        elif call.due is None and request not in answered:
            repeats.append(request)
    for request, call in run.calls.items():
        if call.under_way and calls.get(request) is not call:
            releases.append(Revoke(run.ref, request))
    run.arrived = msgspec.structs.replace(run.arrived, reports=reports)
    run.calls, run.repeats, run.postponed = calls, repeats, postponed
    return releases, notices
