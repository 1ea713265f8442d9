"""The words of schedules: what is to be started when, as a row of the database has it. Plain values, no I/O.

A schedule belongs to a workflow and has a name there. The instant of a fire is part of the id of its run, so whoever
fires it, and however often, there is one run of it.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from waymark.vm.surface import Instant

from .machines.table import Word
from .model import Part, Revision, RunRef, partition_of

WHENEVER = 1 << 60  # a window of time that everything is within
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ScheduleState(Word):
    ACTIVE = "active"
    PAUSED = "paused"
    DELETED = "deleted"


class Overlap(enum.StrEnum):
    """What becomes of a fire while a run of the schedule still goes on."""

    SKIP = "skip"  # it is left out
    BUFFER_ONE = "buffer_one"  # it waits for the end of that run; what comes while one waits is left out
    ALLOW = "allow"  # it starts all the same
    CANCEL_PREVIOUS = "cancel_previous"  # it starts, and that run is cancelled


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """When it fires: a cron expression in a zone, or every so many microseconds from `anchor` on."""

    cron: str | None = None
    zone: str = "UTC"
    every_us: int | None = None
    anchor: Instant = 0
    jitter_us: int = 0  # each fire is late by up to so much
    overlap: Overlap = Overlap.SKIP
    catch_up_us: int | None = None  # missed instants of so long ago are made up for; None: the latest one, of any age


class Schedule(msgspec.Struct, frozen=True):
    """A schedule as its row has it. `created_at` and `updated_at` are the store's affair."""

    id: UUID
    workflow: str
    name: str
    unit: bytes
    arguments: bytes
    plan: Plan
    state: ScheduleState = ScheduleState.ACTIVE
    revision: Revision = 0
    due: Instant | None = None  # the next instant of the plan; jitter is not in it
    look_at: Instant | None = None  # when there may be something to do
    waiting: Instant | None = None  # an instant that waits for the end of a run
    since: Instant = 0  # runs of it from before then have all ended
    fired_at: Instant | None = None
    last_key: str | None = None  # the id of the run that it started last
    priority: int = 0
    created_at: Instant = 0
    updated_at: Instant = 0

    @property
    def part(self) -> Part:
        return partition_of(self.workflow, self.name)


_PLAN = msgspec.msgpack.Decoder(Plan)


def encode_plan(plan: Plan) -> bytes:
    return msgspec.msgpack.encode(plan)


def decode_plan(data: bytes) -> Plan:
    return _PLAN.decode(data)


def key_of(name: str, instant: Instant) -> str:
    """The id of the run that an instant of a schedule stands for."""
    return f"{name}@{written(instant)}"


def trigger_key(name: str, instant: Instant) -> str:
    """The id of a run that somebody started by hand. No instant of the plan has it."""
    return f"{name}+{written(instant)}"


def written(instant: Instant) -> str:
    at = EPOCH + timedelta(microseconds=instant)
    return at.isoformat(timespec="microseconds" if at.microsecond else "seconds").replace("+00:00", "Z")


class ScheduleWrite(msgspec.Struct, frozen=True):
    """The next state of a schedule, with what it starts and cancels: all of it, or nothing if it stands elsewhere."""

    schedule: Schedule
    expected: Revision | None  # None: it must not be there
    starts: dict[str, bytes] = {}  # the seeds of new runs, by id
    cancels: tuple[RunRef, ...] = ()
    why: str = ""  # of the cancels
