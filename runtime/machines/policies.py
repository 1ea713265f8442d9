"""Which policy a call has: its action's, or the one that all others have. And when calls with a deadline have begun.

A deadline counts from the call's first attempt, whichever engine makes the last one. So that instant is durable with
the state that asks for the attempt: in a page of the run that is the engine's own, and that only such runs have.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from waymark.vm.surface import Instant, PageId

from .attempts import AttemptPolicy

DATES_PAGE: PageId = -1  # the machine numbers its own from 1

Dates = dict[int, Instant]  # by request

_DATES = msgspec.msgpack.Decoder(Dates)


class Policies(msgspec.Struct, frozen=True):
    """`of_action`: by key, "module:name"."""

    usual: AttemptPolicy = AttemptPolicy()
    of_action: Mapping[str, AttemptPolicy] = {}

    def of(self, key: str) -> AttemptPolicy:
        return self.of_action.get(key, self.usual)

    @property
    def has_deadlines(self) -> bool:
        return any(policy.deadline_us is not None for policy in (self.usual, *self.of_action.values()))


def encode_dates(dates: Dates) -> bytes:
    return msgspec.msgpack.encode(dict(sorted(dates.items())))


def decode_dates(page: bytes | None) -> Dates:
    """Raises msgspec.DecodeError, if the page is damaged."""
    return {} if page is None else _DATES.decode(page)
