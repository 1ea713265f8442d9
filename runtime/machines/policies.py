"""Which policy a call has: what its program says, over what the engine knows of its action, over what all others have.
And when calls with a deadline have begun.

A deadline counts from the call's first attempt, whichever engine makes the last one. So that instant is durable with
the state that asks for the attempt: in a page of the run that is the engine's own, and that only such runs have.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from waymark.stdlib.values.policies import read
from waymark.vm.surface import Instant, PageId

from .attempts import AttemptPolicy, Backoff

DATES_PAGE: PageId = -1  # the machine numbers its own from 1

Dates = dict[int, Instant]  # by request

_DATES = msgspec.msgpack.Decoder(Dates)


class Policies(msgspec.Struct, frozen=True):
    """`of_action`: by key, "module:name"."""

    usual: AttemptPolicy = AttemptPolicy()
    of_action: Mapping[str, AttemptPolicy] = {}

    def of(self, key: str) -> AttemptPolicy:
        return self.of_action.get(key, self.usual)

    def of_call(self, key: str, said: bytes) -> AttemptPolicy:
        """`said` by the program, as `stdlib/values/policies.py` writes it. ValueError: a later version has."""
        usual = self.of(key)
        return _over(usual, said) if said else usual

    @property
    def has_deadlines(self) -> bool:
        return any(policy.deadline_us is not None for policy in (self.usual, *self.of_action.values()))


NO_CAP_US = 3_155_760_000_000_000  # a hundred years


@lru_cache(1024)
def _over(usual: AttemptPolicy, said: bytes) -> AttemptPolicy:
    told = read(said)
    changed: dict[str, object] = {}
    if told.attempts is not None:
        changed["attempts_max"] = told.attempts
    if told.on is not None:
        changed["retry_on"] = frozenset(told.on) or None
    if told.backoff is not None:
        base_us, factor, cap_us, jitter = told.backoff
        longest = NO_CAP_US if cap_us is None else cap_us
        changed["backoff"] = Backoff(base_us, factor, longest, jitter, first_at_once=False)
    if told.timeout is not None:
        changed["timeout_ms"] = max(1, round(told.timeout / 1000))
    if told.deadline is not None:
        changed["deadline_us"] = told.deadline
    return msgspec.structs.replace(usual, **changed)


def encode_dates(dates: Dates) -> bytes:
    return msgspec.msgpack.encode(dict(sorted(dates.items())))


def decode_dates(page: bytes | None) -> Dates:
    """Raises msgspec.DecodeError, if the page is damaged."""
    return {} if page is None else _DATES.decode(page)
