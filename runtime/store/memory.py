"""The store without a database: the same promises, in the memory of one process, on whatever clock it is given.

Nothing here waits but `wait_ended`, and nothing reads a real clock, so a simulator decides the order of everything. No
method gives way to another task before it has done all of its work; that is what makes a commit atomic.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import msgspec

from waymark.vm.surface import Instant, PageId

from ..model import (
    ENDED,
    Batch,
    CallRow,
    EndedRun,
    InboxEntry,
    InboxKind,
    NewRun,
    Part,
    RunId,
    RunRef,
    RunWrite,
    Status,
    StoredRun,
)
from ..ports import Arrived, Fenced, Moved, StaleRevision
from .memory_housekeeping import MemoryHousekeeping
from .memory_offers import MemoryOffers
from .memory_outbox import Outbox
from .rules import CANCELLED, REASON_CHARS_MAX, check_batch, check_new, encode_reason, printable, times_of


class MemoryStore(MemoryOffers, MemoryHousekeeping):
    """See `ports.Store` for what each method promises."""

    def __init__(self, now: Callable[[], Instant]) -> None:
        super().__init__(now)
        self._units: dict[bytes, bytes] = {}
        self._ids: dict[tuple[str, str], RunRef] = {}
        self._runs: dict[RunRef, StoredRun] = {}
        self._pages: dict[RunRef, dict[PageId, bytes]] = {}
        self._calls: dict[RunRef, dict[int, CallRow]] = {}
        self._inbox: dict[tuple[Part, int], InboxEntry] = {}
        self._seqs: Iterator[int] = itertools.count(1)
        self._ended: dict[RunRef, asyncio.Event] = {}
        self._error_types: dict[RunRef, str | None] = {}
        self._outbox = Outbox(self._runs, self._ids, self._start, self._put_entry)

    async def close(self) -> None:
        """Nothing to give back; whoever holds the store may go on reading it."""

    async def now(self) -> Instant:
        return self._now()

    # --- units ---
    async def put_units(self, units: Mapping[bytes, bytes]) -> None:
        for code_hash, body in units.items():
            self._units.setdefault(code_hash, body)

    async def get_unit(self, code_hash: bytes) -> bytes | None:
        return self._units.get(code_hash)

    # --- clients ---
    async def start(self, new: NewRun) -> RunRef:
        return self._start(new)

    def _start(self, new: NewRun) -> RunRef:
        check_new(new)
        name = (new.workflow, new.key)
        if new.replace and name in self._ids and self._runs[self._ids[name]].status in ENDED:
            self._ids[name] = new.ref
        known = self._ids.setdefault(name, new.ref)
        if known not in self._runs:
            now = self._now()
            start_at, deadline_at = times_of(new, now)
            self._runs[known] = StoredRun(
                ref=known,
                workflow=new.workflow,
                key=new.key,
                unit=new.unit,
                arguments=new.arguments,
                seed=new.seed,
                status=Status.QUEUED,
                revision=0,
                root=b"",
                wake_at=start_at,
                outcome=None,
                reason=None,
                priority=new.priority,
                start_at=start_at,
                deadline_at=deadline_at,
            )
            self._was_started(new, now)
            if start_at is None:  # otherwise it is found when it is due
                self._put_entry(known, InboxKind.START, b"")
        return known

    async def start_many(self, news: Sequence[NewRun]) -> list[RunRef]:
        for new in news:
            check_new(new)
        return [await self.start(new) for new in news]

    async def cancel(self, ref: RunRef, reason: str) -> None:
        run = self._runs.get(ref)
        if run is not None and run.status not in ENDED:
            self._put_entry(ref, InboxKind.CANCEL, encode_reason(reason))

    async def resume(self, ref: RunRef) -> None:
        if self._lives(ref):
            self._put_entry(ref, InboxKind.RESUME, b"")

    async def pause(self, ref: RunRef) -> None:
        if self._lives(ref):
            self._put_entry(ref, InboxKind.PAUSE, b"")

    async def retry(self, ref: RunRef) -> bool:
        run = self._runs.get(ref)
        if run is None or run.status != Status.FAILED or self._error_types.get(ref) == CANCELLED:
            return False
        self._put_entry(ref, InboxKind.RETRY, b"")
        return True

    def _lives(self, ref: RunRef) -> bool:
        return ref in self._runs and self._runs[ref].status not in ENDED

    async def send(self, ref: RunRef, body: bytes) -> bool:
        run = self._runs.get(ref)
        if run is None or run.status in ENDED:
            return False
        self._put_entry(ref, InboxKind.MESSAGE, body)
        return True

    def _put_entry(self, ref: RunRef, kind: int, body: bytes) -> None:
        seq = next(self._seqs)
        self._inbox[ref.part, seq] = InboxEntry(ref.part, seq, ref.run, kind, body)

    async def get_run(self, ref: RunRef) -> StoredRun | None:
        return self._runs.get(ref)

    async def find_run(self, workflow: str, key: str) -> RunRef | None:
        return self._ids.get((workflow, key))

    async def wait_ended(self, ref: RunRef, timeout_s: float) -> EndedRun | None:
        if not self._has_ended(ref) and timeout_s > 0:
            try:
                async with asyncio.timeout(timeout_s):
                    await self._ended.setdefault(ref, asyncio.Event()).wait()
            except TimeoutError:
                pass  # the answer below is the same whoever woke us
        if not self._has_ended(ref):
            return None
        run = self._runs[ref]
        return EndedRun(ref, run.status, run.outcome, run.reason)

    def _has_ended(self, ref: RunRef) -> bool:
        return ref in self._runs and self._runs[ref].status in ENDED

    # --- engines ---
    async def strike(self, ref: RunRef, why: str) -> None:
        run = self._runs.get(ref)
        if run is not None and run.status not in ENDED:
            self._put_entry(ref, InboxKind.STRIKE, encode_reason(why))

    async def read_inbox(self, parts: Collection[Part], limit: int, starts: bool = True) -> Sequence[InboxEntry]:
        wanted = set(parts)
        entries = (  # inserted in order of seq
            entry
            for entry in self._inbox.values()
            if entry.part in wanted and (starts or entry.kind != InboxKind.START)
        )
        return list(itertools.islice(entries, limit))

    async def read_arrivals(self, parts: Collection[Part], limit: int, starts: bool, since: int) -> Arrived:
        entries = await self.read_inbox(parts, limit, starts)
        begun = [RunRef(each.part, each.run) for each in entries if each.kind == InboxKind.START and each.seq > since]
        return Arrived(entries, [self._runs[ref] for ref in begun if ref in self._runs])

    async def parts_with_entries(self, parts: Collection[Part]) -> frozenset[Part]:
        return frozenset(parts) & {entry.part for entry in self._inbox.values()}

    async def read_strikes(self, parts: Collection[Part]) -> Sequence[InboxEntry]:
        wanted = set(parts)
        return [entry for entry in self._inbox.values() if entry.part in wanted and entry.kind == InboxKind.STRIKE]

    async def live_runs(self, parts: Collection[Part]) -> Sequence[StoredRun]:
        live = [run for run in self._unended(parts) if run.root and run.wake_at is None]
        return sorted(live, key=lambda run: run.ref)

    async def due_runs(
        self, parts: Collection[Part], until: Instant, limit: int, after: StoredRun | None = None
    ) -> Sequence[StoredRun]:
        asleep = [(run.wake_at, run.ref) for run in self._unended(parts) if run.wake_at is not None]
        last = None if after is None else (after.wake_at or 0, after.ref)
        due = sorted(key for key in asleep if key[0] <= until and (last is None or key > last))
        return [self._runs[ref] for _, ref in due[:limit]]

    def _unended(self, parts: Collection[Part]) -> Iterator[StoredRun]:
        wanted = set(parts)
        return (run for run in self._runs.values() if run.ref.part in wanted and run.status not in ENDED)

    async def get_runs(self, refs: Collection[RunRef]) -> Sequence[StoredRun]:
        return [self._runs[ref] for ref in refs if ref in self._runs]

    async def load_pages(self, ref: RunRef) -> dict[PageId, bytes]:
        return dict(self._pages.get(ref, {}))

    async def commit(self, batch: Batch) -> bool:
        check_batch(batch)
        if lost := [part for part, epoch in batch.fence.items() if not self._owns(batch.engine, part, epoch)]:
            raise Fenced(lost)
        if stale := [write.ref for write in batch.runs if self._revision(write.ref) != write.expected]:
            raise StaleRevision(stale)
        for write in batch.runs:
            self._write(write)
        for key in batch.consumed:
            self._inbox.pop(key, None)
        for row in batch.calls:
            known = self._calls.setdefault(row.ref, {})
            if row.call not in known or known[row.call].attempt < row.attempt:  # of a retried run it may be asked again
                known[row.call] = row
        return self._outbox.committed(batch)

    async def move_outbox(self, parts: Collection[Part], limit: int = 500) -> Moved:
        return self._outbox.move(parts, limit, self._newest.get)

    def _revision(self, ref: RunRef) -> int | None:
        run = self._runs.get(ref)
        return run.revision if run is not None else None

    def _write(self, write: RunWrite) -> None:
        self._runs[write.ref] = msgspec.structs.replace(
            self._runs[write.ref],
            revision=write.expected + 1,
            status=write.status,
            root=write.root,
            wake_at=write.wake_at,
            outcome=write.outcome,
            reason=printable(write.reason, REASON_CHARS_MAX),
        )
        self._error_types[write.ref] = write.error_type
        self._was_written(
            self._runs[write.ref],
            self._now(),
            (write.error_type, write.error_text),
            write.status_text,
        )
        pages = self._pages.setdefault(write.ref, {})
        for page in write.drop:
            pages.pop(page, None)
        pages.update(write.put)
        if write.status in ENDED and write.ref in self._ended:
            self._ended.pop(write.ref).set()

    async def pages_of(self, runs: Collection[RunId]) -> int:
        wanted = set(runs)
        return sum(len(pages) for ref, pages in self._pages.items() if ref.run in wanted)

    async def calls_of(self, ref: RunRef) -> Sequence[CallRow]:
        """The finished calls of a run, by number: its history."""
        return [row for _, row in sorted(self._calls.get(ref, {}).items())]
