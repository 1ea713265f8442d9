"""When commits and looks wait for company, and when nothing does."""

from __future__ import annotations

import pytest

from waymark.runtime.engine.pace import HURRY_S, MANY, Pace

GAP_S = 0.004


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def busy(clock: Clock) -> Pace:
    """Commits have just found company again and again."""
    pace = Pace(GAP_S, clock)
    for _ in range(20):
        pace.landed(0, 2)
    return pace


def test_a_commit_that_found_company_is_followed_after_a_gap(busy: Pace, clock: Clock) -> None:
    assert busy.commit_in_s(0, 1) == pytest.approx(GAP_S)
    clock.now_s += 0.003
    assert busy.commit_in_s(0, 1) == pytest.approx(0.001)
    clock.now_s += 0.001
    assert busy.commit_in_s(0, 1) == pytest.approx(0.0, abs=1e-9)


def test_the_gap_is_counted_from_the_commit_before_of_the_same_lane(busy: Pace) -> None:
    assert busy.commit_in_s(1, 1) == 0


def test_a_commit_that_comes_long_after_another_begins_at_once(busy: Pace, clock: Clock) -> None:
    clock.now_s += 1.0
    assert busy.commit_in_s(0, 1) == 0


def test_a_run_that_is_alone_never_waits(clock: Clock) -> None:
    pace = Pace(GAP_S, clock)
    for _ in range(1_000):
        pace.landed(0, 1)
        assert pace.commit_in_s(0, 1) == 0 and pace.look_in_s(clock.now_s) == 0


def test_two_that_take_turns_do_not_wait_for_each_other(clock: Clock) -> None:
    """Each commits while the other one's action runs, so that none has company."""
    pace = Pace(GAP_S, clock)
    for number in range(100):
        pace.landed(0, 2 if number % 10 == 0 else 1)
    assert pace.commit_in_s(0, 1) == 0


def test_a_run_that_is_left_alone_does_not_wait_for_long(busy: Pace) -> None:
    commits = 0
    while busy.commit_in_s(0, 1) > 0:
        busy.landed(0, 1)
        commits += 1
        assert commits <= 15
    assert busy.look_in_s(100.0) == 0


def test_many_who_wait_are_company_enough(busy: Pace) -> None:
    assert busy.commit_in_s(0, MANY - 1) > 0 and busy.commit_in_s(0, MANY) == 0


def test_without_anybody_who_could_be_waited_for_nothing_waits(busy: Pace) -> None:
    assert busy.commit_in_s(0, 0) == 0


def test_looks_are_as_far_apart(busy: Pace, clock: Clock) -> None:
    assert busy.look_in_s(clock.now_s - 0.001) == pytest.approx(0.003)
    assert busy.look_in_s(clock.now_s - 1) == 0


def test_whatever_is_urgent_is_not_held_up(busy: Pace, clock: Clock) -> None:
    busy.hurry()
    assert busy.commit_in_s(0, 1) == 0 and busy.look_in_s(clock.now_s) == 0
    clock.now_s += 2 * HURRY_S
    busy.landed(0, 2)
    assert busy.commit_in_s(0, 1) > 0, "and then there is a pace again"


def test_at_the_end_nothing_waits(busy: Pace, clock: Clock) -> None:
    busy.end()
    busy.hurry()
    clock.now_s += 100 * HURRY_S
    busy.landed(0, 2)
    assert busy.commit_in_s(0, 1) == 0


def test_with_no_gap_there_is_no_pace(clock: Clock) -> None:
    pace = Pace(0.0, clock)
    for _ in range(20):
        pace.landed(0, 9)
    assert pace.commit_in_s(0, 1) == 0 and pace.look_in_s(clock.now_s) == 0
