"""When a schedule starts runs: what is due, what of it is made up for, and what gives way to a run that still goes on.

    first(plan, now)            when it fires first
    look(schedule, now, busy)   what is to be started at a look, and how its row is written then
    pause, resume, delete       what people do

All of it is arithmetic on a row. The row is written only at the revision that was read, together with the runs that it
starts, so of two who look at the same time one does nothing.
"""

from __future__ import annotations

import msgspec

from waymark.vm.surface import Instant

from ..schedules import Overlap, Plan, Schedule, ScheduleState, key_of
from .instants import Rhythm, lateness, latest, rhythm_of
from .table import Row, Table, Word

CAUGHT_UP_MAX = 100  # fires made up for at one look; the rest comes with the next
GRACE_US = 10_000_000  # what is late by no more was not missed: engines take a while to be replaced
LOOK_US = 1_000_000  # how often one that waits looks whether the run before it has ended


class ScheduleEvent(Word):
    FIRED = "an instant of it is due"
    PAUSED = "it is paused"
    RESUMED = "it is resumed"
    REGISTERED = "it is registered again"
    DELETED = "it is deleted"


SCHEDULES: Table[ScheduleState, ScheduleEvent] = Table(
    "schedule",
    "While it is paused no instant fires. When it is resumed after one has passed, it fires once, at once.",
    ScheduleState.ACTIVE,
    (
        Row(ScheduleState.ACTIVE, ScheduleEvent.FIRED, ScheduleState.ACTIVE, "a run starts, if its policies agree"),
        Row(ScheduleState.ACTIVE, ScheduleEvent.PAUSED, ScheduleState.PAUSED, "by hand"),
        Row(ScheduleState.PAUSED, ScheduleEvent.RESUMED, ScheduleState.ACTIVE, "by hand"),
        *(
            Row(state, ScheduleEvent.REGISTERED, ScheduleState.ACTIVE, why)
            for state, why in (
                (ScheduleState.ACTIVE, "its next fire stays where it is"),
                (ScheduleState.PAUSED, "likewise"),
                (ScheduleState.DELETED, "it begins anew"),
            )
        ),
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


class Step(msgspec.Struct, frozen=True):
    """What comes of a look: the row to be written, and the instants that start runs with it."""

    schedule: Schedule
    fires: tuple[Instant, ...] = ()
    cancels: bool = False  # runs of it that still go on are cancelled


def first(plan: Plan, now: Instant) -> Instant | None:
    """When a schedule that begins now fires first. None: never."""
    return rhythm_of(plan).after(now)


def armed(schedule: Schedule, now: Instant) -> Schedule:
    """The same, with the time of its next look."""
    if schedule.state is not ScheduleState.ACTIVE:
        return msgspec.structs.replace(schedule, look_at=None, waiting=None)
    looks = [] if schedule.due is None else [_time_of(schedule, schedule.due)]
    if schedule.waiting is not None:
        looks.append(now + LOOK_US)
    return msgspec.structs.replace(schedule, look_at=min(looks, default=None))


def look(schedule: Schedule, now: Instant, busy: bool, *, once: bool = False) -> Step:
    """`busy`: a run of it goes on. `once`: of what was missed, make up for the latest, whatever the plan says."""
    if schedule.state is not ScheduleState.ACTIVE:
        return Step(schedule)
    come, due = _come(schedule, now, once)
    queue = come if schedule.waiting is None else [schedule.waiting, *come]
    fires, waiting = _give_way(schedule.plan.overlap, queue, busy)
    cancels = busy and bool(fires) and schedule.plan.overlap is Overlap.CANCEL_PREVIOUS
    after = msgspec.structs.replace(schedule, due=due, waiting=waiting)
    if fires:
        after = msgspec.structs.replace(after, fired_at=now, last_key=key_of(schedule.name, fires[-1]))
    return Step(armed(after, now), tuple(fires), cancels)


def asks_whether_busy(schedule: Schedule) -> bool:
    return schedule.plan.overlap is not Overlap.ALLOW


def move(schedule: Schedule, event: ScheduleEvent, now: Instant) -> Schedule:
    """Refused, if the table knows no such move."""
    return armed(msgspec.structs.replace(schedule, state=SCHEDULES.step(schedule.state, event)), now)


def _time_of(schedule: Schedule, instant: Instant) -> Instant:
    return instant + lateness(schedule.id, instant, schedule.plan.jitter_us)


def _come(schedule: Schedule, now: Instant, once: bool) -> tuple[list[Instant], Instant | None]:
    """The instants that start runs, oldest first, and the next one. They keep their order: a late one holds up those
    behind it."""
    due = schedule.due
    if due is None or _time_of(schedule, due) > now:
        return [], due
    rhythm, window_us = rhythm_of(schedule.plan), schedule.plan.catch_up_us
    if window_us is None or once:
        last = latest(rhythm, due, now)
        while _time_of(schedule, last) > now:
            last = latest(rhythm, due, last - 1)
        return [last], rhythm.after(last)
    return _within(schedule, rhythm, due, now, max(window_us, GRACE_US))


def _within(
    schedule: Schedule, rhythm: Rhythm, due: Instant, now: Instant, window_us: int
) -> tuple[list[Instant], Instant | None]:
    oldest = now - window_us - schedule.plan.jitter_us
    following = due if due >= oldest else rhythm.after(oldest - 1)
    come: list[Instant] = []
    while following is not None and len(come) < CAUGHT_UP_MAX and (at := _time_of(schedule, following)) <= now:
        if now - at <= window_us:
            come.append(following)
        following = rhythm.after(following)
    return come, following


def _give_way(overlap: Overlap, queue: list[Instant], busy: bool) -> tuple[list[Instant], Instant | None]:
    """Of those that want to start: which do, and which one waits."""
    match overlap:
        case Overlap.ALLOW:
            return queue, None
        case Overlap.SKIP:
            return ([] if busy else queue[:1]), None
        case Overlap.CANCEL_PREVIOUS:
            return queue[-1:], None
        case Overlap.BUFFER_ONE:
            if busy:
                return [], next(iter(queue), None)
            return queue[:1], next(iter(queue[1:]), None)
