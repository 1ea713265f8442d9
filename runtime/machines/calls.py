"""The life of an action call in its engine's memory: from the slice that asks to the slice that gets the outcome.

An attempt is durable before it leaves: that is the one way from ASKED to UNDER_WAY.
"""

from __future__ import annotations

from .table import Row, Table, Word


class CallState(Word):
    ASKED = "asked for"
    UNDER_WAY = "under way"
    WAITING = "waits for another attempt"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class CallEvent(Word):
    COMMITTED = "the state that asks for this attempt is durable"
    SETTLED = "the attempt ended, and its outcome is the call's"
    REPEATED = "the attempt ended, and another one is to follow"
    ASKED_AGAIN = "the machine asks for the next attempt"
    UNSENDABLE = "its arguments cannot be sent"
    WITHDRAWN = "nobody waits for it any more"


_OPEN = (CallState.ASKED, CallState.UNDER_WAY, CallState.WAITING)

CALLS: Table[CallState, CallEvent] = Table(
    "call",
    "An open call is in its run's state, with the number of its attempt. A report of any other attempt is dropped "
    "before it comes here.",
    CallState.ASKED,
    (
        Row(CallState.ASKED, CallEvent.COMMITTED, CallState.UNDER_WAY, "it is dispatched"),
        Row(CallState.ASKED, CallEvent.UNSENDABLE, CallState.ANSWERED, "with a TypeError, without an attempt"),
        Row(CallState.UNDER_WAY, CallEvent.SETTLED, CallState.ANSWERED, "the next slice gets the outcome"),
        Row(CallState.UNDER_WAY, CallEvent.REPEATED, CallState.WAITING, "at once, or after a pause"),
        Row(CallState.WAITING, CallEvent.ASKED_AGAIN, CallState.ASKED, "under the next number"),
        Row(CallState.WAITING, CallEvent.SETTLED, CallState.ANSWERED, "an earlier attempt's answer to its offer came"),
        Row(CallState.ASKED, CallEvent.SETTLED, CallState.ANSWERED, "likewise"),
        *(Row(state, CallEvent.WITHDRAWN, CallState.WITHDRAWN, "what was dispatched is revoked") for state in _OPEN),
    ),
)
