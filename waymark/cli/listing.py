"""`waymark runs list`, `waymark workflows` and `waymark workers`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from waymark.client import Client
from waymark.runtime.model import NEVER, Status
from waymark.runtime.people import Cursor, EngineStanding, RunQuery, RunRow, WorkflowRow

from .errors import UsageError
from .opened import asked
from .tables import print_json, print_table, seconds, time_of

_AGO = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def list_runs(
    workflow: str | None,
    statuses: Sequence[str],
    tag: str | None,
    since: str | None,
    search: str | None,
    limit: int,
    after: str | None,
    *,
    as_json: bool,
) -> int:
    query = RunQuery(
        workflow=workflow,
        statuses=frozenset(map(_status, statuses)),
        tag=tag,
        since=None if since is None else instant_since(since, datetime.now(UTC)),
        text=search,
    )
    cursor = None if after is None else Cursor.of(after)

    async def ask(client: Client) -> Sequence[RunRow]:
        return await client.store.list_runs(query, limit + 1, cursor)

    rows = asked(ask)
    more = str(rows[limit - 1].cursor) if len(rows) > limit else None
    rows = rows[:limit]
    if as_json:
        print_json({"runs": [run_as_json(row) for row in rows], "after": more})
        return 0
    columns = ("id", "workflow", "status", "started", "took, or wakes", "says")
    print_table(columns, [_cells(row) for row in rows], "no runs")
    if more is not None:
        print(f"more: --after {shlex.quote(more)}")
    return 0


def list_workflows(*, as_json: bool) -> int:
    async def ask(client: Client) -> Sequence[WorkflowRow]:
        return await client.store.list_workflows()

    rows = asked(ask)
    if as_json:
        print_json([{"workflow": e.workflow, "unit": e.unit.hex(), "last_start": time_of(e.last_start)} for e in rows])
    else:
        cells = [(each.workflow, each.unit.hex()[:12], time_of(each.last_start)) for each in rows]
        print_table(("workflow", "program", "last start"), cells, "nobody has started a run here")
    return 0


def list_workers(*, as_json: bool) -> int:
    async def ask(client: Client) -> Sequence[EngineStanding]:
        return await client.store.list_engines()

    rows = asked(ask)
    if as_json:
        print_json([_engine_as_json(each) for each in rows])
    else:
        columns = ("kind", "id", "host", "pid", "lives", "partitions", "slots", "actions", "seen")
        print_table(
            columns, [_engine_cells(each) for each in rows], "nobody executes runs here: `waymark start-workers` does"
        )
    return 0 if any(each.alive for each in rows) else 1


def instant_since(text: str, now: datetime) -> int:
    """`15m`, `2h`, `3d` ago, or a date and time; UTC, unless it says otherwise."""
    found = _AGO.fullmatch(text)
    if found is not None:
        at = now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    else:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"--since takes 15m, 2h, 3d, or a time such as 2027-01-31T12:00, not {text!r}") from None
        at = at if at.utcoffset() is not None else at.replace(tzinfo=UTC)
    return (at - _EPOCH) // timedelta(microseconds=1)


def run_as_json(row: RunRow) -> dict[str, object]:
    return {
        "id": row.key,
        "workflow": row.workflow,
        "run": str(row.ref.run),
        "status": row.status.value,
        "says": row.status_text,
        "priority": row.priority,
        "tags": list(row.tags),
        "created_at": time_of(row.created_at),
        "started_at": time_of(row.started_at),
        "finished_at": time_of(row.finished_at),
        "wakes_at": None if row.wake_at == NEVER else time_of(row.wake_at),
        "parent": None if row.parent is None else str(row.parent),
        "schedule": row.schedule,
        "program": row.unit.hex(),
        "reason": row.reason,
        "error_type": row.error_type,
        "error": row.error_text,
    }


def _cells(row: RunRow) -> tuple[str | None, ...]:
    wakes = None if row.wake_at in (None, NEVER) or row.finished_at is not None else time_of(row.wake_at)
    took = wakes or seconds(row.created_at, row.finished_at)
    failed = f"{row.error_type}: {row.error_text}" if row.error_type else None
    return (
        row.key,
        row.workflow,
        row.status.value,
        time_of(row.created_at),
        took,
        failed or row.reason or row.status_text,
    )


def _engine_cells(row: EngineStanding) -> tuple[object, ...]:
    lives = "yes" if row.alive else "no"
    names = ", ".join(row.actions)
    return (
        row.kind,
        row.id,
        row.host,
        row.pid,
        lives,
        row.partitions or "",
        row.slots or "",
        names,
        time_of(row.seen_at),
    )


def _engine_as_json(row: EngineStanding) -> dict[str, object]:
    return {
        "kind": row.kind,
        "id": str(row.id),
        "host": row.host,
        "pid": row.pid,
        "lives": row.alive,
        "partitions": row.partitions,
        "slots": row.slots,
        "actions": list(row.actions),
        "seen_at": time_of(row.seen_at),
    }


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise UsageError(f"--status takes {', '.join(each.value for each in Status)}, not {text!r}") from None
