"""Which runs leave memory while they sleep, and what brings them back."""

from __future__ import annotations

import pytest

from waymark.runtime.engine import memory
from waymark.runtime.engine.limits import Limits
from waymark.runtime.model import Status

from .bounded import SECOND, SLEEPY, Bounded
from .world import at_once


def test_a_long_sleeper_leaves_memory_and_its_row_says_when_it_wakes() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["call", 1], ["sleep", 60 * SECOND], ["call", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    assert world.core.runs == frozenset()
    assert world.row(ref).wake_at == world.now + 60 * SECOND
    world.now += 55 * SECOND - 1
    assert world.look_ahead() == 0
    world.now += 1
    assert world.look_ahead() == 1, "it is taken up somewhat early"
    world.settle()
    assert world.running == [], "and wakes on time"
    world.now += 5 * SECOND
    world.settle()
    assert [dispatch.request for dispatch in world.running] == [2]
    assert world.row(ref).wake_at is None
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_a_short_sleeper_stays_in_memory() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 19 * SECOND])
    world.settle()
    assert world.core.runs == {ref} and world.row(ref).wake_at is None


def test_a_sleeper_with_an_action_under_way_stays_in_memory() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["fan", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    assert world.core.runs == {ref}


def test_a_new_engine_does_not_take_up_who_sleeps() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 3_600 * SECOND])
    world.settle()
    world.crash()
    world.settle()
    assert world.core.runs == frozenset()
    world.now = world.row(ref).wake_at or 0
    assert world.look_ahead() == 1
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_a_cancel_wakes_a_sleeper() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 3_600 * SECOND])
    world.settle()
    at_once(world.store.cancel(ref, "enough"))
    world.settle()
    assert world.row(ref).status == Status.FAILED


def test_what_arrives_while_a_sleeper_is_put_to_bed_keeps_it_up() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 60 * SECOND])
    world.load()
    world.turn()
    assert world.send() and world.batch is not None and world.batch.runs[0].wake_at is not None
    at_once(world.store.cancel(ref, "enough"))
    world.poll()
    world.answer()
    assert world.core.runs == {ref}
    world.settle()
    assert world.row(ref).status == Status.FAILED


def test_a_sleeper_that_was_only_looked_up_goes_on_sleeping() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 60 * SECOND])
    world.load()
    world.turn()
    assert world.send()
    world.write()
    world.core.unknown()
    world.batch = None
    world.settle()
    assert world.core.runs == frozenset() and world.row(ref).wake_at is not None


def test_a_look_that_began_before_a_sleeper_left_again_does_not_bring_it_back() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 60 * SECOND])
    world.settle()
    world.now += 60 * SECOND
    as_of, found = world.core.commits, world.sleepers()
    assert [row.ref for row in found] == [ref]
    assert world.look_ahead() == 1
    world.finish()
    assert world.row(ref).status == Status.FINISHED and world.core.runs == frozenset()
    assert world.core.due(found, as_of) == 0
    assert world.core.runs == frozenset()


def test_a_sleeper_that_sleeps_again_is_brought_back_by_a_later_look() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 60 * SECOND], ["sleep", 60 * SECOND])
    world.settle()
    world.now += 60 * SECOND
    as_of, found = world.core.commits, world.sleepers()
    assert world.look_ahead() == 1
    world.settle()
    assert world.core.runs == frozenset()
    assert world.core.due(found, as_of) == 0
    world.now += 60 * SECOND
    assert world.look_ahead() == 1
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_runs_that_only_wait_for_a_time_keep_no_place_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "RESTING_TIMES", 2)
    world = Bounded(Limits(runs_max=6, evict_us=20 * SECOND))
    sleepers = [world.start(f"sleeper {n}", ["sleep", 5 * SECOND], ["call", 1]) for n in range(40)]
    world.settle()
    assert len(world.core.runs) == 2 * 6 + 4, "as many as may rest, and those that start"
    assert not world.core.open_to_starts
    world.now += 5 * SECOND
    for _ in range(10):
        world.finish()
    assert [world.row(ref).status for ref in sleepers] == [Status.FINISHED] * 40


def test_a_run_with_a_call_under_way_keeps_its_place() -> None:
    world = Bounded(Limits(runs_max=6, evict_us=20 * SECOND))
    for number in range(10):
        world.start(f"a {number}", ["call", 1])
    world.settle()
    assert len(world.core.runs) == 4 == len(world.running)
