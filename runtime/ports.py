"""What the engine asks of the world. The memory and the Postgres store keep the same promises: one suite tests both.

The store decides nothing about workflows. It keeps rows, and it refuses: a batch from an owner who lost a partition,
and a write on a revision that is no longer there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from waymark.stdlib.problems import WaymarkError
from waymark.vm.surface import Instant, PageId

from .model import (
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
    StoredRun,
)
from .schedules import Schedule, ScheduleState, ScheduleWrite
from .stats import Counts


class StoreError(WaymarkError):
    """The store could not do what it was asked.

    Example:
        try:
            await waymark.Client.connect("postgresql://app@no.such.host.invalid/app")
        except waymark.StoreError as error:
            print(error)
    """


class BadId(WaymarkError, ValueError):
    """A run cannot have this id: a text column cannot hold it. Write it in other characters, or shorter.

    Example:
        try:
            await Order().start(7, id="order\\0")
        except waymark.BadId as error:
            print(error)
    """


class Fenced(StoreError):
    """Another engine owns a partition of this batch by now. Nothing was written; drop those partitions from memory."""

    def __init__(self, parts: Collection[Part]) -> None:
        self.parts = frozenset(parts)
        super().__init__(f"partitions {sorted(self.parts)} have another owner or epoch; nothing was written")


class StaleRevision(StoreError):
    """A run of this batch has another revision than expected. Nothing was written; drop those runs and reload them."""

    def __init__(self, runs: Collection[RunRef]) -> None:
        self.runs = frozenset(runs)
        super().__init__(f"{len(self.runs)} runs have another revision than expected; nothing was written")


class OutcomeUnknown(StoreError):
    """The connection was lost while a commit was under way. Resolve it by reading, never by sending it again."""


class Rejected(StoreError):
    """The database refused the data itself. Nothing was written; the same again is refused again, another is not."""


class Unreachable(StoreError):
    """The database cannot be reached, or refused us. The message says which, where, and what to do.

    Example:
        try:
            await waymark.Client.connect("mysql://app@localhost/app")
        except waymark.Unreachable as error:
            assert "it has the form postgresql://" in str(error)
    """


class Away(Unreachable):
    """The server, or something on the way to it, is not there at the moment, as in a restart or a failover."""


class Busy(Unreachable):
    """The database took too long over this one, most often behind another transaction's lock. Nothing was written."""


class Moved(msgspec.Struct, frozen=True):
    """What came of moving outboxes: whose inboxes have something new, and whether there may be more to move."""

    parts: frozenset[Part]
    more: bool


class Arrived(msgspec.Struct, frozen=True):
    """What one look at inboxes has shown, and runs that it is about."""

    entries: Sequence[InboxEntry]
    runs: Sequence[StoredRun]


class Store(Protocol):
    """Rows, and the fences around them. Every coroutine may raise Unreachable."""

    async def close(self) -> None: ...

    async def now(self) -> Instant:
        """The one clock between hosts."""
        ...

    # --- units ---
    async def put_units(self, units: Mapping[bytes, bytes]) -> None:
        """Keep units by code hash, in a transaction of their own. One that is there already stays as it is."""
        ...

    async def get_unit(self, code_hash: bytes) -> bytes | None: ...

    # --- clients ---
    async def start(self, new: NewRun) -> RunRef:
        """Add a run and its START entry. If the workflow has a run with this key, that one's ref comes back instead."""
        ...

    async def start_many(self, news: Sequence[NewRun]) -> list[RunRef]:
        """The same for many, in the same order: entries come in the order of `news`. In transactions of a thousand
        runs; when it fails, those of the first ones are started, and starting the same again starts the rest."""
        ...

    async def cancel(self, ref: RunRef, reason: str) -> None:
        """Leave a CANCEL entry, the reason in UTF-8 as its body. Of a run that has ended: nothing."""
        ...

    async def resume(self, ref: RunRef) -> None:
        """Leave a RESUME entry for a run that is parked or paused, or may be soon. Of a run that has ended: nothing."""
        ...

    async def pause(self, ref: RunRef) -> None:
        """Leave a PAUSE entry. Of a run that has ended: nothing."""
        ...

    async def retry(self, ref: RunRef) -> bool:
        """Leave a RETRY entry for a run that has failed. False: there is no such run, or it has not failed, or it was
        cancelled, and nothing was left."""
        ...

    async def send(self, ref: RunRef, body: bytes) -> bool:
        """Leave a MESSAGE entry. False: there is no such run, or it has ended, and nothing was left."""
        ...

    async def get_run(self, ref: RunRef) -> StoredRun | None: ...

    async def find_run(self, workflow: str, key: str) -> RunRef | None: ...

    async def wait_ended(self, ref: RunRef, timeout_s: float) -> EndedRun | None:
        """What became of the run once it has ended, or None when the time is over."""
        ...

    # --- owners ---
    async def register(self, engine: EngineId, host: str, lock: str) -> None:
        """Introduce an engine before its first `acquire`. The row says on which host it runs and which file it holds a
        lock on, so that another engine of that host can prove it dead; the store only keeps them."""
        ...

    async def engines(self) -> Sequence[EngineRow]:
        """The registered engines that may still own partitions, their leases expired or not."""
        ...

    async def expire(self, engine: EngineId) -> None:
        """This engine is proved dead: end its lease now, so that `acquire` may take its partitions. An engine that
        lives after all finds out as after any lost lease: `beat` says False, and its commits are Fenced."""
        ...

    async def acquire(self, engine: EngineId, parts: Collection[Part], ttl_ms: int) -> dict[Part, Epoch]:
        """Take those that are free or expired, raising their epoch, and keep those that are ours already."""
        ...

    async def beat(self, engine: EngineId, ttl_ms: int) -> bool:
        """Extend the engine's lease. False: it has expired and its partitions may be gone."""
        ...

    async def peers(self, engine: EngineId) -> Peers:
        """The engines whose lease runs, and who has asked for partitions of this one."""
        ...

    async def want(self, engine: EngineId, parts: Collection[Part]) -> None:
        """Ask their owners for these partitions. Who asks last is remembered."""
        ...

    async def hand_over(self, engine: EngineId, epochs: Mapping[Part, Epoch], to: EngineId) -> frozenset[Part]:
        """Give these away, under the next epoch, to who has asked for them and lives. Those that were ours under these
        epochs, and are not any more; the new owner finds them by `acquire`."""
        ...

    async def release(self, engine: EngineId) -> None:
        """Give up every partition, at a clean stop."""
        ...

    async def strike(self, ref: RunRef, why: str) -> None:
        """Leave a STRIKE entry, `why` in UTF-8 as its body: an engine died while it executed this run. Of a run that
        has ended: nothing."""
        ...

    async def read_inbox(self, parts: Collection[Part], limit: int, starts: bool = True) -> Sequence[InboxEntry]:
        """Entries that no commit has consumed yet, oldest first. The same entry comes again until it is consumed.
        `starts=False` leaves START entries out, for an owner that has no room for more runs. Where many entries of
        other owners wait, order holds within each partition only."""
        ...

    async def read_arrivals(self, parts: Collection[Part], limit: int, starts: bool, since: int) -> Arrived:
        """The same entries, and as they are at that moment the runs of START entries with a seq above `since`: what
        an owner that did not see those entries yet would ask for next."""
        ...

    async def parts_with_entries(self, parts: Collection[Part]) -> frozenset[Part]:
        """Those whose inbox holds anything: what a host asks once for all its engines while nothing happens."""
        ...

    async def read_strikes(self, parts: Collection[Part]) -> Sequence[InboxEntry]:
        """All STRIKE entries, oldest first: what a new owner must know before it executes anything."""
        ...

    async def live_runs(self, parts: Collection[Part]) -> Sequence[StoredRun]:
        """Every run that has state, has not ended and does not sleep: what a new owner takes up."""
        ...

    async def due_runs(
        self, parts: Collection[Part], until: Instant, limit: int, after: StoredRun | None = None
    ) -> Sequence[StoredRun]:
        """Runs that sleep (they have a `wake_at` and have not ended), and wake until then: the first to wake first.
        `after`: the last one of the page before, as it was there."""
        ...

    async def get_runs(self, refs: Collection[RunRef]) -> Sequence[StoredRun]:
        """The rows of these runs, in any order; one that does not exist is left out. What an owner reads when an inbox
        entry names runs that it does not hold, and when it must learn whether a commit was made."""
        ...

    async def load_pages(self, ref: RunRef) -> dict[PageId, bytes]: ...

    async def calls_of(self, ref: RunRef) -> Sequence[CallRow]:
        """The finished calls of a run, by number: its history, as far as it is kept."""
        ...

    async def commit(self, batch: Batch) -> bool:
        """All or nothing. Raises Fenced, StaleRevision, Rejected or OutcomeUnknown; Unreachable if it was not sent.
        Whether something lies in the outboxes of these partitions now: what runs have sent, or the outcome of one that
        others wait for.

        A task cancelled meanwhile is cancelled when the commit has ended. After OutcomeUnknown every read of this
        store waits until that commit has happened or failed.
        """
        ...

    async def move_outbox(self, parts: Collection[Part], limit: int = 500) -> Moved:
        """Bring what runs of these partitions have sent to where it belongs, the oldest first: runs are started,
        messages and cancels left in inboxes, outcomes brought to those who wait. Each arrives once, whoever moves
        it."""
        ...

    # --- schedules ---
    async def write_schedule(self, write: ScheduleWrite) -> bool:
        """Write a schedule at the revision that it is expected at, start runs of it under these ids and cancel others:
        all of it. False: it stands elsewhere, or is there though it should not be, and nothing was done. A run that its
        workflow has under such an id already stays as it is."""
        ...

    async def get_schedule(self, workflow: str, name: str) -> Schedule | None: ...

    async def list_schedules(self, states: Collection[ScheduleState]) -> Sequence[Schedule]:
        """Those in one of these states, by workflow and name."""
        ...

    async def due_schedules(self, parts: Collection[Part], until: Instant, limit: int) -> Sequence[Schedule]:
        """Those of these partitions that are to be looked at until then, the first to be looked at first."""
        ...

    async def runs_of_schedule(
        self, workflow: str, name: str, since: Instant, limit: int
    ) -> Sequence[tuple[RunRef, Instant]]:
        """Runs of a schedule that have not ended, of those started since then, with the times of their starts. The
        first ones first."""
        ...

    # --- housekeeping ---
    async def collect(self, ended_before: Instant, started_since: Instant, runs_max: int) -> tuple[int, Instant | None]:
        """Delete some runs that ended before a time, with all that is theirs, of those started since another; the ones
        started first come first. How many, and when the last of them was started (None: there was none). Their ids are
        free then."""
        ...

    async def count_collectable(self, ended_before: Instant) -> int:
        """How many runs `collect` would delete in all."""
        ...

    async def old_days(self, before: Instant) -> Sequence[str]:
        """The partitions of days before the one that this instant is in."""
        ...

    async def keep_days(self, before: Instant) -> Sequence[str]:
        """Make partitions for days to come, and drop those of days before this one; which ones were dropped. One that
        is being read stays for another time."""
        ...

    async def put_stats(self, engine: EngineId, minute: Instant, counts: Mapping[str, Counts]) -> None:
        """Add to what this engine has done in the minute that this instant is in, by workflow."""
        ...

    async def pages_of(self, runs: Collection[RunId]) -> int:
        """How many pages these runs hold; for tests and `doctor`."""
        ...
