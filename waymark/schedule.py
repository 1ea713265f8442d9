"""Schedules: a workflow that starts by itself, every so often or when a cron expression says.

    await schedule_workflow(Report, schedule_name="nightly", schedule="30 2 * * *", timezone="Europe/Berlin")

A schedule lives in the database and belongs to its workflow, which may have several under different names. Workers fire
it; the id of a run that it starts is `NAME@INSTANT`. docs/scheduling.md has everything in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from waymark.runtime import scheduling
from waymark.runtime.machines.instants import lateness
from waymark.runtime.schedules import EPOCH, WHENEVER, Overlap, Schedule, ScheduleState
from waymark.vm.surface import Instant
from waymark.vm.wire import encode_value

from .default import default_client
from .exceptions import BadOption, ScheduleAlreadyExistsError, ScheduleNotFoundError
from .planning import MICROSECOND, checked_class, checked_inputs, checked_name, instant_of, overlap_of, plan_of
from .workflow import Workflow, compiled_of

if TYPE_CHECKING:
    from waymark.runtime.ports import Store

SHOWN = (ScheduleState.ACTIVE, ScheduleState.PAUSED)

OverlapName = Literal["skip", "buffer_one", "allow", "cancel_previous"]
CatchUpName = Literal["latest", "all", "none"]


@dataclass(frozen=True)
class ScheduleInfo:
    """A schedule as it stands.

    Example:
        nightly, often = await list_schedules()
        assert (nightly.cron_expression, nightly.timezone) == ("30 2 * * *", "Europe/Berlin")
        assert (often.interval_seconds, often.status) == (300, "active")
    """

    id: str
    workflow_name: str
    schedule_name: str
    schedule_type: Literal["cron", "interval"]
    cron_expression: str | None
    interval_seconds: float | None
    jitter_seconds: float
    status: Literal["active", "paused", "deleted"]
    next_run_at: datetime | None  # of one that is paused: where it stood, and not when it fires
    last_run_at: datetime | None
    last_instance_id: str | None
    created_at: datetime
    updated_at: datetime
    allow_duplicate: bool
    priority: int
    timezone: str
    overlap: OverlapName
    catch_up: CatchUpName | timedelta


async def schedule_workflow(
    workflow_cls: type[Workflow],
    *,
    schedule_name: str,
    schedule: str | timedelta,
    jitter: timedelta | None = None,
    inputs: Mapping[str, Any] | None = None,
    priority: int | None = None,
    allow_duplicate: bool = False,
    timezone: str | tzinfo | None = None,
    overlap: OverlapName | Overlap | None = None,
    catch_up: CatchUpName | timedelta | None = None,
    replace: bool = True,
) -> str:
    """Let a workflow start by itself, and return the schedule's id. A name that is taken is changed in place: it is
    active then, and its next fire stays where it was.

    `schedule` is a cron expression of five fields, or of six with the seconds first, or the time between two runs.
    `jitter`: each run is late by up to so much. `inputs`: arguments of `run()`, by name. `timezone`: whose clock a cron
    expression means, by default UTC.

    `overlap` says what becomes of a fire while a run of the schedule goes on: "skip" it (the default), "buffer_one": it
    waits, "allow" both (as `allow_duplicate=True` does), or "cancel_previous". `catch_up` says which of the fires that
    nobody was there for are made up for: the "latest" (the default), "all", "none", or those of the last timedelta.

    With `replace=False` a name that is taken is a ScheduleAlreadyExistsError.

    Example:
        await schedule_workflow(Report, schedule_name="nightly", schedule="30 2 * * *", timezone="Europe/Berlin")
        await schedule_workflow(Report, schedule_name="often", schedule=timedelta(minutes=5), overlap="buffer_one")
    """
    name = checked_name(schedule_name)
    compiled = compiled_of(checked_class(workflow_cls))
    plan = plan_of(schedule, jitter, timezone, overlap_of(overlap, allow_duplicate), catch_up)
    if not (priority is None or isinstance(priority, int)):
        raise BadOption(f"priority is a whole number, and not {priority!r}")
    arguments = compiled.bind(workflow_cls(), (), checked_inputs(inputs))
    client = await default_client()
    store = await client.with_program(compiled)
    registered = await scheduling.register(
        store,
        workflow=compiled.name,
        name=name,
        unit=compiled.entry,
        arguments=encode_value(arguments, "inputs"),
        plan=plan,
        priority=priority or 0,
        replace=replace,
    )
    if registered is None:
        raise ScheduleAlreadyExistsError(
            f"workflow {compiled.name!r} has a schedule {name!r} already; leave out replace=False to change it"
        )
    return str(registered.id)


async def pause_schedule(workflow_cls: type[Workflow], *, schedule_name: str) -> bool:
    """Let it fire no more until it is resumed; runs that it started go on. Whether there is such a schedule.

    Example:
        assert await pause_schedule(Report, schedule_name="nightly")
    """
    workflow, name = _named(workflow_cls, schedule_name)
    return await scheduling.pause(await _store(), workflow, name)


async def resume_schedule(workflow_cls: type[Workflow], *, schedule_name: str) -> bool:
    """Let it fire again. What it missed is not made up for, but for one run at once if its time has passed.

    Example:
        assert await resume_schedule(Report, schedule_name="nightly")
    """
    workflow, name = _named(workflow_cls, schedule_name)
    return await scheduling.resume(await _store(), workflow, name)


async def delete_schedule(workflow_cls: type[Workflow], *, schedule_name: str) -> bool:
    """Let it fire never again; runs that it started go on. Whether there was such a schedule.

    Example:
        assert await delete_schedule(Report, schedule_name="often")
    """
    workflow, name = _named(workflow_cls, schedule_name)
    return await scheduling.delete(await _store(), workflow, name)


async def trigger_schedule(workflow_cls: type[Workflow], *, schedule_name: str) -> str:
    """Start a run of it now, with its inputs, also while it is paused and whatever else runs. The run's id.

    Example:
        run = await trigger_schedule(Report, schedule_name="nightly")
        assert await Report.handle(run).result() == 7
    """
    workflow, name = _named(workflow_cls, schedule_name)
    key = await scheduling.trigger(await _store(), workflow, name)
    if key is None:
        raise _unknown(workflow, name)
    return key


async def backfill_schedule(
    workflow_cls: type[Workflow], *, schedule_name: str, start: datetime, end: datetime
) -> list[str]:
    """Start the runs of all its instants from `start` to `end`, both included, at once. The ids, in order.

    An instant that has its run already keeps it, so filling twice is harmless.

    Example:
        start = datetime(2027, 1, 1, tzinfo=UTC)
        runs = await backfill_schedule(Report, schedule_name="nightly", start=start, end=start + timedelta(days=1))
        assert runs == ["nightly@2027-01-01T01:30:00Z"]
    """
    workflow, name = _named(workflow_cls, schedule_name)
    first, last = instant_of("start", start), instant_of("end", end)
    if first > last:
        raise BadOption(f"start, {start.isoformat()}, is later than end, {end.isoformat()}")
    keys = await scheduling.backfill(await _store(), workflow, name, first, last)
    if keys is None:
        raise _unknown(workflow, name)
    return keys


async def list_schedules(status_filter: str | None = None) -> list[ScheduleInfo]:
    """Schedules of all workflows, by workflow and name: those that are "active", "paused" or "deleted"; without a
    filter, the first two.

    Example:
        assert [info.schedule_name for info in await list_schedules("active")] == ["nightly", "often"]
    """
    try:
        states = SHOWN if status_filter is None else (ScheduleState(status_filter),)
    except ValueError:
        raise BadOption(
            f"status_filter is one of {', '.join(repr(state.value) for state in ScheduleState)}, or None, and not "
            f"{status_filter!r}"
        ) from None
    return [info_of(row) for row in await (await _store()).list_schedules(states)]


def info_of(row: Schedule) -> ScheduleInfo:
    """A row as people read it."""
    plan = row.plan
    due = None if row.due is None else row.due + lateness(row.id, row.due, plan.jitter_us)
    return ScheduleInfo(
        id=str(row.id),
        workflow_name=row.workflow,
        schedule_name=row.name,
        schedule_type="interval" if plan.cron is None else "cron",
        cron_expression=plan.cron,
        interval_seconds=None if plan.every_us is None else _seconds(plan.every_us),
        jitter_seconds=_seconds(plan.jitter_us),
        status=row.state.value,
        next_run_at=None if row.state is ScheduleState.DELETED else _datetime(due),
        last_run_at=_datetime(row.fired_at),
        last_instance_id=row.last_key,
        created_at=EPOCH + row.created_at * MICROSECOND,
        updated_at=EPOCH + row.updated_at * MICROSECOND,
        allow_duplicate=plan.overlap is Overlap.ALLOW,
        priority=row.priority,
        timezone=plan.zone,
        overlap=plan.overlap.value,
        catch_up=_shown_catch_up(plan.catch_up_us),
    )


async def _store() -> Store:
    return await (await default_client()).opened()


def _seconds(microseconds: int) -> float:
    """A whole number where it is one."""
    return microseconds // 1_000_000 if microseconds % 1_000_000 == 0 else microseconds / 1e6


def _datetime(instant: Instant | None) -> datetime | None:
    return None if instant is None else EPOCH + instant * MICROSECOND


def _shown_catch_up(window_us: int | None) -> CatchUpName | timedelta:
    if window_us is None:
        return "latest"
    if window_us == 0:
        return "none"
    return "all" if window_us == WHENEVER else window_us * MICROSECOND


def _named(workflow_cls: type[Workflow], schedule_name: str) -> tuple[str, str]:
    return checked_class(workflow_cls).short_name(), checked_name(schedule_name)


def _unknown(workflow: str, name: str) -> ScheduleNotFoundError:
    return ScheduleNotFoundError(
        f"workflow {workflow!r} has no schedule {name!r}; list_schedules() says which ones there are"
    )
