"""A run in an engine's memory: its machine, what has arrived for it, and what its next commit will contain.

What arrives moves one way. `entries` and `reports` have arrived; a slice moves them into the machine and to `applied`;
a commit makes them history. When a slice fails or a commit is not made, `applied` goes back to where it came from, and
nothing is lost.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import msgspec

from waymark.vm.surface import Delta, Failed, Finished, Instant, Outcome, PageId

from ..machines.attempts import AttemptPolicy
from ..machines.calls import CALLS, CallEvent, CallState
from ..machines.policies import Dates
from ..model import CallRow, InboxEntry, InboxKind, Revision, RunRef, RunWrite, Sent, Status, StoredRun
from .events import Said
from .host import MachineLike

USUAL = AttemptPolicy()
UNDER_WAY = CallState.UNDER_WAY  # by a name of ours: Python 3.11 runs Python to find a member of an enum


@dataclasses.dataclass(slots=True, eq=False)
class Call:
    """An action call that the machine waits for, at one of its attempts."""

    request: int
    attempt: int
    key: str
    arguments: bytes
    state: CallState = CallState.ASKED
    began: Instant | None = None  # when this engine dispatched its first attempt
    policy: AttemptPolicy = USUAL
    due: Instant | None = None  # another attempt follows then, by the machine
    beaten: Instant = 0  # when the attempt under way said last that it lives
    progress: bytes | None = None  # how far it said it was

    @property
    def under_way(self) -> bool:
        return self.state is UNDER_WAY

    @property
    def is_open(self) -> bool:
        """Whether an attempt is under way, or is to be as soon as it is durable."""
        return self.state is UNDER_WAY or self.state is CallState.ASKED

    def becomes(self, event: CallEvent) -> None:
        self.state = CALLS.step(self.state, event)


class Report(msgspec.Struct, frozen=True, gc=False):
    """The outcome of an open call, decoded, with its row for people."""

    request: int
    attempt: int
    outcome: Outcome
    row: CallRow
    by_entry: bool = False  # made of an entry of the inbox, and to be made again if that is read again


class Parking(msgspec.Struct, frozen=True):
    """The run will be set aside, for this reason."""

    reason: str


End = Finished | Failed | Parking
FAILURES = frozenset({Status.FAILED, Status.PARKED})  # the rows in which the outcome of a failure stands
FOR_PROGRAMS = frozenset({InboxKind.MESSAGE, InboxKind.CHILD, InboxKind.OUTCOME})


class Inputs(msgspec.Struct, eq=False):
    entries: list[InboxEntry] = []  # each has lists of its own
    reports: list[Report] = []

    def __bool__(self) -> bool:
        return bool(self.entries or self.reports)

    @property
    def strikes(self) -> int:
        return sum(entry.kind == InboxKind.STRIKE for entry in self.entries)

    @property
    def messages(self) -> list[InboxEntry]:
        """What is for the program, and waits in the inbox while nothing of that is executed."""
        return [entry for entry in self.entries if entry.kind in FOR_PROGRAMS]

    def without_messages(self) -> list[InboxEntry]:
        return [entry for entry in self.entries if entry.kind not in FOR_PROGRAMS]

    def before(self, later: Inputs) -> Inputs:
        if not self.entries and not self.reports:
            return later  # whoever asks replaces both
        return Inputs(self.entries + later.entries, self.reports + later.reports)


class Flight(msgspec.Struct, eq=False):
    """One run's part of a commit: what is written, and what follows once it is durable."""

    run: LiveRun
    write: RunWrite
    delta: Delta | None  # None: the run has ended or was parked
    applied: Inputs
    fresh: list[Call]  # calls to dispatch
    revoked: Sequence[int]
    said: Sequence[Said]
    sent: Sequence[Sent]
    end: End | None
    owed: Sequence[Said]  # said by a commit before, which may have been another's
    asleep: bool  # it does nothing until the `wake_at` that is written
    size: int
    dates: Dates = {}
    rest: Flight | None = None  # what follows, where this one only goes ahead with pages of it; see ahead.py

    @property
    def inputs(self) -> Inputs:
        """What the run has taken in since its last commit, if this one is not made."""
        return self.applied if self.rest is None else self.rest.applied


@dataclasses.dataclass(slots=True, eq=False)
class LiveRun:
    ref: RunRef
    stored: StoredRun | None = None  # None: its row was not read yet
    status: Status = Status.QUEUED
    priority: int = 0
    revision: Revision = 0
    commit: int = 0  # the number of the last one that it was in
    root: bytes = b""  # of the last commit, as are `pages`
    pages: set[PageId] = dataclasses.field(default_factory=set)
    pages_known: bool = False  # whether `pages` are all that the store has
    read: Mapping[PageId, bytes] | None = None  # pages for a restore
    dates: Dates = dataclasses.field(default_factory=dict)  # of open calls with a deadline, as they are durable
    unusable: str | None = None  # why it is set aside; only its pages are waited for
    parking: str | None = None  # why it is to be set aside, as soon as it can be
    strikes: int = 0  # how many engines died while they executed it, since it last committed
    woken: bool = False  # it was asleep, and came by itself
    paused: bool = False  # by hand: what arrives for it is kept, and nothing of it is executed
    begins: Instant | None = None  # nothing of it is executed before that
    deadline: Instant | None = None  # it is cancelled then
    overdue: bool = False  # it was, and its pages say so or are to say so
    left_us: int | None = None  # of the time that it was given, while that stands still; `deadline` is None then
    time_page: bytes | None = None  # what its pages say of that; see timing.py
    recorded: Mapping[int, CallRow] | None = None  # of a run that is tried again: what its calls came to

    machine: MachineLike | None = None
    arrived: Inputs = dataclasses.field(default_factory=Inputs)
    repeats: list[int] = dataclasses.field(default_factory=list)  # calls that are due for another attempt
    postponed: list[tuple[int, Instant]] = dataclasses.field(default_factory=list)  # calls that will be, and when
    calls: dict[int, Call] = dataclasses.field(default_factory=dict)  # those that the machine waits for

    # Since the last commit:
    applied: Inputs = dataclasses.field(default_factory=Inputs)
    fresh: dict[int, Call] = dataclasses.field(default_factory=dict)
    revoked: list[int] = dataclasses.field(default_factory=list)
    said: list[Said] = dataclasses.field(default_factory=list)
    sent: list[Sent] = dataclasses.field(default_factory=list)  # to other runs
    status_text: str | None = None  # what the program says of itself
    end: End | None = None
    owed: list[Said] = dataclasses.field(default_factory=list)  # to be shown after its next commit

    flight: Flight | None = None  # its commit is under way, or was and has an unknown result
    queued: bool = False
    again: bool = False  # it has more to run, though nothing may have arrived
    wake: Instant | None = None  # when the heap wakes it
    faults: int = 0
    tickets: set[int] = dataclasses.field(default_factory=set)  # calls whose offers may exist
    withdrawing: set[int] = dataclasses.field(default_factory=set)  # offers without which it must not be committed
    disputed: bool = False  # one of them is answered
    heard: set[int] = dataclasses.field(default_factory=set)  # calls whose answers were looked at since the last commit
    gone: bool = False  # no longer in memory; whoever still holds it looks away

    @property
    def failure(self) -> bytes | None:
        """How it failed, of one that has not gone on since, though it may have been set aside on its way."""
        return self.stored.outcome if self.stored is not None and self.status in FAILURES else None

    @property
    def runnable(self) -> bool:
        return self.machine is not None and self.flight is None and self.end is None and not self.withdrawing

    @property
    def stirred(self) -> bool:
        arrived = self.arrived  # asked for its parts, since this is asked five times a step
        return bool(self.again or arrived.reports or arrived.entries or self.repeats or self.postponed or self.parking)

    @property
    def rests(self) -> bool:
        """Whether nothing of it is under way here: it has no next commit, until somebody else does something."""
        return self.runnable and not self.stirred and not self.queued

    @property
    def only_waits(self) -> bool:
        """Whether it was started, and has nothing to do before its time comes, which is soon."""
        idle = self.wake is not None and not (self.woken or self.calls or self.withdrawing)
        return idle and self.runnable and not self.stirred

    def put_back(self) -> None:
        """Nothing since the last commit has happened, but for what arrived."""
        self.arrived = self.applied.before(self.arrived)
        self.machine = None
        self.end = None
        self.repeats, self.postponed = [], []
        self.forget_applied()

    def forget_applied(self) -> None:
        self.applied = Inputs()
        self.fresh = {}
        self.status_text = None
        if self.revoked:  # what a flight has taken along is replaced, and nobody takes an empty list
            self.revoked = []
        if self.said:
            self.said = []
        if self.sent:
            self.sent = []
        if self.heard:
            self.heard = set()
