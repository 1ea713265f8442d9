"""The lease of an engine on its partitions, as the store decides about it.

A lease that has run out is not over: only somebody who wants its partitions declares it over, and from then on a late
heartbeat finds nothing to extend. In Postgres `acquire_v1` and the statement `beat` make the same decisions.
"""

from __future__ import annotations

from waymark.vm.surface import Instant

from .table import Row, Table, Word


class LeaseState(Word):
    NONE = "none"
    HELD = "held"
    LATE = "late"
    OVER = "over"


class LeaseEvent(Word):
    ACQUIRED = "its engine acquires partitions"
    BEAT = "a heartbeat"
    TIME = "its time has passed"
    DECLARED = "another engine proves it dead, or wants what it holds when it is late"
    RELEASED = "its engine gives everything up"


LEASES: Table[LeaseState, LeaseEvent] = Table(
    "lease",
    "Partitions may be taken from an engine whose lease is `none` or `over`, under the next epoch. Whatever the lease "
    "says, it is the epoch that fences a late commit.",
    LeaseState.NONE,
    (
        *(Row(state, LeaseEvent.ACQUIRED, LeaseState.HELD, "for its time, from now") for state in LeaseState),
        Row(LeaseState.HELD, LeaseEvent.BEAT, LeaseState.HELD, "for its time, from now"),
        Row(LeaseState.HELD, LeaseEvent.TIME, LeaseState.LATE, "nobody has noticed yet"),
        Row(LeaseState.HELD, LeaseEvent.DECLARED, LeaseState.OVER, "its lock was free"),
        Row(LeaseState.LATE, LeaseEvent.DECLARED, LeaseState.OVER, "its partitions are wanted"),
        *(Row(state, LeaseEvent.RELEASED, LeaseState.NONE, "a clean stop") for state in LeaseState),
    ),
    ignored={
        (LeaseState.NONE, LeaseEvent.BEAT): "the engine is told that it holds nothing",
        (LeaseState.LATE, LeaseEvent.BEAT): "too late: the engine is told, and drops everything",
        (LeaseState.OVER, LeaseEvent.BEAT): "too late: the engine is told, and drops everything",
        (LeaseState.NONE, LeaseEvent.DECLARED): "there is nothing to end",
        (LeaseState.OVER, LeaseEvent.DECLARED): "it was declared before",
        (LeaseState.NONE, LeaseEvent.TIME): "it has none to pass",
        (LeaseState.LATE, LeaseEvent.TIME): "it has passed",
        (LeaseState.OVER, LeaseEvent.TIME): "it has passed",
    },
)

OVER: Instant = -(2**62)  # an instant that has always passed: the lease was declared over


def lease_at(until: Instant | None, now: Instant) -> LeaseState:
    """Where a lease stands that lasts until this instant; None: the engine has never had one, or gave it up."""
    if until is None:
        return LeaseState.NONE
    if until == OVER:
        return LeaseState.OVER
    return LeaseState.HELD if until >= now else LeaseState.LATE
