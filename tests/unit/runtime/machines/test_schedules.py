"""Which instants of a schedule start runs, and what becomes of those that were missed or overlap."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from waymark.runtime.machines.schedules import (
    CAUGHT_UP_MAX,
    GRACE_US,
    LOOK_US,
    SCHEDULES,
    ScheduleEvent,
    armed,
    first,
    look,
    move,
)
from waymark.runtime.machines.table import Refused
from waymark.runtime.schedules import (
    WHENEVER,
    Overlap,
    Plan,
    Schedule,
    ScheduleState,
    decode_plan,
    encode_plan,
    key_of,
    trigger_key,
)

MINUTE = 60_000_000
NOW = 1_000 * MINUTE


def of(**said: Any) -> Schedule:
    """A schedule that fires each minute, next at NOW."""
    plan = Plan(**({"every_us": MINUTE, "anchor": 0} | said))
    return armed(Schedule(UUID(int=1), "report", "each-minute", b"", b"", plan, due=NOW), NOW)


@pytest.mark.parametrize("catch_up_us", [None, 0, WHENEVER])
def test_an_instant_fires_when_it_has_come(catch_up_us: int | None) -> None:
    schedule = of(catch_up_us=catch_up_us)
    assert schedule.look_at == NOW
    assert look(schedule, NOW - 1, False).fires == ()
    step = look(schedule, NOW + 5, False)
    assert step.fires == (NOW,)
    after = step.schedule
    assert (after.due, after.look_at) == (NOW + MINUTE, NOW + MINUTE)
    assert (after.fired_at, after.last_key) == (NOW + 5, key_of("each-minute", NOW))
    assert look(after, NOW + 5, False) == (type(step)(after))


@pytest.mark.parametrize(
    ("catch_up_us", "late_us", "fires"),
    [
        (None, 3 * MINUTE + 50_000_000, [3]),
        (0, 3 * MINUTE + 50_000_000, []),
        (0, 3 * MINUTE + GRACE_US, [3]),
        (2 * MINUTE, 3 * MINUTE + 1, [2, 3]),
        (2 * MINUTE, 3 * MINUTE, [1, 2, 3]),
        (WHENEVER, 3 * MINUTE + 1, [0, 1, 2, 3]),
    ],
)
def test_missed_instants_are_made_up_for_as_the_plan_says(
    catch_up_us: int | None, late_us: int, fires: list[int]
) -> None:
    step = look(of(catch_up_us=catch_up_us, overlap=Overlap.ALLOW), NOW + late_us, False)
    assert step.fires == tuple(NOW + number * MINUTE for number in fires)
    assert step.schedule.due == NOW + 4 * MINUTE


def test_what_was_missed_in_a_pause_comes_to_one_fire_whatever_the_plan_says() -> None:
    for catch_up_us in (None, 0, WHENEVER):
        step = look(of(catch_up_us=catch_up_us, overlap=Overlap.ALLOW), NOW + 7 * MINUTE + 30_000_000, False, once=True)
        assert (step.fires, step.schedule.due) == ((NOW + 7 * MINUTE,), NOW + 8 * MINUTE)


def test_making_up_is_bounded_and_goes_on_at_the_next_look() -> None:
    now = NOW + 250 * MINUTE
    schedule, fires = of(catch_up_us=WHENEVER, overlap=Overlap.ALLOW), []
    for count in (CAUGHT_UP_MAX, CAUGHT_UP_MAX, 51):
        assert schedule.look_at is not None and schedule.look_at <= now
        step = look(schedule, now, False)
        assert len(step.fires) == count
        schedule, fires = step.schedule, fires + list(step.fires)
    assert fires == [NOW + number * MINUTE for number in range(251)]
    assert schedule.due == now + MINUTE


@pytest.mark.parametrize(
    ("overlap", "busy", "fires", "waits", "cancels"),
    [
        (Overlap.ALLOW, True, [0, 1, 2], None, False),
        (Overlap.SKIP, True, [], None, False),
        (Overlap.SKIP, False, [0], None, False),
        (Overlap.BUFFER_ONE, True, [], 0, False),
        (Overlap.BUFFER_ONE, False, [0], 1, False),
        (Overlap.CANCEL_PREVIOUS, True, [2], None, True),
        (Overlap.CANCEL_PREVIOUS, False, [2], None, False),
    ],
)
def test_what_overlaps_gives_way_as_the_plan_says(
    overlap: Overlap, busy: bool, fires: list[int], waits: int | None, cancels: bool
) -> None:
    step = look(of(overlap=overlap, catch_up_us=WHENEVER), NOW + 2 * MINUTE, busy)
    assert step.fires == tuple(NOW + number * MINUTE for number in fires)
    assert step.schedule.waiting == (None if waits is None else NOW + waits * MINUTE)
    assert step.cancels is cancels


def test_one_that_waits_is_looked_at_each_second_and_what_comes_meanwhile_is_left_out() -> None:
    waiting = look(of(overlap=Overlap.BUFFER_ONE), NOW, True).schedule
    assert (waiting.waiting, waiting.look_at) == (NOW, NOW + LOOK_US)
    later = look(waiting, NOW + MINUTE, True).schedule
    assert (later.waiting, later.due) == (NOW, NOW + 2 * MINUTE)
    step = look(later, NOW + MINUTE + LOOK_US, False)
    assert (step.fires, step.schedule.waiting, step.schedule.look_at) == ((NOW,), None, NOW + 2 * MINUTE)


def test_a_plan_that_waits_no_more_starts_what_waited() -> None:
    waiting = look(of(overlap=Overlap.BUFFER_ONE), NOW, True).schedule
    changed = msgspec.structs.replace(waiting, plan=Plan(every_us=MINUTE, overlap=Overlap.ALLOW))
    assert look(changed, NOW + 1, True).fires == (NOW,)


def test_jitter_delays_each_fire_by_an_amount_of_its_own() -> None:
    late = []
    schedule = of(jitter_us=20_000_000, overlap=Overlap.ALLOW)
    for _ in range(300):
        assert schedule.due is not None and schedule.look_at is not None
        late.append(schedule.look_at - schedule.due)
        assert look(schedule, schedule.look_at - 1, False).fires == ()
        step = look(schedule, schedule.look_at, False)
        assert step.fires == (schedule.due,)
        schedule = step.schedule
    assert 0 <= min(late) < 1_000_000 and 19_000_000 < max(late) <= 20_000_000
    assert 8_000_000 < sum(late) / len(late) < 12_000_000


def test_jitter_beyond_the_interval_keeps_the_order() -> None:
    """One that is late holds up those behind it."""
    schedule, fires = of(jitter_us=10 * MINUTE, catch_up_us=WHENEVER, overlap=Overlap.ALLOW), []
    while len(fires) < 100:
        assert schedule.look_at is not None
        step = look(schedule, schedule.look_at, False)
        fires += step.fires
        schedule = step.schedule
    assert fires == [NOW + number * MINUTE for number in range(len(fires))]


def test_what_is_paused_or_deleted_is_not_looked_at() -> None:
    paused = move(of(), ScheduleEvent.PAUSED, NOW)
    assert (paused.state, paused.look_at, paused.due) == (ScheduleState.PAUSED, None, NOW)
    assert look(paused, NOW + 1, False).fires == ()
    assert move(paused, ScheduleEvent.RESUMED, NOW) == of()
    deleted = move(paused, ScheduleEvent.DELETED, NOW)
    assert (deleted.state, deleted.look_at) == (ScheduleState.DELETED, None)
    with pytest.raises(Refused, match="'it is paused' means nothing to a schedule that is 'deleted'"):
        move(deleted, ScheduleEvent.PAUSED, NOW)


def test_a_pause_forgets_what_waited() -> None:
    waiting = look(of(overlap=Overlap.BUFFER_ONE), NOW, True).schedule
    assert move(waiting, ScheduleEvent.PAUSED, NOW).waiting is None


def test_a_schedule_registered_again_is_active_whatever_it_was() -> None:
    for state in ScheduleState:
        assert SCHEDULES.step(state, ScheduleEvent.REGISTERED) is ScheduleState.ACTIVE


def test_a_plan_without_further_instants_is_not_looked_at() -> None:
    ended = armed(msgspec.structs.replace(of(), due=None), NOW)
    assert ended.look_at is None
    assert look(ended, NOW, False).schedule == ended


def test_an_interval_counts_from_its_anchor() -> None:
    plan = Plan(every_us=MINUTE, anchor=NOW + 7)
    assert first(plan, 0) == NOW + 7
    assert first(plan, NOW + 6) == NOW + 7
    assert first(plan, NOW + 7) == NOW + 7 + MINUTE
    assert first(plan, NOW + 5 * MINUTE) == NOW + 7 + 5 * MINUTE


def test_a_plan_survives_its_encoding() -> None:
    plan = Plan(cron="@daily", zone="Asia/Tokyo", jitter_us=3, overlap=Overlap.CANCEL_PREVIOUS, catch_up_us=0)
    assert decode_plan(encode_plan(plan)) == plan


def test_the_id_of_a_run_names_its_instant() -> None:
    assert key_of("nightly", 1_805_002_200_000_000) == "nightly@2027-03-14T05:30:00Z"
    assert key_of("nightly", 1_805_002_200_000_001) == "nightly@2027-03-14T05:30:00.000001Z"
    assert trigger_key("nightly", 1_805_002_200_000_000) == "nightly+2027-03-14T05:30:00Z"
