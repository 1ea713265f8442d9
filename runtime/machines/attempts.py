"""What follows when an attempt of an action call has ended: a table of policy, without a clock or a queue.

    the attempt ...           the call ...
    returned                  is settled with the value
    raised                    is settled with the error, unless the policy retries such errors and has attempts left
    ran out of time           starts again, without bound
    was lost with its worker  starts again, without bound

and after the policy's deadline every ending but a value settles it: with the error, or with a TimeoutError.

Nobody's program is at fault when a worker is lost, so the first repetition comes at once. A call that is lost again and
again most likely takes its worker along, and waits longer each time, so that it does not take the neighbours' time.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Collection

import msgspec

from waymark.vm.surface import Instant

from .retry import RETRY, AttemptEvent, AttemptState

LATER_MAX = 64  # doublings beyond which a pause is its cap


class Ending(enum.Enum):
    """How an attempt ended."""

    RETURNED = "returned"
    RAISED = "raised"
    TIMED_OUT = "ran out of time"
    LOST = "was lost with its worker"


class Backoff(msgspec.Struct, frozen=True):
    """The pause before attempt n + 1: none after the first, then `base_us`, growing by `factor` up to `cap_us`.

    `jitter` takes away up to that share of it, by the call and the attempt: the same call always waits as long, and
    many calls that failed together do not come back together.
    """

    base_us: int = 100_000
    factor: float = 2.0
    cap_us: int = 30_000_000
    jitter: float = 0.0
    first_at_once: bool = True

    def pause_us(self, attempt: int, call: str = "") -> int:
        steps = attempt - (2 if self.first_at_once else 1)
        if steps < 0:
            return 0
        pause = min(self.base_us * self.factor ** min(steps, LATER_MAX), self.cap_us)
        return int(pause * (1 - self.jitter * _share(call, attempt)))


class AttemptPolicy(msgspec.Struct, frozen=True):
    """Of one call: how often it may raise, which errors that holds for, and how long things may take.

    `retry_on` holds names of exception classes, bare or as `module.Class`; an error of a class derived from one of them
    counts, too. None: every error.
    """

    attempts_max: int = 1
    timeout_ms: int = 300_000  # of an attempt
    deadline_us: int | None = None  # of the call, from its first attempt's start; None: no end
    retry_on: frozenset[str] | None = None
    backoff: Backoff = Backoff()


class Settle(msgspec.Struct, frozen=True):
    """The outcome of this attempt is the call's."""


class GiveUp(msgspec.Struct, frozen=True):
    """The call's time is over, and this attempt has no outcome: it is settled with a TimeoutError."""


class Again(msgspec.Struct, frozen=True):
    """Another attempt, so much later."""

    delay_us: int


def after(
    policy: AttemptPolicy,
    attempt: int,
    ending: Ending,
    *,
    error: Collection[str] = (),
    began: Instant = 0,
    now: Instant = 0,
    call: str = "",
) -> Settle | GiveUp | Again:
    """`error`: the names of the classes of what was raised; `began`: when the call's first attempt did."""
    pause_us = policy.backoff.pause_us(attempt, call)
    late = policy.deadline_us is not None and now + pause_us - began >= policy.deadline_us
    last = late or attempt >= policy.attempts_max or not _retried(policy, error)
    match RETRY.step(AttemptState.UNDER_WAY, _event(ending, late=late, last=last)):
        case AttemptState.FOLLOWED:
            return Again(pause_us)
        case AttemptState.GIVEN_UP:
            return GiveUp()
        case _:
            return Settle()


def _event(ending: Ending, *, late: bool, last: bool) -> AttemptEvent:
    match ending:
        case Ending.RETURNED:
            return AttemptEvent.RETURNED
        case Ending.RAISED:
            return AttemptEvent.RAISED_LAST if last else AttemptEvent.RAISED
        case Ending.TIMED_OUT:
            return AttemptEvent.EXPIRED if late else AttemptEvent.TIMED_OUT
        case Ending.LOST:
            return AttemptEvent.EXPIRED if late else AttemptEvent.LOST


def class_names(error: BaseException) -> frozenset[str]:
    """Every name by which a policy may mean this error: bare and in full, of its class and all those above it."""
    names: set[str] = set()
    for kind in type(error).__mro__[:-1]:  # `object` is no error
        names |= {kind.__qualname__, f"{kind.__module__}.{kind.__qualname__}"}
    return frozenset(names)


def _retried(policy: AttemptPolicy, error: Collection[str]) -> bool:
    return policy.retry_on is None or not policy.retry_on.isdisjoint(error)


def _share(call: str, attempt: int) -> float:
    """From 0 to 1, by chance and yet always the same: nothing here may ask for a random number."""
    return int.from_bytes(hashlib.blake2b(f"{call}/{attempt}".encode(), digest_size=4).digest(), "big") / 2**32
