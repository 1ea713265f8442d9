"""The store on Postgres 14 and newer: one short method a query, on three connections, each opened on first use.

    lane     commits (one connection for each lane), and what must not overtake them: acquiring and releasing partitions
    reader   an engine's reads and its heartbeat, which no commit may delay
    client   starts, which may wait for another transaction's id, and waiting for the end of runs

Every statement stands alone (no transaction spans two), so all of it works behind a pooler in transaction mode, too:
`pooled=True` then leaves out settings and prepared statements. The timeouts of `links.SETTINGS` are the role's affair
in that case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Self

from waymark.vm.surface import Instant, PageId

from ..model import (
    ENDED,
    PARTITIONS,
    Batch,
    CallRow,
    EndedRun,
    EngineId,
    EngineRow,
    Epoch,
    InboxEntry,
    NewRun,
    Part,
    Peers,
    RunId,
    RunRef,
    Status,
    StoredRun,
    partition_of,
)
from ..ports import Arrived, Busy
from .asking import Asking
from .channels import GROUP
from .errors import Address
from .hints import Hints
from .housekeeping import PostgresHousekeeping
from .lane import Lane
from .links import STATEMENT_MS_MAX, Link, Target
from .listener import OFF, listening_target
from .migrate import bring_up
from .offers import PostgresOffers
from .outbox import PostgresOutbox
from .people import PostgresPeople
from .queries import QUERIES
from .rows import bits_of, call_row, ended_run, inbox_entry, plain_uuid, stored_run
from .rules import NAME_CHARS_MAX, can_exist, check_batch, encode_reason, printable
from .schedules import PostgresSchedules
from .starts import Starts
from .waiters import Waiters

HALTED_MS_MIN = STATEMENT_MS_MAX  # no statement of ours lasts longer
FOREIGN_MAX = 5  # times as many entries are looked through in the order of their coming; see read_inbox
NO_RUNS = (1 << 63) - 1  # no entry comes after it
CLIENT_PATIENCE_S = 20.0  # of clients with a server that is away: a restart takes one, a failover ten


class PostgresStore(PostgresOffers, PostgresPeople, PostgresSchedules, PostgresHousekeeping, PostgresOutbox):
    """See `ports.Store` for what each method promises."""

    def __init__(self, target: Target, lanes: int = 1, listens: Target | None = None) -> None:
        """Not for callers: use `connect`, which also checks the schema."""
        self._lane_link = Link(target, "lane")
        self._reader = Link(target, "reader")
        self._client = Link(target, "client", CLIENT_PATIENCE_S)
        more = (Link(target, f"lane {number}") for number in range(2, lanes + 1))
        self._lanes = [Lane(link) for link in (self._lane_link, *more)]
        self._starts = Starts(self._client)
        self._hints = Hints(Link(target, "hints"))
        self._waiters = Waiters(self._ended, listens)
        self._asking = Asking(lambda refs: self._get_runs(self._client, refs))

    @classmethod
    async def connect(
        cls,
        dsn: str,
        *,
        application_name: str = "waymark",
        pooled: bool = False,
        migrate: bool = True,
        lanes: int = 1,
        listen: str | None = OFF,
    ) -> Self:
        """A store whose schema is up to date. `migrate=False`: refuse an older schema instead of changing it.

        `lanes`: commits that may be under way at a time, each on a connection of its own; see `Limits.lanes`.
        `listen`: where those who wait for runs LISTEN, a direct DSN, None for this one, or off; see listener.py.
        """
        target = Target(dsn, Address.of(dsn), application_name, pooled)
        await bring_up(target, allowed=migrate)
        return cls(target, lanes, listening_target(target, listen))

    async def close(self) -> None:
        self._client.hurry()
        await self._starts.close()
        await self._asking.close()
        await self._waiters.close()
        await self._hints.close()
        for link in (self._client, self._reader, *(lane.link for lane in self._lanes)):
            await link.close()

    async def now(self) -> Instant:
        rows = await self._reader.fetch(QUERIES["read_clock"])
        return Instant(rows[0]["instant"])

    @property
    def address(self) -> Address:
        return self._client.address

    async def settle_home(self, parts: Collection[Part]) -> frozenset[Part]:
        """The partitions that this database is home to: these, if nobody has said so before."""
        rows = await self._client.again(QUERIES["settle_home"], sorted(parts))
        return frozenset(rows[0]["parts"])

    # --- units ---
    async def put_units(self, units: Mapping[bytes, bytes]) -> None:
        hashes = sorted(units)  # two who upload the same must lock in the same order
        await self._client.again(QUERIES["put_units"], hashes, [units[code_hash] for code_hash in hashes])

    async def get_unit(self, code_hash: bytes) -> bytes | None:
        rows = await self._reader.fetch(QUERIES["get_unit"], code_hash)
        return rows[0]["body"] if rows else None

    # --- clients ---
    async def start(self, new: NewRun) -> RunRef:
        heard = self._waiters.hears(partition_of(new.workflow, new.key))
        ref = await self._starts.start(new)
        self._hints.started([ref.part])
        if ref.run == new.run:
            self._waiters.started(ref, heard)
        return ref

    async def start_many(self, news: Sequence[NewRun]) -> list[RunRef]:
        heard = [self._waiters.hears(part) for part in range(0, PARTITIONS, GROUP)]
        refs = await self._starts.start_many(news)
        self._hints.started({ref.part for ref in refs})
        for new, ref in zip(news, refs, strict=True):
            if ref.run == new.run:
                self._waiters.started(ref, heard[ref.part // GROUP])
        return refs

    async def cancel(self, ref: RunRef, reason: str) -> None:
        await self._client.fetch(QUERIES["cancel"], ref.part, ref.run, encode_reason(reason))
        self._hints.left([ref.part])

    async def resume(self, ref: RunRef) -> None:
        await self._client.fetch(QUERIES["resume"], ref.part, ref.run)
        self._hints.left([ref.part])

    async def pause(self, ref: RunRef) -> None:
        await self._client.fetch(QUERIES["pause"], ref.part, ref.run)
        self._hints.left([ref.part])

    async def retry(self, ref: RunRef) -> bool:
        found = bool(await self._client.fetch(QUERIES["retry"], ref.part, ref.run))
        self._hints.left([ref.part])
        return found

    async def get_run(self, ref: RunRef) -> StoredRun | None:
        return await self._asking.run(ref)

    async def send(self, ref: RunRef, body: bytes) -> bool:
        found = bool(await self._client.fetch(QUERIES["send"], ref.part, ref.run, body))
        self._hints.left([ref.part])
        return found

    async def find_run(self, workflow: str, key: str) -> RunRef | None:
        if not can_exist(workflow, key):
            return None
        part = partition_of(workflow, key)
        rows = await self._client.again(QUERIES["find_run"], part, workflow, key)
        return RunRef(part, plain_uuid(rows[0]["run"])) if rows else None

    async def wait_ended(self, ref: RunRef, timeout_s: float) -> EndedRun | None:
        if timeout_s <= 0:
            ended = await self._ended([ref])
            return ended[0] if ended else None
        self._hints.awaited()
        return await self._waiters.wait(ref, timeout_s)

    async def _ended(self, refs: Sequence[RunRef]) -> Sequence[EndedRun]:
        rows = await self._client.again(
            QUERIES["read_ended_runs"], [ref.part for ref in refs], [ref.run for ref in refs]
        )
        return [ended_run(row) for row in rows]

    # --- owners ---
    async def register(self, engine: EngineId, host: str, lock: str) -> None:
        names = [printable(name, NAME_CHARS_MAX) for name in (host, lock)]
        await self._lane_link.fetch(QUERIES["register"], engine, *names)
        await self._lane_link.fetch(QUERIES["make_days"])

    async def engines(self) -> Sequence[EngineRow]:
        rows = await self._reader.fetch(QUERIES["read_engines"])
        return [EngineRow(plain_uuid(row["engine"]), row["host"], row["lock"]) for row in rows]

    async def expire(self, engine: EngineId) -> None:
        await self._lane_link.fetch(QUERIES["end_lease"], engine)

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        try:
            rows = await self._lane_link.fetch(QUERIES["acquire"], engine, sorted(parts), ttl_ms)
        except Busy:  # with the commit of an owner who has stood still for as long as a lock is waited for
            await self._lane_link.fetch(QUERIES["end_halted"], HALTED_MS_MIN)
            raise
        return {row["part"]: row["epoch"] for row in rows}

    async def beat(self, engine: EngineId, ttl_ms: int) -> bool:
        return bool(await self._reader.fetch(QUERIES["extend_lease"], engine, ttl_ms))

    async def peers(self, engine: EngineId) -> Peers:
        rows = await self._reader.fetch(QUERIES["read_peers"], engine)
        wanted = {row["part"]: plain_uuid(row["engine"]) for row in rows if row["part"] is not None}
        return Peers(frozenset(plain_uuid(row["engine"]) for row in rows if row["part"] is None), wanted)

    async def want(self, engine: EngineId, parts: Collection[Part]) -> None:
        await self._lane_link.fetch(QUERIES["want_partitions"], engine, sorted(parts))

    async def hand_over(self, engine: EngineId, epochs: Mapping[Part, Epoch], to: EngineId) -> frozenset[Part]:
        parts = sorted(epochs)
        rows = await self._lane_link.fetch(QUERIES["hand_over"], engine, parts, [epochs[part] for part in parts], to)
        return frozenset(row["part"] for row in rows)

    async def release(self, engine: EngineId) -> None:
        await self._lane_link.fetch(QUERIES["release"], engine)

    async def strike(self, ref: RunRef, why: str) -> None:
        await self._lane_link.fetch(QUERIES["strike"], ref.part, ref.run, encode_reason(why))

    async def read_inbox(self, parts: Collection[Part], limit: int, starts: bool = True) -> Sequence[InboxEntry]:
        return (await self.read_arrivals(parts, limit, starts, NO_RUNS)).entries

    async def read_arrivals(self, parts: Collection[Part], limit: int, starts: bool, since: int) -> Arrived:
        await self._settle()
        among = FOREIGN_MAX * limit
        if not starts:
            rows = await self._reader.fetch(QUERIES["read_letters"], bits_of(frozenset(parts)), limit, among)
            return Arrived([inbox_entry(row) for row in rows], ())
        rows = await self._reader.fetch(QUERIES["read_inbox"], bits_of(frozenset(parts)), limit, since, among)
        return Arrived([inbox_entry(row) for row in rows], [stored_run(row) for row in rows if row["unit"] is not None])

    async def parts_with_entries(self, parts: Collection[Part]) -> frozenset[Part]:
        rows = await self._reader.fetch(QUERIES["look_for_entries"], sorted(parts))
        return frozenset(row["part"] for row in rows)

    async def read_strikes(self, parts: Collection[Part]) -> Sequence[InboxEntry]:
        await self._settle()
        rows = await self._reader.fetch(QUERIES["read_strikes"], sorted(parts))
        return [inbox_entry(row) for row in rows]

    async def live_runs(self, parts: Collection[Part]) -> Sequence[StoredRun]:
        await self._settle()
        rows = await self._reader.fetch(QUERIES["read_live_runs"], sorted(parts))
        return [stored_run(row) for row in rows]

    async def due_runs(
        self, parts: Collection[Part], until: Instant, limit: int, after: StoredRun | None = None
    ) -> Sequence[StoredRun]:
        await self._settle()
        last = (None, None, None) if after is None else (after.wake_at, after.ref.part, after.ref.run)
        rows = await self._reader.fetch(QUERIES["read_due_runs"], sorted(parts), until, limit, *last)
        return [stored_run(row) for row in rows]

    async def get_runs(self, refs: Collection[RunRef]) -> Sequence[StoredRun]:
        return await self._get_runs(self._reader, refs)

    async def _get_runs(self, link: Link, refs: Collection[RunRef]) -> Sequence[StoredRun]:
        await self._settle()
        rows = await link.fetch(QUERIES["get_runs"], [ref.part for ref in refs], [ref.run for ref in refs])
        return [stored_run(row) for row in rows]

    async def load_pages(self, ref: RunRef) -> dict[PageId, bytes]:
        await self._settle()
        rows = await self._reader.fetch(QUERIES["load_pages"], ref.part, ref.run)
        return {row["page"]: row["body"] for row in rows}

    async def commit(self, batch: Batch) -> bool:
        check_batch(batch)
        sent = await self._lane_of(batch).commit(batch)
        ended = [EndedRun(each.ref, each.status, each.outcome) for each in batch.runs if each.status in ENDED]
        self._waiters.ended([run for run in ended if run.status is Status.FINISHED])
        self._waiters.poke([run.ref for run in ended if run.status is not Status.FINISHED])
        self._hints.ended(ended)
        return sent

    def _lane_of(self, batch: Batch) -> Lane:
        """All partitions of a batch are in one lane, as the engine has them; without any it may be in any."""
        lanes = {part % len(self._lanes) for part in batch.fence}
        assert len(lanes) <= 1, "a batch is of one lane"
        return self._lanes[lanes.pop() if lanes else 0]

    async def _settle(self) -> None:
        for lane in self._lanes:
            await lane.settle()

    async def pages_of(self, runs: Collection[RunId]) -> int:
        rows = await self._reader.fetch(QUERIES["count_pages"], list(runs))
        return int(rows[0]["pages"])

    async def calls_of(self, ref: RunRef) -> Sequence[CallRow]:
        """The finished calls of a run, by number: its history."""
        rows = await self._reader.fetch(QUERIES["read_calls"], ref.part, ref.run)
        return [call_row(row) for row in rows]
