"""What an engine and its supervisor see of each other in shared memory."""

from __future__ import annotations

from waymark.runtime.engine.vitals import Vitals, Watch, shared_vitals
from waymark.runtime.model import PARTITIONS


def test_both_sides_see_the_same() -> None:
    with shared_vitals() as fd:
        engine, supervisor = Vitals(fd), Vitals(fd)
        seen = []
        for executing in (True, False, True, True, False, False):
            engine.turn(executing)
            seen.append(supervisor.count)
        assert [count % 2 == 1 for count in seen] == [True, False, True, True, False, False]
        assert seen == sorted(set(seen)), "each turn is another number, so that two slices are not taken for one"
        engine.alive()
        assert supervisor.count == seen[-1] + 2
        for parts in ({0, 7, 8, PARTITIONS - 1}, set(range(PARTITIONS)), set()):
            engine.owns(parts)
            assert supervisor.parts == parts
        assert not supervisor.leased and not supervisor.polling
        engine.leased = engine.polling = True
        assert supervisor.leased and supervisor.polling
        supervisor.beat_us = 1 << 50
        supervisor.refused()
        supervisor.polled_us = 5
        assert (engine.beat_us, engine.refusals, engine.polled_us) == (1 << 50, 1, 5)


def test_a_counter_that_stands_still_is_seen_and_one_that_has_not_begun_is_not() -> None:
    with shared_vitals() as fd:
        engine = Vitals(fd)
        watch = Watch(Vitals(fd))
        assert [watch.still_s(float(now), 1.0) for now in range(5)] == [0.0] * 5, "it is not up yet"
        engine.turn(True)
        assert [watch.still_s(float(now), 1.0) for now in range(5, 9)] == [0.0, 1.0, 2.0, 3.0]
        engine.alive()
        assert [watch.still_s(float(now), 1.0) for now in range(9, 12)] == [0.0, 1.0, 2.0]


def test_who_was_stopped_together_with_the_engine_has_seen_nothing_meanwhile() -> None:
    with shared_vitals() as fd:
        engine = Vitals(fd)
        watch = Watch(Vitals(fd))
        engine.alive()
        assert watch.still_s(100.0, 0.5) == 0.0
        assert watch.still_s(4_000.0, 0.5) == 1.0, "as long as two looks, and not an hour"
