"""The life of a run, as its row shows it. Events are what a commit of its owner says about it."""

from __future__ import annotations

from ..model import Status
from .table import Row, Table, Word


class RunEvent(Word):
    COMMITTED = "its state was committed"
    RETURNED = "it returned"
    RAISED = "it raised, or was cancelled"
    SET_ASIDE = "it was set aside"
    PAUSED = "it was paused by hand, or is still"


_ALIVE = (Status.QUEUED, Status.RUNNING, Status.PARKED, Status.PAUSED)
_TRIED = (*_ALIVE, Status.FAILED)  # a failed run may be tried again

RUNS: Table[Status, RunEvent] = Table(
    "run",
    "Written by the owner of its partition alone, one revision a commit. A parked or paused run comes back by a "
    "`resume` in its inbox, a failed one by a `retry`: the commit that applies it is the first of its new life.",
    Status.QUEUED,
    (
        Row(Status.QUEUED, RunEvent.COMMITTED, Status.RUNNING, "its first await"),
        Row(Status.RUNNING, RunEvent.COMMITTED, Status.RUNNING, "its next await"),
        Row(Status.PARKED, RunEvent.COMMITTED, Status.RUNNING, "somebody resumed it"),
        Row(Status.PAUSED, RunEvent.COMMITTED, Status.RUNNING, "somebody resumed or cancelled it"),
        Row(Status.FAILED, RunEvent.COMMITTED, Status.RUNNING, "somebody had it tried again"),
        *(Row(state, RunEvent.RETURNED, Status.FINISHED, "final") for state in _TRIED),
        *(Row(state, RunEvent.RAISED, Status.FAILED, "what was committed before is kept") for state in _TRIED),
        *(Row(state, RunEvent.PAUSED, Status.PAUSED, "nothing of it is executed") for state in _TRIED),
        *(
            Row(state, RunEvent.SET_ASIDE, Status.PARKED, "it cannot go on, for the reason in its row")
            for state in _TRIED
        ),
    ),
)
