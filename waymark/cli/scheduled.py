"""What `waymark schedules ...` does: on schedules of any project, whose workflows are not imported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from waymark.client import Client
from waymark.exceptions import ScheduleNotFoundError, WaymarkError
from waymark.runtime import scheduling
from waymark.runtime.machines.instants import lateness, rhythm_of
from waymark.runtime.ports import Store
from waymark.runtime.schedules import EPOCH, Schedule, ScheduleState
from waymark.schedule import SHOWN, ScheduleInfo, info_of

from .errors import UsageError, fail
from .opened import asked
from .tables import print_json, print_table, time_of

STEERING: dict[str, Callable[[Store, str, str], Awaitable[bool]]] = {
    "pause": scheduling.pause,
    "resume": scheduling.resume,
    "delete": scheduling.delete,
}


def list_all(status: str | None, *, as_json: bool) -> int:
    if status is not None and status not in [state.value for state in ScheduleState]:
        known = ", ".join(state.value for state in ScheduleState)
        raise UsageError(f"--status takes {known}, not {status!r}")
    states = SHOWN if status is None else (ScheduleState(status),)

    async def ask(client: Client) -> Sequence[Schedule]:
        return await client.store.list_schedules(states)

    rows = asked(ask)
    if as_json:
        print_json([_as_json(row) for row in rows])
    else:
        columns = ("name", "workflow", "when", "status", "next", "last", "last run")
        print_table(columns, [_cells(row) for row in rows], "no schedules")
    return 0


def show_one(name: str, count: int, *, as_json: bool) -> int:
    row = asked(lambda client: _named(client.store, name))
    following = [time_of(instant) for instant in _following(row, count)]
    if as_json:
        print_json(_as_json(row) | {"following": following})
        return 0
    info = info_of(row)
    said = [
        ("name", info.schedule_name),
        ("workflow", info.workflow_name),
        ("status", info.status),
        ("when", _when(info)),
        ("overlap", info.overlap),
        ("catch-up", info.catch_up),
        ("priority", info.priority),
        ("last run", f"{row.last_key}, {time_of(row.fired_at)}" if row.last_key else "none"),
        ("registered", time_of(row.created_at)),
        ("changed", time_of(row.updated_at)),
        ("program", row.unit.hex()[:12]),
    ]
    for what, value in said:
        print(f"{what:<11}{value}")
    for number, at in enumerate(following):
        print(f"{'then' if number else 'next':<11}{at}")
    return 0


def steer(names: Sequence[str], how: str, done: str, *, as_json: bool) -> int:
    """Each that is there, and a word on those that are not; then the exit code is 1."""
    told: list[dict[str, str]] = []

    async def ask(client: Client) -> int:
        code = 0
        for name in names:
            try:
                row = await _named(client.store, name)
                await STEERING[how](client.store, row.workflow, row.name)
            except WaymarkError as error:
                code = fail(str(error))
                told.append({"schedule": name, "error": str(error)})
                continue
            told.append({"schedule": name, "workflow": row.workflow, "schedule_name": row.name, "status": done})
            if not as_json:
                print(f"{row.workflow}/{row.name} is {done}")
        return code

    code = asked(ask)
    if as_json:
        print_json(told)
    return code


def trigger_one(name: str, *, as_json: bool) -> int:
    async def ask(client: Client) -> tuple[str, str]:
        row = await _named(client.store, name)
        key = await scheduling.trigger(client.store, row.workflow, row.name)
        if key is None:
            raise _unknown(name)
        return row.workflow, key

    workflow, key = asked(ask)
    if as_json:
        print_json({"workflow": workflow, "id": key})
    else:
        print(key)
    return 0


def backfill_one(name: str, start: str, end: str, *, as_json: bool) -> int:
    first, last = _instant("--from", start), _instant("--to", end)
    if first > last:
        raise UsageError(f"--from {start} is later than --to {end}")

    async def ask(client: Client) -> tuple[str, list[str]]:
        row = await _named(client.store, name)
        keys = await scheduling.backfill(client.store, row.workflow, row.name, first, last)
        if keys is None:
            raise _unknown(name)
        return row.workflow, keys

    workflow, keys = asked(ask)
    if as_json:
        print_json({"workflow": workflow, "ids": keys})
    else:
        print("\n".join(keys) if keys else "the schedule has no instants in that time")
    return 0


async def _named(store: Store, name: str) -> Schedule:
    """The schedule of a name, or of WORKFLOW/NAME."""
    rows = await store.list_schedules(SHOWN)
    found = [row for row in rows if name in (f"{row.workflow}/{row.name}", row.name)]
    if len(found) > 1:
        choices = " or ".join(f"{row.workflow}/{row.name}" for row in found)
        raise WaymarkError(f"{len(found)} schedules are called {name!r}: say {choices}")
    if not found:
        raise _unknown(name)
    return found[0]


def _unknown(name: str) -> ScheduleNotFoundError:
    return ScheduleNotFoundError(f"there is no schedule {name!r}; `waymark schedules list` says which ones there are")


def _instant(option: str, text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} takes a time such as 2027-01-31T12:00, not {text!r}") from None
    at = at if at.utcoffset() is not None else at.replace(tzinfo=UTC)
    return (at - EPOCH) // timedelta(microseconds=1)


def _following(row: Schedule, count: int) -> list[int]:
    """When it fires next, jitter included."""
    found: list[int] = []
    due = row.due if row.state is ScheduleState.ACTIVE else None
    while due is not None and len(found) < count:
        found.append(due + lateness(row.id, due, row.plan.jitter_us))
        due = rhythm_of(row.plan).after(due)
    return found


def _when(info: ScheduleInfo) -> str:
    late = f", late by up to {timedelta(seconds=info.jitter_seconds)}" if info.jitter_seconds else ""
    if info.interval_seconds is not None:
        return f"every {timedelta(seconds=info.interval_seconds)}{late}"
    return f"{info.cron_expression} ({info.timezone}){late}"


def _cells(row: Schedule) -> tuple[Any, ...]:
    info = info_of(row)
    following = time_of(next(iter(_following(row, 1)), None)) or "never"
    return (
        row.name,
        row.workflow,
        _when(info),
        info.status,
        following if row.state is ScheduleState.ACTIVE else "",
        time_of(row.fired_at),
        row.last_key,
    )


def _as_json(row: Schedule) -> dict[str, Any]:
    said = asdict(info_of(row))
    said |= {
        "next_run_at": time_of(next(iter(_following(row, 1)), None)),
        "last_run_at": time_of(row.fired_at),
        "created_at": time_of(row.created_at),
        "updated_at": time_of(row.updated_at),
    }
    if isinstance(said["catch_up"], timedelta):
        said["catch_up"] = said["catch_up"].total_seconds()
    return said
