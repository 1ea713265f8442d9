"""Schedules against a plain reference that walks over every second, and two schedulers against each other."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from waymark.runtime import scheduling
from waymark.runtime.machines.cron import EPOCH, Cron
from waymark.runtime.machines.instants import lateness, latest, rhythm_of
from waymark.runtime.machines.schedules import CAUGHT_UP_MAX, GRACE_US, armed, look
from waymark.runtime.model import Batch, RunWrite, Status
from waymark.runtime.schedules import Overlap, Plan, Schedule, key_of
from waymark.runtime.store.memory import MemoryStore

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND

# When clocks are set, and two moments at which they are not.
CHANGES = [
    ("America/New_York", datetime(2027, 3, 14, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2027, 11, 7, 6, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2027, 10, 31, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, tzinfo=UTC)),  # by half an hour
    ("Australia/Lord_Howe", datetime(2027, 10, 2, 15, 30, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # a day that begins at one
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a day that there was not
    ("Asia/Kolkata", datetime(2027, 6, 1, tzinfo=UTC)),
    ("UTC", datetime(2027, 2, 28, 23, tzinfo=UTC)),
]


def numbers(least: int, most: int) -> st.SearchStrategy[str]:
    """A field that names numbers."""
    number = st.integers(least, most)
    return st.one_of(
        st.lists(number, min_size=1, max_size=4).map(lambda some: ",".join(map(str, some))),
        st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}"),
    )


def stars() -> st.SearchStrategy[str]:
    return st.one_of(st.just("*"), st.sampled_from([2, 3, 5, 7, 15, 20]).map(lambda step: f"*/{step}"))


minutes, hours = st.one_of(numbers(0, 59), stars()), st.one_of(numbers(0, 5), numbers(0, 23), stars(), stars())
days = st.one_of(st.just("*"), st.just("*"), numbers(1, 31))
weekdays = st.one_of(st.just("*"), st.just("*"), numbers(0, 6))


@st.composite
def expressions(draw: st.DrawFn) -> str:
    seconds = draw(st.one_of(st.just(""), st.sampled_from(["0 ", "30 ", "*/15 "])))
    return f"{seconds}{draw(minutes)} {draw(hours)} {draw(days)} * {draw(weekdays)}"


def members(field: str, least: int, most: int) -> set[int]:
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        begin, _, end = (f"{least}", "", f"{most}") if span == "*" else span.partition("-")
        found |= set(range(int(begin), int(end or begin) + 1)[:: int(step or 1)])
    return found


class Reference:
    """What an expression means, asked of each second of the clock on the wall."""

    def __init__(self, expression: str, zone: str) -> None:
        fields = expression.split()
        if len(fields) == 5:
            fields.insert(0, "0")
        bounds = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]
        self.sets = [members(field, *bound) for field, bound in zip(fields, bounds, strict=True)]
        self.both = fields[3].startswith("*") or fields[5].startswith("*")
        self.of_the_day = not (fields[1].startswith("*") or fields[2].startswith("*"))
        self.zone = ZoneInfo(zone)

    def means(self, wall: datetime) -> bool:
        seconds, minutes, hours, days, months, weekdays = self.sets
        on_day, on_weekday = wall.day in days, wall.isoweekday() % 7 in weekdays
        today = on_day and on_weekday if self.both else on_day or on_weekday
        return (
            wall.second in seconds and wall.minute in minutes and wall.hour in hours and wall.month in months and today
        )

    def between(self, start: datetime, end: datetime) -> list[datetime]:
        """Every instant in (start, end], one second after the other."""
        found = []
        # The times of the day that the wall has shown already: those are not meant a second time.
        highest = start.astimezone(self.zone).replace(tzinfo=None)
        at = start - timedelta(days=2)
        while at < start:
            at += timedelta(minutes=1)
            highest = max(highest, at.astimezone(self.zone).replace(tzinfo=None))
        at = start
        while at < end:
            at += timedelta(seconds=1)
            wall = at.astimezone(self.zone).replace(tzinfo=None)
            if not self.of_the_day:
                if self.means(wall):
                    found.append(at)
            elif wall > highest:
                # Usually one second further; where the clocks were set forward, all that they skipped comes now.
                skipped, step = False, highest + timedelta(seconds=1)
                while step <= wall:
                    skipped = skipped or self.means(step)
                    step += timedelta(seconds=1)
                if skipped:
                    found.append(at)
            highest = max(highest, wall)
        return found


@given(expressions(), st.sampled_from(CHANGES), st.integers(0, 4), st.integers(0, 3_599))
def test_a_cron_expression_has_the_instants_that_a_look_at_every_second_finds(
    expression: str, change: tuple[str, datetime], hour: int, second: int
) -> None:
    zone, at = change
    start = at - timedelta(hours=hour, seconds=second)
    end = start + timedelta(hours=6)
    cron, found = Cron(expression, zone), []
    instant = (start - EPOCH) // timedelta(microseconds=1)
    while (following := cron.after(instant)) is not None and EPOCH + timedelta(microseconds=following) <= end:
        instant = following
        found.append(EPOCH + timedelta(microseconds=instant))
    assert found == Reference(expression, zone).between(start, end)


plans = st.one_of(
    st.builds(
        Plan,
        every_us=st.sampled_from([SECOND, 7 * SECOND, MINUTE, 90 * MINUTE, 25 * 60 * MINUTE]),
        anchor=st.integers(0, DAY),
    ),
    st.builds(
        Plan,
        cron=st.sampled_from(
            ["* * * * *", "*/7 * * * *", "30 2 * * *", "15 1,13 * * 1-5", "0 0 1 * *", "*/20 * * * * *"]
        ),
        zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
    ),
)
policies = {
    "jitter_us": st.sampled_from([0, 3 * SECOND, 10 * MINUTE]),
    "overlap": st.sampled_from(Overlap),
    "catch_up_us": st.sampled_from([None, 0, 5 * MINUTE, DAY, 1 << 60]),
}
BEGIN = (datetime(2027, 3, 13, 20, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@given(plans, st.integers(0, 3 * DAY))
def test_the_latest_instant_is_the_last_that_the_next_ones_lead_to(plan: Plan, span: int) -> None:
    rhythm = rhythm_of(plan)
    first = rhythm.after(BEGIN)
    assert first is not None
    until, expected = first + span, first
    for _ in range(20_000):
        following = rhythm.after(expected)
        if following is None or following > until:
            assert latest(rhythm, first, until) == expected
            return
        expected = following
    assert expected < latest(rhythm, first, until) <= until


@given(
    plans, st.fixed_dictionaries(policies), st.lists(st.tuples(st.integers(0, DAY // 4), st.booleans()), max_size=12)
)
def test_looks_at_any_times_fire_what_a_plain_list_of_instants_says(
    plan: Plan, policy: dict[str, object], looks: list[tuple[int, bool]]
) -> None:
    """Whatever the times of the looks: each instant fires once at most, in order, never early, and is left out only
    for a reason that the plan names."""
    plan = msgspec.structs.replace(plan, **policy)
    rhythm, known = rhythm_of(plan), UUID(int=5)
    due = rhythm.after(BEGIN)
    schedule = armed(Schedule(known, "w", "s", b"", b"", plan, due=due), BEGIN)
    now, fired = BEGIN, []
    for pause_us, busy in looks:
        now += pause_us
        before, waited = schedule.due, schedule.waiting
        step = look(schedule, now, busy)
        schedule = step.schedule
        assert before is not None and schedule.due is not None

        passed, instant = [], before
        while instant is not None and instant < schedule.due and len(passed) < 30_000:
            passed.append(instant)
            instant = rhythm.after(instant)
        times = {each: each + lateness(known, each, plan.jitter_us) for each in passed}
        assert all(now >= at for at in times.values()), "never early"

        window = plan.catch_up_us
        if window is None:
            wanted = passed[-1:]
        else:
            wanted = [each for each in passed if now - times[each] <= max(window, GRACE_US)]
        queue = ([] if waited is None else [waited]) + wanted
        match plan.overlap:
            case Overlap.ALLOW:
                expected, waits = queue, None
            case Overlap.SKIP:
                expected, waits = ([] if busy else queue[:1]), None
            case Overlap.CANCEL_PREVIOUS:
                expected, waits = queue[-1:], None
            case Overlap.BUFFER_ONE:
                expected, waits = ([], (queue or [None])[0]) if busy else (queue[:1], (queue[1:] or [None])[0])
        assert list(step.fires) == expected
        assert schedule.waiting == waits
        fired += step.fires
        due_again = schedule.due + lateness(known, schedule.due, plan.jitter_us) <= now
        assert not due_again or len(wanted) == CAUGHT_UP_MAX, "all that is due is looked at"
    assert fired == sorted(set(fired)), "each once, in their order"


@given(st.data())
def test_schedulers_that_race_start_each_instant_once(data: st.DataObject) -> None:
    """Two who read and write in any order, with one who pauses, resumes and registers anew between them."""

    async def body() -> None:
        clock = [BEGIN]
        store = MemoryStore(lambda: clock[0])
        overlap = data.draw(st.sampled_from([Overlap.ALLOW, Overlap.SKIP, Overlap.ALLOW, Overlap.BUFFER_ONE]))
        said: dict[str, Any] = {
            "workflow": "w",
            "name": "s",
            "unit": b"",
            "arguments": b"",
            "plan": Plan(every_us=MINUTE, overlap=overlap),
        }
        await scheduling.register(store, **said)
        read: dict[int, Schedule | None] = {0: None, 1: None}
        started: list[str] = []
        for _ in range(data.draw(st.integers(1, 25))):
            clock[0] += data.draw(st.integers(0, 3 * MINUTE))
            what = data.draw(st.sampled_from(["read", "fire", "fire", "pause", "resume", "register", "end"]))
            who = data.draw(st.integers(0, 1))
            paused = (await store.get_schedule("w", "s")).look_at is None  # type: ignore[union-attr]
            match what:
                case "read":
                    found = next(iter(await store.due_schedules(range(256), clock[0], 1)), None)
                    read |= {who: found} if data.draw(st.booleans()) else {0: found, 1: found}
                case "fire" if (row := read[who]) is not None:
                    keys = await scheduling.fire(store, row, clock[0])
                    assert not (keys and paused), "it is paused"
                    started += keys
                    read[who] = None
                case "pause":
                    await scheduling.pause(store, "w", "s")
                case "resume":
                    before = await store.get_schedule("w", "s")
                    await scheduling.resume(store, "w", "s")
                    after = await store.get_schedule("w", "s")
                    assert before is not None and after is not None
                    if after.last_key != before.last_key and after.last_key is not None:
                        started.append(after.last_key)
                case "register":
                    before = await store.get_schedule("w", "s")
                    await scheduling.register(store, **said)
                    after = await store.get_schedule("w", "s")
                    assert before is not None and after is not None
                    if after.last_key != before.last_key and after.last_key is not None:
                        started.append(after.last_key)
                case "end":
                    await end_all(store)
            open_runs = await store.runs_of_schedule("w", "s", 0, 100)
            assert overlap is Overlap.ALLOW or len(open_runs) <= 1
        assert len(started) == len(set(started)), "each instant once"
        for key in started:
            assert await store.find_run("w", key) is not None

    asyncio.run(body())


async def end_all(store: MemoryStore) -> None:
    engine = UUID(int=9)
    fence = await store.acquire(engine, range(256), 1_000)
    for ref, _ in await store.runs_of_schedule("w", "s", 0, 100):
        await store.commit(Batch(engine, {ref.part: fence[ref.part]}, (RunWrite(ref, 0, Status.FINISHED, b""),)))


def test_the_reference_knows_what_an_hour_twice_means() -> None:
    """It is looked at itself, for once: the day on which New York sets its clocks back."""
    start = datetime(2027, 11, 7, 4, tzinfo=UTC)
    found = Reference("30 1 * * *", "America/New_York").between(start, start + timedelta(hours=6))
    assert [at.isoformat() for at in found] == ["2027-11-07T05:30:00+00:00"]
    found = Reference("30 * * * *", "America/New_York").between(start, start + timedelta(hours=3))
    assert [at.hour for at in found] == [4, 5, 6]
    assert key_of("s", (found[1] - EPOCH) // timedelta(microseconds=1)) == "s@2027-11-07T05:30:00Z"
