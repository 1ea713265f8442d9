"""Which engines stand still, as their supervisor sees it."""

from __future__ import annotations

from waymark.runtime.engine.watched import SliceCounter, Watch, shared_counter


def test_both_sides_see_the_same_counter() -> None:
    with shared_counter() as fd:
        ours, theirs = SliceCounter(fd), SliceCounter(fd)
        seen = []
        for executing in (True, False, True, True, False, False):
            ours.turn(executing)
            seen.append(theirs.read())
        assert [count % 2 == 1 for count in seen] == [True, False, True, True, False, False]
        assert seen == sorted(set(seen)), "each turn is another number, so that two slices are not taken for one"


def test_one_slice_that_lasts_is_standing_still_and_many_short_ones_or_none_are_not() -> None:
    with shared_counter() as fd:
        engine = SliceCounter(fd)
        watch = Watch(SliceCounter(fd))
        assert not watch.stands_still(0.0, 5.0) and not watch.stands_still(100.0, 5.0), "idle"
        engine.turn(True)
        assert not watch.stands_still(101.0, 5.0)
        engine.turn(False)
        engine.turn(True)
        assert not watch.stands_still(107.0, 5.0), "another slice"
        assert not watch.stands_still(111.9, 5.0)
        assert watch.stands_still(112.0, 5.0)
        engine.turn(False)
        assert not watch.stands_still(200.0, 5.0)
