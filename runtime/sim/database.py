"""The world's database: the memory store as it looks from outside. Entries show up late, data is refused, a standby
lags behind.

Every commit that succeeds is told to the checker, with what was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from copy import copy
from hashlib import blake2b
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace

from waymark.vm.surface import Instant

from ..engine.live import FOR_PROGRAMS
from ..machines.leases import OVER
from ..model import Batch, EngineId, Epoch, InboxEntry, InboxKind, Part, RunId, RunRef, Status, StoredRun
from ..offers.answers import Answer, decode_answer
from ..offers.port import CallKey
from ..ports import Rejected
from ..schedules import Schedule, ScheduleWrite
from ..store.memory import MemoryStore
from .checker import Checker
from .script import Deeds
from .steps import POISON, TICKETS

Result = TypeVar("Result")

FUTURE_KIND = 99  # of inbox entries that no version here knows
TABLES = (
    "_ids",
    "_runs",
    "_error_types",
    "_inbox",
    "_engines",
    "_lease_until",
    "_visible_at",
    "_schedules",
    "_started",
    "paid",
)


def at_once(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """The memory store never waits for anybody."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: Result = stop.value
        return result
    raise AssertionError("the memory store waited")


class Database(MemoryStore):
    def __init__(self, now: Callable[[], Instant], checker: Checker, deeds: Deeds) -> None:
        super().__init__(now)
        self.checker = checker
        self.deeds = deeds
        self.fired: Callable[[str], None] = lambda key: None  # told of each run that a schedule starts
        self.delay_us: Callable[[], int] = lambda: 0  # how long until the next entry can be seen by others
        self._visible_at: dict[tuple[Part, int], Instant] = {}
        self._target: dict[tuple[Part, int], RunRef] = {}
        self._standby: dict[str, Any] = {}
        self.paid: dict[CallKey, int] = {}  # what transactional actions have written
        self.lost: dict[tuple[RunRef, int], bytes] = {}  # damaged pages, as they were
        self.follow()

    # --- what others see of it ---

    def _put_entry(self, ref: RunRef, kind: int, body: bytes) -> None:
        super()._put_entry(ref, kind, body)
        if kind == InboxKind.CHILD:
            self.checker.told_end(ref, body)
        key = next(reversed(self._inbox))
        self._target[key] = ref
        if delay := self.delay_us():
            self._visible_at[key] = self._now() + delay

    def _shown(self, entries: Sequence[InboxEntry]) -> list[InboxEntry]:
        now = self._now()
        return [entry for entry in entries if self._visible_at.get((entry.part, entry.seq), 0) <= now]

    async def read_inbox(self, parts: Collection[Part], limit: int, starts: bool = True) -> Sequence[InboxEntry]:
        return self._shown(await super().read_inbox(parts, len(self._inbox), starts))[:limit]

    async def read_strikes(self, parts: Collection[Part]) -> Sequence[InboxEntry]:
        return self._shown(await super().read_strikes(parts))

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        held = await super().acquire(engine, parts, ttl_ms)
        self.checker.acquired(engine, held)
        return held

    async def hand_over(self, engine: EngineId, epochs: Mapping[Part, Epoch], to: EngineId) -> frozenset[Part]:
        given = await super().hand_over(engine, epochs, to)
        self.checker.handed_over(engine, {part: self._partitions[part].epoch for part in given}, to)
        return given

    async def commit(self, batch: Batch) -> bool:
        if self.deeds.poisonous and any(POISON.encode() in write.root for write in batch.runs):
            raise Rejected("the database refused the data: poison")
        before = {write.ref: self._runs.get(write.ref) for write in batch.runs}
        pages = {write.ref: self._undamaged(write.ref) for write in batch.runs}
        calls = {row.ref: dict(self._calls.get(row.ref, {})) for row in batch.calls}
        written = {write.ref for write in batch.runs}  # of others, entries are only cleared away
        gone = [key for key in batch.consumed if key not in self._inbox and self._target[key] in written]
        kinds: dict[RunRef, set[int]] = {}
        offered = set()
        for key in batch.consumed:
            if key in self._inbox:
                kinds.setdefault(self._target[key], set()).add(self._inbox[key].kind)
                if self._inbox[key].kind == InboxKind.OUTCOME:
                    answer = decode_answer(self._inbox[key].body)
                    offered.add((self._target[key], answer.call, answer.attempt))
        left = await super().commit(batch)
        self.checker.committed(batch, before, pages, calls, gone, offered)
        self.checker.orders.ordered(
            batch, {ref: row for ref, row in before.items() if row is not None}, kinds, self._now()
        )
        settled = {write.ref: self._settled(write.ref) for write in batch.runs}
        whole = {ref: self._undamaged(ref) for ref in settled}
        self.checker.asks(batch, before, self._runs, whole, settled)
        return left

    async def pay(self, claimer: EngineId, ref: RunRef, answer: Answer) -> bool:
        """The transaction of an action: its row, and its outcome in the place of its ticket; or neither."""
        paid = bool(await self.answer(claimer, [(ref, answer)]))
        if paid:
            self.checker.paid(ref, answer)
            self.paid[ref, answer.call] = self.paid.get((ref, answer.call), 0) + 1
        return paid

    def earned(self) -> set[CallKey]:
        """Transactional calls that are known to have a value."""
        rows = (row for calls in self._calls.values() for row in calls.values())
        return {(row.ref, row.call) for row in rows if row.ok and row.action in TICKETS}

    def _settled(self, ref: RunRef) -> frozenset[int]:
        """Calls that are over for good. In a run that was tried again, those that raised are not."""
        again = ref in self.checker.orders.retried
        return frozenset(number for number, row in self._calls.get(ref, {}).items() if row.ok or not again)

    def _undamaged(self, ref: RunRef) -> dict[int, bytes]:
        pages = self._pages.get(ref, {})
        return {page: self.lost[ref, page] if body == b"rubbish" else body for page, body in pages.items()}

    # --- schedules ---

    def _run_id(self, key: str) -> RunId:
        return UUID(bytes=blake2b(key.encode(), digest_size=16).digest())

    async def write_schedule(self, write: ScheduleWrite) -> bool:
        row = write.schedule
        if write.expected is None:
            write = replace(write, schedule=replace(row, id=self._run_id(row.name)))
        there = self._schedules.get((row.workflow, row.name))
        busy = [ref for ref, _ in await super().runs_of_schedule(row.workflow, row.name, 0, 10_000)]
        made = await super().write_schedule(write)
        if made:
            ours = {self._ids[row.workflow, key] for key in write.starts}
            self.checker.timetable.written(there, write, busy, self._now(), ours)
            for key in write.starts:
                self.fired(key)
        return made

    @property
    def schedules(self) -> list[Schedule]:
        return list(self._schedules.values())

    # --- for the world ---

    def row(self, ref: RunRef) -> StoredRun | None:
        return self._runs.get(ref)

    def rows(self) -> list[StoredRun]:
        return list(self._runs.values())

    def waiting(self) -> list[InboxEntry]:
        return list(self._inbox.values())

    def unsettled(self) -> bool:
        """Whether somebody is to apply or to move something now: not entries of a later version, nor messages to runs
        that are set aside."""
        awaited = any(row.look_at is not None for row in self._schedules.values())
        offered = any(
            row.life.claimer is None or row.life.claimed_until >= self._now() for row in self._offers.values()
        )
        return bool(len(self._outbox) or offered or awaited) or any(
            not self._rests(entry) for entry in self._inbox.values()
        )

    def _rests(self, entry: InboxEntry) -> bool:
        run = self._runs.get(RunRef(entry.part, entry.run))
        aside = (Status.PARKED, Status.PAUSED, Status.FAILED)  # a failed one may be tried again
        held = run is not None and (run.status in aside or self._begins_later(run))
        return entry.kind == FUTURE_KIND or (entry.kind in FOR_PROGRAMS and held)

    def _begins_later(self, run: StoredRun) -> bool:
        live = run.status in (Status.QUEUED, Status.RUNNING)
        return live and run.start_at is not None and run.start_at > self._now()

    def leave(self, ref: RunRef, kind: int) -> None:
        self._put_entry(ref, kind, b"from a later version")

    def clear(self, kind: int) -> None:
        """The engine of a later version has done with its entries."""
        for key in [key for key, entry in self._inbox.items() if entry.kind == kind]:
            del self._inbox[key]

    def page_of(self, ref: RunRef) -> dict[int, bytes]:
        return self._pages.setdefault(ref, {})

    def live(self) -> list[StoredRun]:
        return [run for run in self._runs.values() if run.status in (Status.RUNNING, Status.QUEUED)]

    def shift_leases(self, us: int) -> None:
        self._lease_until = {
            engine: until if until == OVER else until + us for engine, until in self._lease_until.items()
        }

    def follow(self) -> None:
        """The standby catches up."""
        self._standby = {name: dict(getattr(self, name)) for name in TABLES}
        self._standby["_pages"] = {ref: dict(pages) for ref, pages in self._pages.items()}
        self._standby["_calls"] = {ref: dict(calls) for ref, calls in self._calls.items()}
        self._standby["_offers"] = {key: copy(row) for key, row in self._offers.items()}
        self._standby["outbox"] = self._outbox.saved()
        self._standby["owners"] = dict(self.checker.owners)
        partitions = self._partitions
        self._standby["partitions"] = {
            part: (partitions[part].engine, partitions[part].epoch) for part in self.checker.owners
        }

    def promote(self) -> None:
        """The standby takes over. What it had not heard of never was."""
        standby = self._standby
        partitions = standby.pop("partitions")
        for part in self.checker.owners:
            self._partitions[part].engine, self._partitions[part].epoch = partitions.get(part, (None, 0))
        self.checker.owners = standby.pop("owners")
        self._outbox.restore(standby.pop("outbox"))
        for name, table in standby.items():
            held = getattr(self, name)
            held.clear()
            held.update(table)
        self.checker.failed_over()
        self.follow()
