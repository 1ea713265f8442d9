"""The engine's core, one promise a test. Time, store and workers are moved by hand."""

from __future__ import annotations

import pytest

from waymark.runtime.engine.events import Dispatch, Dropped
from waymark.runtime.machines.attempts import AttemptPolicy
from waymark.runtime.model import InboxKind, Status

from .doubles import UNIT
from .world import World, at_once, outcome


@pytest.fixture
def world() -> World:
    return World()


def test_a_run_is_executed_to_its_end(world: World):
    ref = world.start("a", ["call", 1], ["call", 2], ["fan", 3])
    world.finish()
    assert world.row(ref).status == Status.FINISHED
    assert outcome(world, ref) == [True, 60]
    assert [call.attempt for call in at_once(world.store.calls_of(ref))] == [1] * 5
    assert at_once(world.store.pages_of([ref.run])) == 0
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_nothing_leaves_before_the_commit_that_asked_for_it(world: World):
    world.start("a", ["call", 1])
    world.load()
    world.turn()
    assert world.send()
    assert world.core.releases() == []
    world.answer()
    assert [type(release) for release in world.core.releases()] == [Dispatch]


def test_an_error_of_an_action_is_final_by_default(world: World):
    ref = world.start("a", ["call", 1])
    world.settle()
    world.report(world.running[0], error="no")
    world.finish()
    assert world.row(ref).status == Status.FAILED
    assert outcome(world, ref) == [False, "ValueError: ValueError: no"]
    assert len(world.started) == 1


def test_an_error_is_tried_again_as_often_as_the_policy_says():
    world = World(policy=AttemptPolicy(attempts_max=2))
    ref = world.start("a", ["call", 1])
    world.settle()
    world.report(world.running[0], error="no")
    world.finish()
    assert outcome(world, ref) == [True, 10]
    assert [dispatch.attempt for dispatch in world.started] == [1, 2]


@pytest.mark.parametrize("timed_out", [False, True])
def test_a_lost_attempt_is_followed_by_another_that_is_durable_first(world: World, timed_out: bool):
    ref = world.start("a", ["call", 1])
    world.settle()
    for attempt in range(1, 6):
        assert world.running[0].attempt == attempt
        world.lose(world.running[0], timed_out)
        world.settle()
        if attempt > 1:
            assert world.running == [], "one that was lost twice waits before it is started again"
            alarm = world.core.next_alarm()
            assert alarm is not None
            world.now = alarm
            world.settle()
    world.finish()
    assert outcome(world, ref) == [True, 10]
    assert at_once(world.store.calls_of(ref))[0].attempt == 6


def test_a_report_of_an_earlier_attempt_is_dropped(world: World):
    ref = world.start("a", ["call", 1])
    world.settle()
    first = world.running[0]
    world.lose(first)
    world.settle()
    world.tell(first)
    world.settle()
    assert world.row(ref).status == Status.RUNNING
    assert [type(notice) for notice in world.notices] == [Dropped]
    world.finish()
    assert outcome(world, ref) == [True, 10]


def test_a_report_counts_once(world: World):
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    first = world.running[0]
    world.report(first)
    world.tell(first)
    world.finish()
    assert outcome(world, ref) == [True, 30]


def test_several_reports_go_into_one_slice(world: World):
    ref = world.start("a", ["fan", 10])
    world.settle()
    before = world.row(ref).revision
    for dispatch in list(world.running):
        world.report(dispatch)
    world.settle()
    assert world.row(ref).status == Status.FINISHED
    assert world.row(ref).revision == before + 1


def test_a_call_that_nobody_waits_for_any_more_is_taken_back_after_the_commit(world: World):
    world.start("a", ["race", 3], ["call", 5])
    world.settle()
    assert len(world.running) == 3
    world.report(world.running[1])
    world.turn()
    world.leave()
    assert len(world.running) == 2, "the state that no longer waits for them is not durable yet"
    world.settle()
    assert [dispatch.request for dispatch in world.running] == [4]


def test_a_ready_run_goes_to_the_back_of_the_queue(world: World):
    long = world.start("long", ["spin", 500])
    short = world.start("short", ["spin", 2])
    world.load()
    for _ in range(4):
        world.turn()
    assert world.send()
    world.answer()
    world.leave()
    assert world.row(short).status == Status.FINISHED
    assert world.row(long).status != Status.FINISHED
    world.finish()
    assert world.row(long).status == Status.FINISHED


def test_a_timer_fires_at_its_time(world: World):
    ref = world.start("a", ["sleep", 5_000_000], ["call", 1])
    world.settle()
    due = world.core.next_alarm()
    assert due == world.now + 5_000_000
    world.now = due - 1
    world.settle()
    assert world.running == []
    world.now = due
    world.settle()
    assert len(world.running) == 1
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_a_cancelled_run_fails_and_its_calls_are_taken_back(world: World):
    ref = world.start("a", ["call", 1])
    world.settle()
    at_once(world.store.cancel(ref, "enough"))
    world.settle()
    assert world.row(ref).status == Status.FAILED
    assert outcome(world, ref) == [False, "CancelledError: enough"]
    assert world.running == []
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_cancel_after_the_end_is_consumed_without_a_trace(world: World):
    ref = world.start("a")
    world.settle()
    world.store._put_entry(ref, InboxKind.CANCEL, b"late")  # it raced with the end
    world.settle()
    assert world.row(ref).status == Status.FINISHED
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_new_engine_goes_on_from_the_last_commit_with_another_attempt(world: World):
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    world.crash()
    world.finish()
    assert outcome(world, ref) == [True, 30]
    assert [(dispatch.request, dispatch.attempt) for dispatch in world.started] == [(1, 1), (2, 1), (2, 2)]


def test_a_timer_survives_its_engine(world: World):
    ref = world.start("a", ["sleep", 60_000_000])
    world.settle()
    due = world.core.next_alarm()
    world.crash()
    world.settle()
    assert world.core.next_alarm() == due
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_the_unit_of_the_fakes_is_the_one_that_is_stored():
    assert at_once(World().store.get_unit(UNIT)) == b"good"
