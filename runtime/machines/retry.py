"""The life of one attempt of an action call: how it may end, and what its call comes to by that.

`attempts.py` says which event an ending is, by the call's policy; this table says where it leads.
"""

from __future__ import annotations

from .table import Row, Table, Word


class AttemptState(Word):
    UNDER_WAY = "under way"
    FOLLOWED = "another attempt follows"
    VALUE = "the call has a value"
    ERROR = "the call raises its error"
    GIVEN_UP = "the call raises a WaymarkTimeout"


class AttemptEvent(Word):
    RETURNED = "it returned"
    RAISED = "it raised, and may be repeated"
    RAISED_LAST = "it raised, and nothing is left of attempts, time or patience with such errors"
    TIMED_OUT = "its own time is over"
    LOST = "it was lost with its worker"
    EXPIRED = "it has no outcome, and the call's deadline or its attempts do not allow another"


_UNDER_WAY = AttemptState.UNDER_WAY

RETRY: Table[AttemptState, AttemptEvent] = Table(
    "retry",
    "One attempt. Only a policy makes an error repeat; whatever has no outcome is repeated without bound, unless "
    "the policy counts that, too, or until the call's deadline. The next "
    "attempt comes at once or after a pause, and is durable before it starts.",
    _UNDER_WAY,
    (
        Row(_UNDER_WAY, AttemptEvent.RETURNED, AttemptState.VALUE, "even behind the deadline: it is there"),
        Row(_UNDER_WAY, AttemptEvent.RAISED, AttemptState.FOLLOWED, "after a pause that grows"),
        Row(_UNDER_WAY, AttemptEvent.RAISED_LAST, AttemptState.ERROR, "the program gets it at its await"),
        Row(_UNDER_WAY, AttemptEvent.TIMED_OUT, AttemptState.FOLLOWED, "it was stopped, or its worker was"),
        Row(_UNDER_WAY, AttemptEvent.LOST, AttemptState.FOLLOWED, "at once the first time: no program is at fault"),
        Row(_UNDER_WAY, AttemptEvent.EXPIRED, AttemptState.GIVEN_UP, "it says what the last attempt came to"),
    ),
)
