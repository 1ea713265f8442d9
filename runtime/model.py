"""The words of the runtime: runs, their states, and what is written together. Plain values, no I/O.

Those that a commit makes by the hundred are kept from the garbage collector (`gc=False`): nothing in them leads back.

A run lives in one of 256 partitions for ever. An engine owns partitions, not runs; each partition row carries an epoch,
and each run row a revision. Every write names all three, so a stale owner or a stale state changes nothing.
"""

from __future__ import annotations

import enum
import hashlib
from uuid import UUID

import msgspec

from waymark.vm.surface import Instant, PageId

PARTITIONS = 256

Part = int
Epoch = int
Revision = int
EngineId = UUID
RunId = UUID


def partition_of(workflow: str, key: str) -> Part:
    """The partition of a run, from its workflow and caller-visible id. Fixed for ever: SQL computes it, too."""
    return hashlib.sha256(f"{workflow}\x1f{key}".encode("utf-8", "surrogatepass")).digest()[0]


class Status(enum.StrEnum):
    """Where a run stands, as listing and searching show it."""

    QUEUED = "queued"  # started by a client; no engine has executed it yet
    RUNNING = "running"  # it has state, and waits or executes
    FINISHED = "finished"
    FAILED = "failed"
    PARKED = "parked"  # set aside with a reason; nothing is lost, and it can be resumed after a fix
    PAUSED = "paused"  # by hand: nothing of it is executed until it is resumed or cancelled


ENDED = frozenset({Status.FINISHED, Status.FAILED})

NEVER: Instant = 253_370_764_800_000_000  # the year 9999: of a run that sleeps until a message comes


class EngineRow(msgspec.Struct, frozen=True):
    """An engine as others see it. `lock` is a file of `host` that it keeps locked for as long as it lives."""

    engine: EngineId
    host: str
    lock: str


class Peers(msgspec.Struct, frozen=True):
    """What an engine knows of the others: who lives, and which of its own partitions are asked for, by whom."""

    live: frozenset[EngineId]
    wanted: dict[Part, EngineId]


class RunRef(msgspec.Struct, frozen=True, order=True, gc=False, cache_hash=True):  # a UUID hashes itself in Python
    part: Part
    run: RunId


def in_order(ref: RunRef) -> tuple[Part, int]:
    """A key that sorts as refs do. Two UUIDs compare in Python, and two numbers do not."""
    return ref.part, ref.run.int


class NewRun(msgspec.Struct, frozen=True):
    """What a client says to start a run. `key` is the caller-visible id, unique for the workflow."""

    workflow: str
    key: str
    run: RunId
    unit: bytes  # code hash of the program's unit
    arguments: bytes  # encoded values
    seed: bytes
    priority: int = 0  # higher goes first, among the runs of one engine
    tags: tuple[str, ...] = ()  # what people find it by
    schedule: str | None = None  # the schedule that starts it
    parent: RunRef | None = None  # the run that starts it
    queue: str | None = None  # the limited queue that it is started into
    at: Instant | None = None  # not before that
    delay_us: int | None = None  # the same, from the store's now; `at` goes before it
    timeout_us: int | None = None  # from when it may start; it is cancelled if it has not ended by then
    replace: bool = False  # take the id over from a run of it that has ended

    @property
    def ref(self) -> RunRef:
        return RunRef(partition_of(self.workflow, self.key), self.run)


class InboxKind(enum.IntEnum):
    """What an entry wants. A newer version may leave others, so an entry's kind is a number until it is known."""

    START = 1
    CANCEL = 2
    RESUME = 3  # of a run that is parked or paused: take it up again
    STRIKE = 4  # an engine died while it executed this run; those that nothing has consumed are counted
    MESSAGE = 5  # for `receive` in the program; messages.py has its body
    PAUSE = 6  # execute nothing of the run until it is resumed or cancelled
    RETRY = 7  # of a run that has failed: go on from the state before its last slice
    CHILD = 8  # what a run came to that this one waits for; messages.py has its body
    OUTCOME = 9  # what an offered call came to; offers/answers.py has its body
    JOIN = 10  # in outboxes alone: tell the sender what a run that is there comes to


KNOWN_KINDS = frozenset(InboxKind)


class InboxEntry(msgspec.Struct, frozen=True, gc=False):
    """Something for the owner of a run. Only the owner writes a run; everybody else leaves an entry here."""

    part: Part
    seq: int
    run: RunId
    kind: int  # an InboxKind, or a number of a later version
    body: bytes


class StoredRun(msgspec.Struct, frozen=True, gc=False):
    """A run as its row has it. `root` is empty until the first commit.

    `wake_at` is set while it sleeps in no engine's memory; NEVER: until something arrives. A run that failed keeps the
    state before its last slice.
    """

    ref: RunRef
    workflow: str
    key: str
    unit: bytes
    arguments: bytes
    seed: bytes
    status: Status
    revision: Revision
    root: bytes
    wake_at: Instant | None
    outcome: bytes | None  # encoded Succeeded or Raised, once ended; of a failed one until it goes on, parked or not
    reason: str | None  # why it is parked, or the workflow lines on which it failed
    priority: int = 0
    start_at: Instant | None = None  # it does not begin before that
    deadline_at: Instant | None = None  # it is cancelled if it has not ended by then


class EndedRun(msgspec.Struct, frozen=True, gc=False):
    """What became of a run, for those who wait for it."""

    ref: RunRef
    status: Status
    outcome: bytes | None  # encoded Succeeded or Raised
    reason: str | None = None  # the workflow lines on which it failed


class Started(msgspec.Struct, frozen=True, gc=False):
    """A run that another one asks for. `unit` is for where no newer program of the workflow is known."""

    workflow: str
    key: str
    unit: bytes
    arguments: bytes
    seed: bytes
    priority: int
    request: int  # of the run that asks: what its outcome is an answer to


class Sent(msgspec.Struct, frozen=True, gc=False):
    """What a run says to another one: it is written with the state that says it, and brought there afterwards.

    `to` is the number that the sender has given it. Where a run with that id was there already, the sender shares it;
    what is `joined` goes to that one, too.
    """

    ref: RunRef
    to: RunRef
    kind: InboxKind
    body: bytes = b""
    joined: bool = False
    start: Started | None = None


class RunWrite(msgspec.Struct, frozen=True, gc=False):
    """The next state of one run: written only if its row still has `expected` as revision."""

    ref: RunRef
    expected: Revision
    status: Status
    root: bytes
    put: dict[PageId, bytes] = {}
    drop: frozenset[PageId] = frozenset()
    wake_at: Instant | None = None
    outcome: bytes | None = None
    reason: str | None = None
    error_type: str | None = None  # for listing; the store cannot read outcomes
    error_text: str | None = None
    status_text: str | None = None  # what the program says of itself; None: nothing new


class CallRow(msgspec.Struct, frozen=True, gc=False):
    """A finished action call, for people: written once, when the outcome is applied."""

    ref: RunRef
    call: int
    action: str
    attempt: int
    started_at: Instant
    finished_at: Instant
    ok: bool
    arguments: bytes
    outcome: bytes


class Batch(msgspec.Struct, frozen=True):
    """One commit of a lane: all of it or nothing. Sorted by key, so that two lanes never lock in opposite order."""

    engine: EngineId
    fence: dict[Part, Epoch]
    runs: tuple[RunWrite, ...] = ()
    consumed: tuple[tuple[Part, int], ...] = ()  # inbox entries that these states contain
    calls: tuple[CallRow, ...] = ()
    sent: tuple[Sent, ...] = ()  # in the order in which each run has said it
