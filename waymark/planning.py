"""What is given to make a schedule, checked before anything is asked of the database."""

from __future__ import annotations

import difflib
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from waymark.runtime.machines.instants import rhythm_of
from waymark.runtime.schedules import EPOCH, WHENEVER, Overlap, Plan
from waymark.vm.surface import Instant

from .exceptions import BadOption
from .workflow import Workflow

MICROSECOND = timedelta(microseconds=1)
LEAST_INTERVAL = timedelta(seconds=1)


def checked_class(kind: type[Workflow]) -> type[Workflow]:
    if not (isinstance(kind, type) and issubclass(kind, Workflow)):
        raise BadOption(f"a schedule is of a workflow class, and {kind!r} is none")
    return kind


def checked_name(name: str) -> str:
    if not isinstance(name, str):
        raise BadOption(f"schedule_name is a text, and not {name!r}")
    if not name.strip():
        raise BadOption("schedule_name is empty; give the schedule a name, such as 'nightly'")
    return name


def checked_inputs(inputs: Mapping[str, Any] | None) -> dict[str, Any]:
    if inputs is None:
        return {}
    if not isinstance(inputs, Mapping) or not all(isinstance(name, str) for name in inputs):
        raise BadOption(f"inputs are the arguments of run() by name, such as {{'day': 7}}, and not {inputs!r}")
    return dict(inputs)


def plan_of(
    schedule: str | timedelta,
    jitter: timedelta | None,
    zone: str | tzinfo | None,
    overlap: Overlap,
    catch_up: str | timedelta | None,
) -> Plan:
    if not (jitter is None or isinstance(jitter, timedelta)):
        raise BadOption(f"jitter is a timedelta, and not {jitter!r}")
    if jitter is not None and jitter < timedelta(0):
        raise BadOption(f"jitter is {jitter!r}; it makes runs late, so it cannot be negative")
    more = {"jitter_us": (jitter or timedelta(0)) // MICROSECOND, "overlap": overlap, "catch_up_us": _window(catch_up)}
    if isinstance(schedule, timedelta):
        if schedule < LEAST_INTERVAL:
            raise BadOption(f"schedule is {schedule!r}; the time between two runs is a second at least")
        if zone is not None:
            raise BadOption("an interval is the same in every time zone: leave out timezone, or use a cron expression")
        return Plan(every_us=schedule // MICROSECOND, **more)  # type: ignore[arg-type]
    if not isinstance(schedule, str):
        raise BadOption(f"schedule is a cron expression or a timedelta, and not {schedule!r}")
    plan = Plan(cron=schedule, zone=_zone(zone), **more)  # type: ignore[arg-type]
    rhythm_of(plan)  # BadCron shows the field
    return plan


def _zone(zone: str | tzinfo | None) -> str:
    if zone is None or zone is UTC:
        return "UTC"
    key = zone if isinstance(zone, str) else getattr(zone, "key", None)
    if not isinstance(key, str):
        raise BadOption(f"timezone is the name of a zone, such as 'Europe/Berlin', or a ZoneInfo, and not {zone!r}")
    try:
        zoneinfo.ZoneInfo(key)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(key, zoneinfo.available_timezones(), 1)
        meant = f"; did you mean {near[0]!r}?" if near else "; names are like 'Europe/Berlin'"
        raise BadOption(f"there is no time zone {key!r}{meant}") from None
    return key


def overlap_of(overlap: str | Overlap | None, allow_duplicate: bool) -> Overlap:
    if overlap is None:
        return Overlap.ALLOW if allow_duplicate else Overlap.SKIP
    try:
        chosen = Overlap(overlap)
    except ValueError:
        names = ", ".join(repr(each.value) for each in Overlap)
        raise BadOption(f"overlap is one of {names}, and not {overlap!r}") from None
    if allow_duplicate and chosen is not Overlap.ALLOW:
        raise BadOption(f"allow_duplicate=True and overlap={chosen.value!r} contradict each other; give only overlap")
    return chosen


def _window(catch_up: str | timedelta | None) -> int | None:
    match catch_up:
        case None | "latest":
            return None
        case "none":
            return 0
        case "all":
            return WHENEVER
        case timedelta() if catch_up >= timedelta(0):
            return min(catch_up // MICROSECOND, WHENEVER)
    raise BadOption(f"catch_up is 'latest', 'all', 'none' or a timedelta that is not negative, and not {catch_up!r}")


def instant_of(what: str, at: datetime) -> Instant:
    if not isinstance(at, datetime):
        raise BadOption(f"{what} is a datetime, and not {at!r}")
    if at.utcoffset() is None:
        raise BadOption(f"{what}, {at.isoformat()}, has no time zone; add one: datetime(..., tzinfo=UTC)")
    return (at - EPOCH) // MICROSECOND
