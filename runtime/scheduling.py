"""What people do with schedules, on any store: register, pause, resume, delete, trigger, backfill; and what fires them.

Each reads a row, asks `machines/schedules.py` what comes of it, and writes it at the revision that it read; if somebody
was faster, it begins again. So of a schedule that is paused nothing starts any more once `pause` has returned.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Awaitable, Callable

import msgspec

from waymark.stdlib.problems import WaymarkError
from waymark.vm.surface import Instant

from .machines.instants import rhythm_of
from .machines.schedules import ScheduleEvent, Step, armed, asks_whether_busy, first, look, move
from .model import RunRef
from .ports import Store
from .schedules import Plan, Schedule, ScheduleState, ScheduleWrite, key_of, trigger_key, written

TRIES_MAX = 100  # against others who write the same schedule; each of them has done something
CANCELS_MAX = 1_000
BACKFILL_MAX = 10_000
BACKFILL_BATCH = 100
MARGIN_US = 2 * 3_600_000_000  # by how much clocks may be set back before a run that goes on is overlooked


class Contended(WaymarkError):
    """Others change this schedule all the time. Try again."""


class TooMuch(WaymarkError, ValueError):
    """So many runs at once were most likely not meant."""


async def register(
    store: Store,
    *,
    workflow: str,
    name: str,
    unit: bytes,
    arguments: bytes,
    plan: Plan,
    priority: int = 0,
    replace: bool = True,
    number: uuid.UUID | None = None,
) -> Schedule | None:
    """Make a schedule, or put this in the place of the one that is there: active, and with its next fire where it was.

    `number`: of one that is made; it tells it apart, and its jitter is drawn from it. Left out, it is chance.
    None: it is there, and was not to be replaced.
    """
    drawn = number or uuid.uuid4()
    for _ in range(TRIES_MAX):
        now = await store.now()
        there = await store.get_schedule(workflow, name)
        fresh = Schedule(drawn, workflow, name, unit, arguments, _anchored(plan, now, None), priority=priority)
        if there is None:
            begun = armed(msgspec.structs.replace(fresh, due=first(fresh.plan, now), since=now - MARGIN_US), now)
            if await store.write_schedule(ScheduleWrite(begun, None)):
                return begun
        elif there.state is ScheduleState.DELETED:
            anew = msgspec.structs.replace(fresh, id=there.id, due=first(fresh.plan, now), since=there.since)
            if await _write(store, there, Step(armed(anew, now))):
                return anew
        elif not replace:
            return None
        else:
            changed = msgspec.structs.replace(
                there, unit=unit, arguments=arguments, plan=_anchored(plan, now, there), priority=priority
            )
            if changed.due is None:
                changed = msgspec.structs.replace(changed, due=first(changed.plan, now))
            if await _write(store, there, await _taken_up(store, changed, now, ScheduleEvent.REGISTERED)):
                return changed
    raise Contended(f"schedule {name!r} of workflow {workflow!r} is changed by others all the time; try again")


def _anchored(plan: Plan, now: Instant, there: Schedule | None) -> Plan:
    """Intervals count from the first fire, which is one interval from now; or from the next one of what was there."""
    if plan.every_us is None:
        return plan
    kept = there.due if there is not None else None
    return msgspec.structs.replace(plan, anchor=now + plan.every_us if kept is None else kept)


async def pause(store: Store, workflow: str, name: str) -> bool:
    """Let it fire no more until it is resumed. False: there is none."""

    async def paused(schedule: Schedule, now: Instant) -> Step:
        return Step(move(schedule, ScheduleEvent.PAUSED, now))

    return await _change(store, workflow, name, paused)


async def resume(store: Store, workflow: str, name: str) -> bool:
    """Let it fire again; if an instant has passed meanwhile, once at once. False: there is none."""

    async def resumed(schedule: Schedule, now: Instant) -> Step:
        if schedule.state is ScheduleState.ACTIVE:
            return Step(schedule)
        return await _taken_up(store, schedule, now, ScheduleEvent.RESUMED)

    return await _change(store, workflow, name, resumed)


async def delete(store: Store, workflow: str, name: str) -> bool:
    """Let it fire never again. Its runs go on. False: there is none."""

    async def deleted(schedule: Schedule, now: Instant) -> Step:
        return Step(move(schedule, ScheduleEvent.DELETED, now))

    return await _change(store, workflow, name, deleted)


async def trigger(store: Store, workflow: str, name: str) -> str | None:
    """Start a run of it now, paused or not, whatever else goes on. Its id; None: there is no such schedule."""
    key = None

    async def triggered(schedule: Schedule, now: Instant) -> Step:
        nonlocal key
        key = trigger_key(name, now)
        return Step(msgspec.structs.replace(schedule, fired_at=now, last_key=key))

    found = await _change(store, workflow, name, triggered, lambda step: [key] if key else [])
    return key if found else None


async def backfill(store: Store, workflow: str, name: str, start: Instant, end: Instant) -> list[str] | None:
    """Start the runs of all instants from `start` to `end`, both included. An instant that has its run keeps it.

    The ids, in order; None: there is no such schedule.
    """
    schedule = await _existing(store, workflow, name)
    if schedule is None:
        return None
    keys = [key_of(name, instant) for instant in _between(schedule, start, end)]
    for begin in range(0, len(keys), BACKFILL_BATCH):
        if not await _start(store, workflow, name, keys[begin : begin + BACKFILL_BATCH]):
            return keys[:begin]  # it was deleted meanwhile
    return keys


async def _start(store: Store, workflow: str, name: str, keys: list[str]) -> bool:
    async def unchanged(schedule: Schedule, now: Instant) -> Step:
        return Step(schedule)

    return await _change(store, workflow, name, unchanged, lambda _: keys)


def _between(schedule: Schedule, start: Instant, end: Instant) -> list[Instant]:
    rhythm = rhythm_of(schedule.plan)
    found: list[Instant] = []
    if schedule.plan.every_us is not None:  # those before its first fire count, too
        steps = max(0, -(-(schedule.plan.anchor - start) // schedule.plan.every_us))
        earlier = schedule.plan.anchor - steps * schedule.plan.every_us
        rhythm = rhythm_of(msgspec.structs.replace(schedule.plan, anchor=earlier))
    instant = rhythm.after(start - 1)
    while instant is not None and instant <= end:
        if len(found) == BACKFILL_MAX:
            raise TooMuch(
                f"schedule {schedule.name!r} has more than {BACKFILL_MAX} instants from {written(start)} to "
                f"{written(end)}; fill them in parts"
            )
        found.append(instant)
        instant = rhythm.after(instant)
    return found


async def fire(store: Store, schedule: Schedule, now: Instant) -> list[str]:
    """Do what is due of a schedule as it was read: the ids of the runs that were started. One that stands elsewhere by
    now is somebody else's."""
    step = look(schedule, now, await _busy(store, schedule))
    if not await _write(store, schedule, step):
        return []
    return [key_of(schedule.name, instant) for instant in step.fires]


# --- how a row is written ---

How = Callable[[Schedule, Instant], Awaitable[Step]]
Keys = Callable[[Step], list[str]]


async def _change(store: Store, workflow: str, name: str, how: How, keys: Keys | None = None) -> bool:
    for _ in range(TRIES_MAX):
        schedule = await _existing(store, workflow, name)
        if schedule is None:
            return False
        step = await how(schedule, await store.now())
        more = keys(step) if keys is not None else []
        if step == Step(schedule) and not more:
            return True  # it stands so already
        if await _write(store, schedule, step, more):
            return True
    raise Contended(f"schedule {name!r} of workflow {workflow!r} is changed by others all the time; try again")


async def _existing(store: Store, workflow: str, name: str) -> Schedule | None:
    schedule = await store.get_schedule(workflow, name)
    return None if schedule is None or schedule.state is ScheduleState.DELETED else schedule


async def _taken_up(store: Store, schedule: Schedule, now: Instant, event: ScheduleEvent) -> Step:
    """It goes on; what a paused one has missed comes to one fire."""
    was_paused = schedule.state is ScheduleState.PAUSED
    active = move(schedule, event, now)
    if not was_paused or active.due is None or active.look_at is None or active.look_at > now:
        return Step(active)
    return look(active, now, await _busy(store, active), once=True)


async def _busy(store: Store, schedule: Schedule) -> bool:
    if not asks_whether_busy(schedule):
        return False
    return bool(await store.runs_of_schedule(schedule.workflow, schedule.name, schedule.since, 1))


async def _write(store: Store, read: Schedule, step: Step, more: list[str] | None = None) -> bool:
    row = step.schedule
    cancels: list[RunRef] = []
    keys = [key_of(row.name, instant) for instant in step.fires] + (more or [])
    if keys:
        open_runs = await store.runs_of_schedule(row.workflow, row.name, row.since, CANCELS_MAX)
        since = (open_runs[0][1] if open_runs else await store.now()) - MARGIN_US
        row = msgspec.structs.replace(row, since=max(row.since, since))
        if step.cancels:
            ours = [await store.find_run(row.workflow, key) for key in keys]  # one that was filled in before
            cancels = [ref for ref, _ in open_runs if ref not in ours]
    return await store.write_schedule(
        ScheduleWrite(
            row,
            read.revision,
            {key: os.urandom(16) for key in keys},
            tuple(cancels),
            f"schedule {row.name!r} starts the next run",
        )
    )
