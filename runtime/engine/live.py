"""A run in an engine's memory: its machine, what has arrived for it, and what its next commit will contain.

What arrives moves one way. `entries` and `reports` have arrived; a slice moves them into the machine and to `applied`;
a commit makes them history. When a slice fails or a commit is not made, `applied` goes back to where it came from, and
nothing is lost.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import msgspec

from waymark.vm.surface import Delta, Failed, Finished, Instant, Outcome, PageId

from ..machines.calls import CALLS, CallEvent, CallState
from ..machines.policies import Dates
from ..model import CallRow, InboxEntry, InboxKind, Revision, RunRef, RunWrite, Status, StoredRun
from .events import Said
from .host import MachineLike


@dataclasses.dataclass(slots=True, eq=False)
class Call:
    """An action call that the machine waits for, at one of its attempts."""

    request: int
    attempt: int
    key: str
    arguments: bytes
    state: CallState = CallState.ASKED
    began: Instant | None = None  # when this engine dispatched its first attempt

    @property
    def under_way(self) -> bool:
        return self.state is CallState.UNDER_WAY

    def becomes(self, event: CallEvent) -> None:
        self.state = CALLS.step(self.state, event)


class Report(msgspec.Struct, frozen=True, gc=False):
    """The outcome of an open call, decoded, with its row for people."""

    request: int
    attempt: int
    outcome: Outcome
    row: CallRow


class Parking(msgspec.Struct, frozen=True):
    """The run will be set aside, for this reason."""

    reason: str


End = Finished | Failed | Parking


@dataclasses.dataclass(slots=True, eq=False)
class Inputs:
    entries: list[InboxEntry] = dataclasses.field(default_factory=list)
    reports: list[Report] = dataclasses.field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.entries or self.reports)

    @property
    def strikes(self) -> int:
        return sum(entry.kind == InboxKind.STRIKE for entry in self.entries)

    @property
    def messages(self) -> list[InboxEntry]:
        return [entry for entry in self.entries if entry.kind == InboxKind.MESSAGE]

    def without_messages(self) -> list[InboxEntry]:
        return [entry for entry in self.entries if entry.kind != InboxKind.MESSAGE]

    def before(self, later: Inputs) -> Inputs:
        if not self.entries and not self.reports:
            return later  # whoever asks replaces both
        return Inputs(self.entries + later.entries, self.reports + later.reports)


@dataclasses.dataclass(slots=True, eq=False)
class Flight:
    """One run's part of a commit: what is written, and what follows once it is durable."""

    run: LiveRun
    write: RunWrite
    delta: Delta | None  # None: the run has ended or was parked
    applied: Inputs
    fresh: list[Call]  # calls to dispatch
    revoked: list[int]
    said: list[Said]
    end: End | None
    owed: list[Said]  # said by a commit before, which may have been another's
    asleep: bool  # it does nothing until the `wake_at` that is written
    size: int
    dates: Dates = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True, eq=False)
class LiveRun:
    ref: RunRef
    stored: StoredRun | None = None  # None: its row was not read yet
    status: Status = Status.QUEUED
    priority: int = 0
    revision: Revision = 0
    root: bytes = b""  # of the last commit, as are `pages`
    pages: set[PageId] = dataclasses.field(default_factory=set)
    pages_known: bool = False  # whether `pages` are all that the store has
    read: Mapping[PageId, bytes] | None = None  # pages for a restore
    dates: Dates = dataclasses.field(default_factory=dict)  # of open calls with a deadline, as they are durable
    unusable: str | None = None  # why it is set aside; only its pages are waited for
    parking: str | None = None  # why it is to be set aside, as soon as it can be
    strikes: int = 0  # how many engines died while they executed it, since it last committed
    woken: bool = False  # it was asleep, and came by itself

    machine: MachineLike | None = None
    arrived: Inputs = dataclasses.field(default_factory=Inputs)
    repeats: list[int] = dataclasses.field(default_factory=list)  # calls that are due for another attempt
    calls: dict[int, Call] = dataclasses.field(default_factory=dict)  # those that the machine waits for

    # Since the last commit:
    applied: Inputs = dataclasses.field(default_factory=Inputs)
    fresh: dict[int, Call] = dataclasses.field(default_factory=dict)
    revoked: list[int] = dataclasses.field(default_factory=list)
    said: list[Said] = dataclasses.field(default_factory=list)
    end: End | None = None
    owed: list[Said] = dataclasses.field(default_factory=list)  # to be shown after its next commit

    flight: Flight | None = None  # its commit is under way, or was and has an unknown result
    queued: bool = False
    again: bool = False  # it has more to run, though nothing may have arrived
    wake: Instant | None = None  # when the heap wakes it
    faults: int = 0
    gone: bool = False  # no longer in memory; whoever still holds it looks away

    @property
    def runnable(self) -> bool:
        return self.machine is not None and self.flight is None and self.end is None

    @property
    def stirred(self) -> bool:
        arrived = self.arrived  # asked for its parts, since this is asked five times a step
        return bool(self.again or arrived.reports or arrived.entries or self.repeats or self.parking)

    def put_back(self) -> None:
        """Nothing since the last commit has happened, but for what arrived."""
        self.arrived = self.applied.before(self.arrived)
        self.machine = None
        self.end = None
        self.repeats = []
        self.forget_applied()

    def forget_applied(self) -> None:
        self.applied = Inputs()
        self.fresh = {}
        self.revoked = []
        self.said = []
