"""Cron expressions: when they fire, in a time zone whose clocks are set forward and back.

    minute hour day month weekday             with five fields
    second minute hour day month weekday      with six

cronsim knows what the fields mean; the rule of the clocks is ours, and the same for five and six fields. An expression
that names hours *and* minutes ("30 2 * * *") means a time of the day: it fires once a day, and on a day whose clocks
skip that time, when they have. Any other ("*/15 * * * *") means the clock as it runs: a repeated hour has its instants
twice, a skipped one has none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from cronsim.cronsim import Field

from waymark.stdlib.problems import WaymarkError
from waymark.vm.surface import Instant

FIELDS = ("second", "minute", "hour", "day", "month", "weekday")
TAKES = {
    "second": "0 to 59",
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day": "1 to 31, L (the last day of the month) or LW (the last weekday)",
    "month": "1 to 12 or JAN to DEC",
    "weekday": "0 to 7 or SUN to SAT (0 and 7 are Sunday), 5L (the last Friday) or 5#3 (the third)",
}
ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_US = 1_000_000
LAST_YEAR = 9900  # no instant is looked for beyond it


class BadCron(WaymarkError, ValueError):
    """The cron expression cannot be read, or never fires. The text shows the field."""


class Cron:
    """The instants of an expression in a zone. Raises BadCron, also for one that never fires."""

    def __init__(self, expression: str, zone: str = "UTC") -> None:
        self._text = fields_of(expression)
        self.zone = ZoneInfo(zone)
        minute, hour = self._text.split()[-5:-3]
        self._of_the_day = not (minute.startswith("*") or hour.startswith("*"))

    def after(self, instant: Instant) -> Instant | None:
        """The first one later than this; None if there is none within fifty years."""
        start = EPOCH + timedelta(microseconds=instant)
        if start.year > LAST_YEAR:
            return None
        return self._time_of_day_after(start) if self._of_the_day else self._as_clocks_run(start)

    def _time_of_day_after(self, start: datetime) -> Instant | None:
        """By the clock on the wall, which may have shown this very time already when it was set back."""
        wall = start.astimezone(self.zone).replace(tzinfo=None)
        for found in CronSim(self._text, wall):
            instant = _instant_of(_first_existing(found.replace(tzinfo=self.zone)))
            if instant > _instant_of(start):
                return instant
        return None

    def _as_clocks_run(self, start: datetime) -> Instant | None:
        """Between two changes of the clock the wall shows UTC and a number."""
        while True:
            offset = start.astimezone(self.zone).utcoffset() or timedelta(0)
            found = next(CronSim(self._text, (start + offset).replace(tzinfo=None)), None)
            if found is None:
                return None
            at = found.replace(tzinfo=UTC) - offset
            change = _change(self.zone, start, at)
            if change is None:
                return _instant_of(at)
            shown = (change + (change.astimezone(self.zone).utcoffset() or timedelta(0))).replace(tzinfo=None)
            if next(CronSim(self._text, shown - timedelta(seconds=1)), None) == shown:
                return _instant_of(change)
            start = change


def _change(zone: ZoneInfo, start: datetime, end: datetime) -> datetime | None:
    """The first moment in (start, end] at which the clocks of the zone are set, to a second."""
    step = timedelta(days=1)  # nowhere are they set twice within a day
    while start < end:
        near = min(start + step, end)
        if near.astimezone(zone).utcoffset() == start.astimezone(zone).utcoffset():
            start = near
        elif near - start > timedelta(seconds=1):
            step = (near - start) / 2
        else:
            return near.replace(microsecond=0)
    return None


def _first_existing(local: datetime) -> datetime:
    """The first of the two times that a repeated one is; of a time that is skipped, the moment after the gap."""
    if _exists(local):
        return local
    local = local.replace(second=0)
    while not _exists(local):
        local += timedelta(minutes=1)
    return local


def _exists(local: datetime) -> bool:
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def _instant_of(at: datetime) -> Instant:
    return (at.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def fields_of(expression: str) -> str:
    """The five or six fields. BadCron says which of them cannot be read."""
    text = ALIASES.get(expression.strip().lower(), expression)
    parts = text.split()
    if text.strip().startswith("@"):
        raise BadCron(f"the cron expression {expression!r} is unknown; the short ones are {', '.join(ALIASES)}")
    if len(parts) not in (5, 6):
        raise BadCron(
            f"the cron expression {expression!r} has {len(parts)} fields, and it takes five (minute hour day month "
            "weekday) or six (second first)"
        )
    for number, part in enumerate(parts, 6 - len(parts)):
        try:
            Field(number).parse(part.upper())
        except (CronSimError, AssertionError):  # some steps over L fail by an assertion of the package's own
            raise BadCron(_shown(parts, number)) from None
    line = " ".join(parts)
    try:
        first = next(CronSim(line, datetime(2000, 1, 1)), None)
    except CronSimError:
        first = None
    if first is None:
        raise BadCron(f"the cron expression {line!r} never fires: no such day comes within fifty years")
    return line


def _shown(parts: list[str], number: int) -> str:
    field, index = FIELDS[number], number - (6 - len(parts))
    before = len(" ".join(parts[:index])) + (index > 0)
    return (
        f"the {field} of the cron expression cannot be {parts[index]!r}\n"
        f"  {' '.join(parts)}\n"
        f"  {' ' * before}{'^' * len(parts[index])}\n"
        f"a {field} is {TAKES[field]}; also *, a list (1,2), a range (1-5), and a step (*/15)"
    )
