"""What is asked of a store about offers. Both stores answer alike; none of it is a part of a commit.

The life of an offer is in machines/offers.py. Whoever deletes its row decides: the claimer by an answer, the owner of
the run by a withdrawal.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from waymark.vm.surface import Instant

from ..model import EngineId, Epoch, Part, Revision, RunRef
from .answers import Answer

CallKey = tuple[RunRef, int]  # a run and the number of its call


class OfferKind(enum.IntEnum):
    ROOM = 1  # there was none where it was asked for; at least once, as any action
    TRANSACTION = 2  # exactly once


class Verdict(enum.StrEnum):
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    BUSY = "busy"  # somebody is answering just now, or has; ask again
    ANSWERED = "answered"  # its outcome is in the inbox
    FENCED = "fenced"  # the partition is another's


class Offer(msgspec.Struct, frozen=True, gc=False):
    ref: RunRef
    call: int
    attempt: int
    kind: OfferKind
    action: str
    arguments: bytes
    timeout_ms: int
    hold_ms: int = 0  # above 0: its owner claims it at once, for so long
    priority: int = 0
    revision: Revision = 0  # of its run, as its owner knows it; for a transactional call it has to be the store's

    @property
    def key(self) -> CallKey:
        return self.ref, self.call


class WorkerStanding(msgspec.Struct, frozen=True):
    """A process that runs actions and is ready, as its engine tells of it."""

    worker: UUID
    pid: int
    slots: int
    actions: tuple[str, ...]
    transactional: tuple[str, ...] = ()


class AttemptNote(msgspec.Struct, frozen=True, gc=False):
    """How an attempt ended that did not settle its call by a value, for people."""

    ref: RunRef
    call: int
    attempt: int
    began: Instant
    ended: Instant
    why: str


class LogNote(msgspec.Struct, frozen=True, gc=False):
    """What an action logged, for people."""

    ref: RunRef
    call: int
    attempt: int
    at: Instant
    level: str
    logger: str
    text: str


class OfferStore(Protocol):
    """Every coroutine may raise Unreachable."""

    async def offer(
        self, owner: EngineId, epochs: Mapping[Part, Epoch], offers: Sequence[Offer]
    ) -> dict[CallKey, Verdict]:
        """Put calls up, or back under a later attempt. An offer without a verdict is in a partition of another's.

        A transactional one is BUSY, too, if its run has another revision: the commit that changed it may have settled
        the call, and then nobody may run it any more.
        """
        ...

    async def claim(
        self, claimer: EngineId, actions: Collection[str], free: int, hold_ms: int, first: Part
    ) -> Sequence[Offer]:
        """Take up to `free` offers of these actions for `hold_ms`, beginning with that partition."""
        ...

    async def renew(
        self, claimer: EngineId, held: Collection[tuple[RunRef, int, int]], hold_ms: int
    ) -> frozenset[CallKey]:
        """`held`: run, call, attempt. Those that are still the claimer's."""
        ...

    async def answer(self, claimer: EngineId, answers: Sequence[tuple[RunRef, Answer]]) -> frozenset[CallKey]:
        """Delete the offers and leave an OUTCOME entry for each. Those whose ticket was there; the others are void."""
        ...

    async def withdraw(self, owner: EngineId, epoch: Epoch, ref: RunRef, call: int, lapsed: bool) -> Verdict:
        """Take one back: WITHDRAWN, also if there never was one; BUSY, ANSWERED or FENCED. `lapsed`: only if its
        claimer was not heard of in time."""
        ...

    async def lapsed_offers(self, parts: Collection[Part]) -> Sequence[tuple[RunRef, int, int]]:
        """Run, call and attempt of claimed offers whose time has passed."""
        ...

    async def put_workers(self, engine: EngineId, workers: Sequence[WorkerStanding]) -> None:
        """These are the processes of this engine, and there are no others."""
        ...

    async def find_knowing(self, engine: EngineId, action: str) -> OfferKind | None:
        """As what a call of this action is to be offered, so that another living engine runs it. None: none has it."""
        ...

    async def note_attempts(self, notes: Sequence[AttemptNote]) -> None: ...

    async def note_logs(self, notes: Sequence[LogNote]) -> None: ...

    async def attempts_of(self, ref: RunRef) -> Sequence[AttemptNote]: ...

    async def logs_of(self, ref: RunRef) -> Sequence[LogNote]:
        """In the order in which they were written down."""
        ...
