"""What the engine asks of the world. The memory and the Postgres store keep the same promises: one suite tests both.

The store decides nothing about workflows. It keeps rows, and it refuses: a batch from an owner who lost a partition,
and a write on a revision that is no longer there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from waymark.vm.surface import Instant, PageId

from .model import Batch, EngineId, EngineRow, Epoch, InboxEntry, NewRun, Part, Peers, RunId, RunRef, StoredRun


class StoreError(Exception):
    """The store could not do what it was asked."""


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
    """The database cannot be reached, or refused us. The message says which, where, and what to do."""


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

    async def cancel(self, ref: RunRef, reason: str) -> None:
        """Leave a CANCEL entry, the reason in UTF-8 as its body. Of a run that has ended: nothing."""
        ...

    async def resume(self, ref: RunRef) -> None:
        """Leave a RESUME entry for a run that is parked. Of any other: nothing."""
        ...

    async def send(self, ref: RunRef, body: bytes) -> bool:
        """Leave a MESSAGE entry. False: there is no such run, or it has ended, and nothing was left."""
        ...

    async def get_run(self, ref: RunRef) -> StoredRun | None: ...

    async def find_run(self, workflow: str, key: str) -> RunRef | None: ...

    async def wait_ended(self, ref: RunRef, timeout_s: float) -> StoredRun | None:
        """The run once it has ended, or None when the time is over."""
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
        `starts=False` leaves START entries out, for an owner that has no room for more runs."""
        ...

    async def read_strikes(self, parts: Collection[Part]) -> Sequence[InboxEntry]:
        """All STRIKE entries, oldest first: what a new owner must know before it executes anything."""
        ...

    async def live_runs(self, parts: Collection[Part]) -> Sequence[StoredRun]:
        """Every run that has state, has not ended and does not sleep: what a new owner takes up."""
        ...

    async def due_runs(self, parts: Collection[Part], until: Instant, limit: int) -> Sequence[StoredRun]:
        """Runs that sleep (they have a `wake_at` and have not ended), and wake until then: the first to wake first."""
        ...

    async def get_runs(self, refs: Collection[RunRef]) -> Sequence[StoredRun]:
        """The rows of these runs, in any order; one that does not exist is left out. What an owner reads when an inbox
        entry names runs that it does not hold, and when it must learn whether a commit was made."""
        ...

    async def load_pages(self, ref: RunRef) -> dict[PageId, bytes]: ...

    async def commit(self, batch: Batch) -> None:
        """All or nothing. Raises Fenced, StaleRevision, Rejected or OutcomeUnknown; Unreachable if it was not sent.

        A task cancelled meanwhile is cancelled when the commit has ended. After OutcomeUnknown every read of this
        store waits until that commit has happened or failed.
        """
        ...

    async def pages_of(self, runs: Collection[RunId]) -> int:
        """How many pages these runs hold; for tests and `doctor`."""
        ...
