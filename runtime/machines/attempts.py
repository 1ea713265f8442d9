"""What follows when an attempt of an action call has ended: a table of policy, without a clock or a queue.

    the attempt ...           the call ...
    returned                  is settled with the value
    raised                    is settled with the error, if that was the last attempt the policy allows; else again
    ran out of time           starts again, without bound
    was lost with its worker  starts again, without bound

Nobody's program is at fault when a worker is lost, so the first repetition comes at once. A call that is lost again and
again most likely takes its worker along, and waits longer each time, so that it does not take the neighbours' time.
"""

from __future__ import annotations

import enum

import msgspec

AGAIN_FIRST_US = 100_000  # the second repetition waits this long, the next twice as long, and so on
AGAIN_MAX_US = 30_000_000


class Ending(enum.Enum):
    """How an attempt ended."""

    RETURNED = "returned"
    RAISED = "raised"
    TIMED_OUT = "ran out of time"
    LOST = "was lost with its worker"


class AttemptPolicy(msgspec.Struct, frozen=True):
    """Of one call: how often it may raise, and how long an attempt may take."""

    attempts_max: int = 1
    timeout_ms: int = 300_000


class Settle(msgspec.Struct, frozen=True):
    """The outcome of this attempt is the call's."""


class Again(msgspec.Struct, frozen=True):
    """Another attempt, so much later."""

    delay_us: int


def after(policy: AttemptPolicy, attempt: int, ending: Ending) -> Settle | Again:
    match ending:
        case Ending.RETURNED:
            return Settle()
        case Ending.RAISED:
            return Settle() if attempt >= policy.attempts_max else Again(_delay_us(attempt))
        case Ending.TIMED_OUT | Ending.LOST:
            return Again(_delay_us(attempt))


def _delay_us(attempt: int) -> int:
    if attempt == 1:
        return 0
    doublings = min(attempt - 2, 32)  # bounded before the shift, since attempts are not
    return min(AGAIN_FIRST_US << doublings, AGAIN_MAX_US)
