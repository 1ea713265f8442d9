"""What follows when an attempt of an action call has ended: a table of policy, without a clock or a queue.

    the attempt ...           the call ...
    returned                  is settled with the value
    raised                    is settled with the error, unless the policy retries such errors and has attempts left
    ran out of time           starts again, without bound, unless the policy names such endings among its errors:
    was lost with its worker  then its attempts are counted for them, too

and after the policy's deadline every ending but a value settles it: with the error, or with a WaymarkTimeout.

Nobody's program is at fault when a worker is lost, so the first repetition comes at once. A call that is lost again and
again most likely takes its worker along, and waits longer each time, so that it does not take the neighbours' time.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Collection

import msgspec

from waymark.stdlib.values.run_errors import WaymarkTimeout
from waymark.vm.surface import Instant
from waymark.vm.values.errors import class_names as names_of

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
        try:
            pause = min(self.base_us * self.factor ** min(steps, LATER_MAX), self.cap_us)
        except OverflowError:  # of the factor's power
            pause = self.cap_us
        return int(pause * (1 - self.jitter * _share(call, attempt)))


class AttemptPolicy(msgspec.Struct, frozen=True):
    """Of one call: how often it may raise, which errors that holds for, and how long things may take.

    `retry_on` holds names of exception classes, bare or as `module.Class`; an error of a class derived from one of them
    counts, too. None: every error. An attempt that runs out of time, or is lost, counts as a `WaymarkTimeout` where
    `retry_on` says so; else it is repeated without bound.
    """

    attempts_max: int = 1
    timeout_ms: int = 300_000  # of an attempt
    heartbeat_ms: int | None = None  # an attempt that is silent for so long counts as lost; None: it need not beat
    deadline_us: int | None = None  # of the call, from its first attempt's start; None: no end
    retry_on: frozenset[str] | None = None
    backoff: Backoff = Backoff()


class Settle(msgspec.Struct, frozen=True):
    """The outcome of this attempt is the call's."""


class GiveUp(msgspec.Struct, frozen=True):
    """No other attempt follows, and this one has no outcome: the call is settled with a WaymarkTimeout.

    `late`: its deadline does not allow another one; else it has had all of its attempts.
    """

    late: bool = True


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
    spent = attempt >= policy.attempts_max
    last = late or spent or not _retried(policy, error)
    expired = late or (spent and _counts_timeouts(policy))
    match RETRY.step(AttemptState.UNDER_WAY, _event(ending, last=last, expired=expired)):
        case AttemptState.FOLLOWED:
            return Again(pause_us)
        case AttemptState.GIVEN_UP:
            return GiveUp(late)
        case _:
            return Settle()


def _event(ending: Ending, *, last: bool, expired: bool) -> AttemptEvent:
    match ending:
        case Ending.RETURNED:
            return AttemptEvent.RETURNED
        case Ending.RAISED:
            return AttemptEvent.RAISED_LAST if last else AttemptEvent.RAISED
        case Ending.TIMED_OUT:
            return AttemptEvent.EXPIRED if expired else AttemptEvent.TIMED_OUT
        case Ending.LOST:
            return AttemptEvent.EXPIRED if expired else AttemptEvent.LOST


def class_names(error: BaseException) -> frozenset[str]:
    """Every name by which a policy may mean this error: bare and in full, of its class and all those above it."""
    return _names_of(type(error))


def _names_of(kind: type[BaseException]) -> frozenset[str]:
    names: set[str] = set()
    for name in names_of(kind):
        module, _, qualname = name.partition(":")
        names |= {qualname, f"{module}.{qualname}"}
    return frozenset(names)


# By what a policy may mean an attempt that ran out of time, or was lost.
TIMEOUTS = _names_of(WaymarkTimeout) | {"ActionTimeout", "waymark.ActionTimeout", "waymark.WaymarkTimeout"}


def _retried(policy: AttemptPolicy, error: Collection[str]) -> bool:
    return policy.retry_on is None or not policy.retry_on.isdisjoint(error)


def _counts_timeouts(policy: AttemptPolicy) -> bool:
    return policy.retry_on is not None and not policy.retry_on.isdisjoint(TIMEOUTS)


def _share(call: str, attempt: int) -> float:
    """From 0 to 1, by chance and yet always the same: nothing here may ask for a random number."""
    return int.from_bytes(hashlib.blake2b(f"{call}/{attempt}".encode(), digest_size=4).digest(), "big") / 2**32
