"""Offers on Postgres: one statement each, on the clients' connection, which engines have no other use for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..model import EngineId, Epoch, Part, RunRef
from ..offers.answers import Answer, encode_answer
from ..offers.port import AttemptNote, CallKey, LogNote, Offer, OfferKind, Verdict, WorkerStanding
from .links import Link
from .queries import QUERIES
from .rows import plain_uuid, run_ref
from .rules import REASON_CHARS_MAX, printable


class PostgresOffers:
    """See `offers.port.OfferStore`."""

    _client: Link

    async def offer(
        self, owner: EngineId, epochs: Mapping[Part, Epoch], offers: Sequence[Offer]
    ) -> dict[CallKey, Verdict]:
        parts = sorted({each.ref.part for each in offers} & epochs.keys())
        rows = await self._client.fetch(
            QUERIES["offer"],
            owner,
            parts,
            [epochs[part] for part in parts],
            [each.ref.part for each in offers],
            [each.ref.run for each in offers],
            [each.call for each in offers],
            [each.attempt for each in offers],
            [int(each.kind) for each in offers],
            [each.priority for each in offers],
            [each.action for each in offers],
            [each.arguments for each in offers],
            [each.timeout_ms for each in offers],
            [each.hold_ms for each in offers],
            [each.revision for each in offers],
        )
        return {(run_ref(row), row["call"]): Verdict(row["verdict"]) for row in rows}

    async def claim(
        self, claimer: EngineId, actions: Collection[str], free: int, hold_ms: int, first: Part
    ) -> Sequence[Offer]:
        rows = await self._client.fetch(QUERIES["claim_offers"], claimer, sorted(actions), free, hold_ms, first)
        return [_offer(row) for row in rows]

    async def renew(
        self, claimer: EngineId, held: Collection[tuple[RunRef, int, int]], hold_ms: int
    ) -> frozenset[CallKey]:
        rows = await self._client.fetch(QUERIES["renew_offers"], claimer, *_columns(held), hold_ms)
        return frozenset((run_ref(row), row["call"]) for row in rows)

    async def answer(self, claimer: EngineId, answers: Sequence[tuple[RunRef, Answer]]) -> frozenset[CallKey]:
        columns = _columns([(ref, each.call, each.attempt) for ref, each in answers])
        bodies = [encode_answer(each) for _, each in answers]
        rows = await self._client.fetch(QUERIES["answer_offers"], claimer, *columns, bodies)
        return frozenset((run_ref(row), row["call"]) for row in rows)

    async def withdraw(self, owner: EngineId, epoch: Epoch, ref: RunRef, call: int, lapsed: bool) -> Verdict:
        rows = await self._client.fetch(QUERIES["withdraw_offer"], owner, epoch, ref.part, ref.run, call, lapsed)
        return Verdict(rows[0]["verdict"])

    async def lapsed_offers(self, parts: Collection[Part]) -> Sequence[tuple[RunRef, int, int]]:
        rows = await self._client.fetch(QUERIES["read_lapsed_offers"], sorted(parts))
        return [(run_ref(row), row["call"], row["attempt"]) for row in rows]

    # --- who is there ---

    async def put_workers(self, engine: EngineId, workers: Sequence[WorkerStanding]) -> None:
        for each in workers:
            names = sorted(each.actions), sorted(each.transactional)
            await self._client.fetch(QUERIES["put_worker"], each.worker, engine, each.pid, each.slots, *names)
        await self._client.fetch(QUERIES["drop_workers"], engine, [each.worker for each in workers])

    async def find_knowing(self, engine: EngineId, action: str) -> OfferKind | None:
        rows = await self._client.fetch(QUERIES["find_knowing"], engine, action)
        if not rows:
            return None
        return OfferKind.TRANSACTION if rows[0]["transactional"] else OfferKind.ROOM

    # --- for people ---

    async def note_attempts(self, notes: Sequence[AttemptNote]) -> None:
        columns = _columns([(each.ref, each.call, each.attempt) for each in notes])
        began, ended = [each.began for each in notes], [each.ended for each in notes]
        why = [printable(each.why, REASON_CHARS_MAX) for each in notes]
        await self._client.fetch(QUERIES["note_attempts"], *columns, began, ended, why)

    async def note_logs(self, notes: Sequence[LogNote]) -> None:
        columns = _columns([(each.ref, each.call, each.attempt) for each in notes])
        at, level = [each.at for each in notes], [printable(each.level, REASON_CHARS_MAX) for each in notes]
        logger = [printable(each.logger, REASON_CHARS_MAX) for each in notes]
        said = [each.text.encode("utf-8", "surrogatepass") for each in notes]
        await self._client.fetch(QUERIES["note_logs"], *columns, at, level, logger, said)

    async def attempts_of(self, ref: RunRef) -> Sequence[AttemptNote]:
        rows = await self._client.fetch(QUERIES["read_attempts"], ref.part, ref.run)
        return [
            AttemptNote(ref, row["call"], row["attempt"], row["started_at"], row["finished_at"], row["why"])
            for row in rows
        ]

    async def logs_of(self, ref: RunRef) -> Sequence[LogNote]:
        rows = await self._client.fetch(QUERIES["read_action_logs"], ref.part, ref.run)
        return [
            LogNote(
                ref,
                row["call"],
                row["attempt"],
                row["at"],
                row["level"],
                row["logger"],
                row["said"].decode("utf-8", "surrogatepass"),
            )
            for row in rows
        ]


def _columns(rows: Collection[tuple[RunRef, int, int]]) -> tuple[list[Any], ...]:
    """Partition, run, call, attempt: one list each."""
    return (
        [ref.part for ref, _, _ in rows],
        [ref.run for ref, _, _ in rows],
        [call for _, call, _ in rows],
        [attempt for _, _, attempt in rows],
    )


def _offer(row: Any) -> Offer:
    return Offer(
        RunRef(row["part"], plain_uuid(row["run"])),
        row["call"],
        row["attempt"],
        OfferKind(row["kind"]),
        row["action"],
        row["arguments"],
        row["timeout_ms"],
    )
