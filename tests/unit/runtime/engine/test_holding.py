"""Runs that are paused by hand, that start later, and whose time is over."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from waymark.runtime.model import NewRun, RunRef, Status

from .bounded import SECOND, SLEEPY, Bounded
from .doubles import UNIT
from .world import World, at_once, outcome


@pytest.fixture
def world() -> World:
    return World()


def start(world: World, *steps: list, **times: int) -> RunRef:
    run = uuid.uuid5(uuid.NAMESPACE_OID, str(steps))
    new = NewRun("fake", str(steps), run, UNIT, msgspec.msgpack.encode(steps), bytes(16), **times)
    return at_once(world.store.start(new))


def pause(world: World, ref: RunRef) -> None:
    at_once(world.store.pause(ref))
    world.settle()
    assert world.row(ref).status == Status.PAUSED


def resume(world: World, ref: RunRef) -> None:
    at_once(world.store.resume(ref))
    world.settle()


# --- paused ---


def test_a_paused_run_keeps_an_outcome_and_asks_for_nothing_until_it_is_resumed(world: World) -> None:
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    pause(world, ref)
    assert world.core.runs == {ref}, "its action is under way here"
    world.report(world.running[0])
    world.settle()
    assert [dispatch.request for dispatch in world.started] == [1]
    assert world.row(ref).status == Status.PAUSED and world.core.runs == frozenset()
    resume(world, ref)
    assert [dispatch.request for dispatch in world.started] == [1, 2]
    assert world.row(ref).status == Status.RUNNING
    world.finish()
    assert outcome(world, ref) == [True, 30]


def test_an_outcome_that_came_in_a_pause_survives_the_engine(world: World) -> None:
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    pause(world, ref)
    world.report(world.running[0])
    world.settle()
    world.crash()
    world.settle()
    assert world.core.runs == frozenset() and world.row(ref).status == Status.PAUSED
    resume(world, ref)
    world.finish()
    assert outcome(world, ref) == [True, 30]
    assert [(dispatch.request, dispatch.attempt) for dispatch in world.started] == [(1, 1), (2, 1)]


def test_a_call_that_is_lost_in_a_pause_gets_its_next_attempt_when_the_run_goes_on(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    pause(world, ref)
    world.lose(world.running[0])
    world.settle()
    world.now += 60 * SECOND
    world.settle()
    assert [dispatch.attempt for dispatch in world.started] == [1]
    resume(world, ref)
    assert [dispatch.attempt for dispatch in world.started] == [1, 2]
    world.finish()
    assert outcome(world, ref) == [True, 10]


def test_a_timer_that_is_due_in_a_pause_fires_when_the_run_goes_on(world: World) -> None:
    ref = world.start("a", ["sleep", 5 * SECOND], ["call", 1])
    world.settle()
    pause(world, ref)
    assert world.core.runs == frozenset()
    world.now += 60 * SECOND
    world.settle()
    assert world.started == []
    resume(world, ref)
    assert len(world.started) == 1


def test_messages_to_a_paused_run_wait_in_the_inbox_in_their_order(world: World) -> None:
    ref = world.start("a", ["receive", 2])
    world.settle()
    pause(world, ref)
    for number in (3, 4):
        at_once(world.store.send(ref, msgspec.msgpack.encode(number)))
        world.settle()
    assert len(at_once(world.store.read_inbox(range(256), 10))) == 2
    resume(world, ref)
    assert outcome(world, ref) == [True, 7]
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_run_is_paused_before_its_first_step(world: World) -> None:
    ref = world.start("a", ["call", 1])
    pause(world, ref)
    assert world.started == []
    resume(world, ref)
    world.finish()
    assert outcome(world, ref) == [True, 10]


def test_a_pause_and_a_resume_that_come_together_are_none(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    at_once(world.store.pause(ref))
    at_once(world.store.resume(ref))
    world.settle()
    assert world.row(ref).status == Status.RUNNING
    world.finish()
    assert outcome(world, ref) == [True, 10]


def test_a_paused_run_can_be_paused_again_and_resumed_once(world: World) -> None:
    ref = world.start("a", ["sleep", 1], ["call", 1])
    pause(world, ref)
    pause(world, ref)
    resume(world, ref)
    resume(world, ref)
    world.finish()
    assert outcome(world, ref) == [True, 10]
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_cancel_ends_a_pause(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    pause(world, ref)
    at_once(world.store.cancel(ref, "enough"))
    world.settle()
    assert outcome(world, ref) == [False, "CancelledError: enough"] and world.running == []


def test_a_pause_survives_a_commit_of_which_nobody_knows(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    at_once(world.store.pause(ref))
    world.poll()
    world.turn()
    assert world.send()
    world.write()
    world.batch = None
    world.core.unknown()
    world.settle()
    assert world.row(ref).status == Status.PAUSED
    world.report(world.running[0])
    world.settle()
    resume(world, ref)
    assert outcome(world, ref) == [True, 10] and len(world.started) == 1


# --- later ---


def test_a_run_that_starts_later_is_rows_only_until_then() -> None:
    world = Bounded(SLEEPY)
    ref = start(world, ["call", 1], delay_us=3_600 * SECOND)
    world.settle()
    assert at_once(world.store.read_inbox(range(256), 10)) == [] and world.core.runs == frozenset()
    world.now += 3_596 * SECOND
    assert world.look_ahead() == 1
    world.settle()
    assert world.started == [], "taken up early, begun on time"
    world.now += 4 * SECOND
    world.settle()
    assert len(world.started) == 1
    world.finish()
    assert outcome(world, ref) == [True, 10]


def test_a_message_to_a_run_that_starts_later_waits_for_it() -> None:
    world = Bounded(SLEEPY)
    ref = start(world, ["receive", 1], at=world.now + 60 * SECOND)
    at_once(world.store.send(ref, msgspec.msgpack.encode(7)))
    world.settle()
    assert world.row(ref).status == Status.QUEUED and world.core.runs == frozenset()
    world.now += 60 * SECOND
    world.look_ahead()
    world.settle()
    assert outcome(world, ref) == [True, 7]
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_run_that_starts_later_is_cancelled_before_it_begins() -> None:
    world = Bounded(SLEEPY)
    ref = start(world, ["call", 1], delay_us=3_600 * SECOND)
    at_once(world.store.cancel(ref, "never mind"))
    world.settle()
    assert outcome(world, ref) == [False, "CancelledError: never mind"] and world.started == []


def test_a_run_that_starts_later_is_paused_and_resumed_and_still_starts_then() -> None:
    world = Bounded(SLEEPY)
    ref = start(world, ["call", 1], delay_us=3_600 * SECOND)
    pause(world, ref)
    resume(world, ref)
    assert world.started == []
    world.now += 3_600 * SECOND
    world.look_ahead()
    world.settle()
    assert len(world.started) == 1
    world.finish()
    assert outcome(world, ref) == [True, 10]


def test_a_start_in_the_past_is_a_start_now(world: World) -> None:
    ref = start(world, ["call", 1], at=world.now)
    world.finish()
    assert outcome(world, ref) == [True, 10] and world.row(ref).start_at is None


# --- the time that a run has ---


def test_a_run_is_cancelled_when_its_time_is_over(world: World) -> None:
    ref = start(world, ["call", 1], timeout_us=60 * SECOND)
    world.settle()
    assert world.core.next_alarm() == world.now + 60 * SECOND
    world.now += 60 * SECOND
    world.settle()
    assert outcome(world, ref) == [False, "CancelledError: the time that the run was given is over"]
    assert world.running == []


def test_a_run_that_ends_in_time_is_not_cancelled(world: World) -> None:
    ref = start(world, ["call", 1], timeout_us=60 * SECOND)
    world.finish()
    assert outcome(world, ref) == [True, 10]


@pytest.mark.parametrize("step", [["sleep", 3_600 * SECOND], ["receive", 1]])
def test_a_sleeper_wakes_when_its_time_is_over(step: list) -> None:
    world = Bounded(SLEEPY)
    ref = start(world, step, timeout_us=600 * SECOND)
    world.settle()
    assert world.core.runs == frozenset()
    assert world.row(ref).wake_at == world.row(ref).deadline_at
    world.crash()
    world.now += 600 * SECOND
    assert world.look_ahead() == 1
    world.settle()
    assert outcome(world, ref) == [False, "CancelledError: the time that the run was given is over"]


def test_a_run_that_is_taken_up_by_another_engine_has_the_same_deadline(world: World) -> None:
    ref = start(world, ["call", 1], timeout_us=60 * SECOND)
    world.settle()
    world.crash()
    world.settle()
    assert world.core.next_alarm() == world.row(ref).deadline_at


def test_a_run_that_caught_its_timeout_is_not_cancelled_again(world: World) -> None:
    world.host.catching = True
    ref = start(world, ["call", 1], timeout_us=60 * SECOND)
    world.settle()
    world.now += 60 * SECOND
    world.settle()
    assert world.row(ref).status == Status.RUNNING
    world.crash()
    world.settle()
    assert world.core.next_alarm() is None
    world.finish()
    assert outcome(world, ref) == [True, 10]


# --- once more ---


def test_a_failed_run_goes_on_before_its_failure_and_makes_only_what_failed_again(world: World) -> None:
    ref = world.start("a", ["fan", 2], ["call", 3])
    world.settle()
    good, bad = world.running
    world.tell(good)
    world.tell(bad, "out of paper")
    world.running = []
    world.settle()
    assert world.row(ref).status == Status.FAILED
    assert at_once(world.store.retry(ref))
    world.settle()
    assert world.row(ref).status == Status.RUNNING
    assert [(dispatch.request, dispatch.attempt) for dispatch in world.running] == [(bad.request, 2)]
    world.finish()
    assert outcome(world, ref) == [True, 40]
    rows = at_once(world.store.calls_of(ref))
    assert [(row.call, row.attempt, row.ok) for row in rows] == [(1, 1, True), (2, 2, True), (3, 1, True)]


def test_a_run_that_failed_before_its_first_commit_starts_anew(world: World) -> None:
    ref = world.start("a", ["misnamed", 0])
    world.settle()
    assert world.row(ref).status == Status.FAILED
    assert at_once(world.store.retry(ref))
    world.settle()
    assert world.row(ref).status == Status.FAILED and world.row(ref).revision == 2
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_what_has_finished_or_was_cancelled_is_not_tried_again(world: World) -> None:
    finished, cancelled = world.start("a"), world.start("b", ["call", 1])
    world.settle()
    at_once(world.store.cancel(cancelled, "enough"))
    world.settle()
    assert not at_once(world.store.retry(finished))
    assert not at_once(world.store.retry(cancelled))
    world.store._put_entry(cancelled, 7, b"")  # as from a client that looked before it was cancelled
    world.settle()
    assert world.row(cancelled).status == Status.FAILED
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_retry_that_nobody_needs_any_more_is_let_go(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    world.tell(world.running.pop(), "no")
    world.settle()
    assert at_once(world.store.retry(ref)) and at_once(world.store.retry(ref))
    world.finish()
    assert outcome(world, ref) == [True, 10]
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_run_that_failed_over_a_message_gets_it_again(world: World) -> None:
    ref = world.start("a", ["receive", 1], ["break", "x"], ["raise", "no"])
    world.settle()
    at_once(world.store.send(ref, msgspec.msgpack.encode(7)))
    world.settle()
    assert world.row(ref).status == Status.FAILED
    assert at_once(world.store.pages_of([ref.run])) == 1
    world.host.mended = True
    assert at_once(world.store.retry(ref))
    world.settle()
    assert outcome(world, ref) == [True, 7]
    assert at_once(world.store.pages_of([ref.run])) == 0
