"""When a schedule starts runs: what was due, what of it is made up for, and what gives way to a run that still goes on.

The instant of a fire is the id of its run, so any number of schedulers may fire it, and it happens once. This is the
arithmetic of intervals; a cron expression is another way to say which instants there are.
"""

from __future__ import annotations

import enum

import msgspec

from waymark.vm.surface import Instant

from .table import Row, Table, Word

CAUGHT_UP_MAX = 1_000  # fires made up for at one look; the rest comes with the next


class ScheduleState(Word):
    ACTIVE = "active"
    PAUSED = "paused"
    DELETED = "deleted"


class ScheduleEvent(Word):
    FIRED = "an instant of it is due"
    PAUSED = "it is paused"
    RESUMED = "it is resumed"
    DELETED = "it is deleted"


SCHEDULES: Table[ScheduleState, ScheduleEvent] = Table(
    "schedule",
    "While it is paused no instant fires; those that pass meanwhile are missed, and made up for as its policy says.",
    ScheduleState.ACTIVE,
    (
        Row(ScheduleState.ACTIVE, ScheduleEvent.FIRED, ScheduleState.ACTIVE, "a run starts, if its policies agree"),
        Row(ScheduleState.ACTIVE, ScheduleEvent.PAUSED, ScheduleState.PAUSED, "by hand"),
        Row(ScheduleState.PAUSED, ScheduleEvent.RESUMED, ScheduleState.ACTIVE, "by hand"),
        *(
            Row(state, ScheduleEvent.DELETED, ScheduleState.DELETED, "runs that it started go on")
            for state in (ScheduleState.ACTIVE, ScheduleState.PAUSED)
        ),
    ),
    ignored={
        (ScheduleState.PAUSED, ScheduleEvent.PAUSED): "it is paused",
        (ScheduleState.ACTIVE, ScheduleEvent.RESUMED): "it is active",
        (ScheduleState.DELETED, ScheduleEvent.DELETED): "it is deleted",
        (ScheduleState.PAUSED, ScheduleEvent.FIRED): "the instant is missed",
    },
)


class CatchUp(enum.Enum):
    """What becomes of instants that passed while nobody looked."""

    NONE = "none of them"
    LATEST = "the latest of them"
    ALL = "all of them, oldest first"


class Overlap(enum.Enum):
    """What becomes of a fire while a run of the schedule still goes on."""

    ALLOW = "it starts all the same"
    SKIP = "it is left out"
    WAIT = "it waits for the end of the others"


class Every(msgspec.Struct, frozen=True):
    """Instants `first`, `first + every_us`, ... A fire later than `grace_us` counts as missed."""

    first: Instant
    every_us: int
    grace_us: int = 1_000_000
    catch_up: CatchUp = CatchUp.LATEST
    overlap: Overlap = Overlap.ALLOW


def due(plan: Every, last: Instant | None, now: Instant) -> list[Instant]:
    """The instants to fire now, oldest first, when `last` was the one before."""
    begin = plan.first if last is None else max(plan.first, last + plan.every_us)
    if begin > now:
        return []
    number = (now - begin) // plan.every_us + 1  # how many have come
    latest = begin + (number - 1) * plan.every_us
    on_time = [latest] if now - latest <= plan.grace_us else []
    match plan.catch_up:
        case CatchUp.NONE:
            return on_time
        case CatchUp.LATEST:
            return [latest]
        case CatchUp.ALL:
            return [begin + step * plan.every_us for step in range(min(number, CAUGHT_UP_MAX))]


def next_instant(plan: Every, last: Instant | None, now: Instant) -> Instant:
    """When to look again."""
    begin = plan.first if last is None else max(plan.first, last + plan.every_us)
    if begin > now:
        return begin
    return begin + ((now - begin) // plan.every_us + 1) * plan.every_us


def fires(plan: Every, instants: list[Instant], *, busy: bool) -> tuple[list[Instant], list[Instant]]:
    """Of instants that are due: those that start a run now, and those that wait. `busy`: a run of it goes on."""
    match plan.overlap:
        case Overlap.ALLOW:
            return instants, []
        case Overlap.SKIP:
            return ([], []) if busy else (instants[:1], [])
        case Overlap.WAIT:
            return ([], instants) if busy else (instants[:1], instants[1:])
