"""Schedules of intervals: which instants fire, and what becomes of those that were missed or overlap."""

from __future__ import annotations

import pytest

from waymark.runtime.machines.schedules import CAUGHT_UP_MAX, CatchUp, Every, Overlap, due, fires, next_instant

PLAN = Every(first=100, every_us=10, grace_us=2)


def caught_up(how: CatchUp) -> Every:
    return Every(first=100, every_us=10, grace_us=2, catch_up=how)


@pytest.mark.parametrize(
    ("last", "now", "instants"),
    [(None, 99, []), (None, 100, [100]), (None, 101, [100]), (100, 109, []), (100, 110, [110]), (110, 121, [120])],
)
def test_an_instant_fires_when_it_has_come(last: int | None, now: int, instants: list[int]) -> None:
    for how in CatchUp:
        assert due(caught_up(how), last, now) == instants


@pytest.mark.parametrize(
    ("how", "now", "instants"),
    [
        (CatchUp.NONE, 145, []),
        (CatchUp.NONE, 141, [140]),
        (CatchUp.LATEST, 145, [140]),
        (CatchUp.ALL, 145, [110, 120, 130, 140]),
    ],
)
def test_missed_instants_are_made_up_for_as_the_policy_says(how: CatchUp, now: int, instants: list[int]) -> None:
    assert due(caught_up(how), 100, now) == instants


def test_making_up_is_bounded_and_goes_on_at_the_next_look() -> None:
    plan = caught_up(CatchUp.ALL)
    now = 100 + 10 * 2_500
    first = due(plan, 100, now)
    assert (len(first), first[0]) == (CAUGHT_UP_MAX, 110)
    assert due(plan, first[-1], now)[0] == first[-1] + 10


@pytest.mark.parametrize(
    ("last", "now", "instant"), [(None, 5, 100), (None, 100, 110), (100, 100, 110), (100, 137, 140)]
)
def test_when_to_look_again(last: int | None, now: int, instant: int) -> None:
    assert next_instant(PLAN, last, now) == instant


@pytest.mark.parametrize(
    ("overlap", "busy", "now", "later"),
    [
        (Overlap.ALLOW, True, [1, 2], []),
        (Overlap.SKIP, True, [], []),
        (Overlap.SKIP, False, [1], []),
        (Overlap.WAIT, True, [], [1, 2]),
        (Overlap.WAIT, False, [1], [2]),
    ],
)
def test_what_overlaps_gives_way_as_the_policy_says(
    overlap: Overlap, busy: bool, now: list[int], later: list[int]
) -> None:
    plan = Every(first=0, every_us=1, overlap=overlap)
    assert fires(plan, [1, 2], busy=busy) == (now, later)
