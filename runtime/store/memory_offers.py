"""Offers in the store without a database: the same questions, asked of the table of machines/offers.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from waymark.vm.surface import Instant

from ..machines import offers as life
from ..machines.leases import LeaseState
from ..model import EngineId, Epoch, InboxEntry, InboxKind, Part, RunRef
from ..offers.answers import Answer, decode_answer, encode_answer
from ..offers.port import AttemptNote, CallKey, LogNote, Offer, OfferKind, Verdict, WorkerStanding
from .memory_owners import MemoryOwners


class _Row(msgspec.Struct):
    offer: Offer
    life: life.Offer


class MemoryOffers(MemoryOwners):
    """See `offers.port.OfferStore`. Nothing here is ever busy: no method gives way before it has done its work."""

    if TYPE_CHECKING:  # the store has them
        _inbox: dict[tuple[Part, int], InboxEntry]

        def _put_entry(self, ref: RunRef, kind: int, body: bytes) -> None: ...
        def _revision(self, ref: RunRef) -> int | None: ...

    def __init__(self, now: Callable[[], Instant]) -> None:
        super().__init__(now)
        self._offers: dict[CallKey, _Row] = {}
        self._workers: dict[EngineId, tuple[WorkerStanding, ...]] = {}
        self._attempt_notes: list[AttemptNote] = []
        self._action_logs: list[LogNote] = []

    def _answered(self, key: CallKey) -> bool:
        ref, call = key
        entries = (each for each in self._inbox.values() if each.run == ref.run and each.kind == InboxKind.OUTCOME)
        return any(decode_answer(each.body).call == call for each in entries)

    async def offer(
        self, owner: EngineId, epochs: Mapping[Part, Epoch], offers: Sequence[Offer]
    ) -> dict[CallKey, Verdict]:
        verdicts: dict[CallKey, Verdict] = {}
        for each in offers:
            if each.ref.part not in epochs or not self._owns(owner, each.ref.part, epochs[each.ref.part]):
                continue
            if each.kind is OfferKind.TRANSACTION and self._revision(each.ref) != each.revision:
                verdicts[each.key] = Verdict.BUSY
                continue
            there = self._offers.get(each.key)
            if there is None and each.kind is OfferKind.TRANSACTION and self._answered(each.key):
                verdicts[each.key] = Verdict.BUSY
                continue
            if there is None or there.life.attempt < each.attempt:
                row = _Row(each, life.Offer(each.attempt))
                if each.hold_ms and (claimed := life.claim(row.life, owner, self._now(), each.hold_ms * 1000)):
                    row.life = claimed
                self._offers[each.key] = row
            verdicts[each.key] = Verdict.OFFERED
        return verdicts

    async def claim(
        self, claimer: EngineId, actions: Collection[str], free: int, hold_ms: int, first: Part
    ) -> Sequence[Offer]:
        taken: list[Offer] = []
        rows = sorted(self._offers.values(), key=lambda row: (row.offer.ref.part < first, row.offer.ref.part))
        for row in rows:
            if len(taken) >= free:
                break
            if row.offer.action in actions and (mine := life.claim(row.life, claimer, self._now(), hold_ms * 1000)):
                row.life = mine
                taken.append(row.offer)
        return taken

    async def renew(
        self, claimer: EngineId, held: Collection[tuple[RunRef, int, int]], hold_ms: int
    ) -> frozenset[CallKey]:
        kept = set()
        for ref, call, attempt in held:
            row = self._offers.get((ref, call))
            if row is None or row.life.attempt != attempt or row.life.claimer != claimer:
                continue
            row.life = msgspec.structs.replace(row.life, claimed_until=self._now() + hold_ms * 1000)
            kept.add((ref, call))
        return frozenset(kept)

    async def answer(self, claimer: EngineId, answers: Sequence[tuple[RunRef, Answer]]) -> frozenset[CallKey]:
        counted = set()
        for ref, answer in answers:
            row = self._offers.get((ref, answer.call))
            if row is not None and life.answer(row.life, claimer, answer.attempt) is not None:
                del self._offers[ref, answer.call]
                self._put_entry(ref, InboxKind.OUTCOME, encode_answer(answer))
                counted.add((ref, answer.call))
        return frozenset(counted)

    async def withdraw(self, owner: EngineId, epoch: Epoch, ref: RunRef, call: int, lapsed: bool) -> Verdict:
        if not self._owns(owner, ref.part, epoch):
            return Verdict.FENCED
        row = self._offers.get((ref, call))
        if row is None:
            return Verdict.ANSWERED if self._answered((ref, call)) else Verdict.WITHDRAWN
        if life.withdraw(row.life, self._now(), lapsed=lapsed) is None:
            return Verdict.BUSY
        del self._offers[ref, call]
        return Verdict.WITHDRAWN

    async def lapsed_offers(self, parts: Collection[Part]) -> Sequence[tuple[RunRef, int, int]]:
        now = self._now()
        rows = (row for (ref, _), row in self._offers.items() if ref.part in parts)
        return [
            (row.offer.ref, row.offer.call, row.offer.attempt)
            for row in rows
            if row.life.claimer is not None and row.life.claimed_until < now
        ]

    # --- who is there ---

    async def put_workers(self, engine: EngineId, workers: Sequence[WorkerStanding]) -> None:
        self._workers[engine] = tuple(workers)

    async def find_knowing(self, engine: EngineId, action: str) -> OfferKind | None:
        now = self._now()
        for other, workers in self._workers.items():
            if other == engine or self._lease(other, now) is not LeaseState.HELD:
                continue
            for each in workers:
                if action in each.actions:
                    return OfferKind.TRANSACTION if action in each.transactional else OfferKind.ROOM
        return None

    # --- for people ---

    async def note_attempts(self, notes: Sequence[AttemptNote]) -> None:
        self._attempt_notes.extend(notes)

    async def note_logs(self, notes: Sequence[LogNote]) -> None:
        self._action_logs.extend(notes)

    async def attempts_of(self, ref: RunRef) -> Sequence[AttemptNote]:
        return sorted(
            (each for each in self._attempt_notes if each.ref == ref), key=lambda each: (each.call, each.attempt)
        )

    async def logs_of(self, ref: RunRef) -> Sequence[LogNote]:
        return [each for each in self._action_logs if each.ref == ref]
