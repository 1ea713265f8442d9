"""The engine's core, one promise a test. Time, store and workers are moved by hand."""

from __future__ import annotations

import msgspec
import pytest

from waymark.runtime.engine.events import Dispatch, Dropped, Faulted, Parked
from waymark.runtime.machines.attempts import AttemptPolicy
from waymark.runtime.model import InboxKind, Status

from .doubles import UNIT
from .world import World, at_once


@pytest.fixture
def world() -> World:
    return World()


def outcome(world: World, ref) -> list:
    data = world.row(ref).outcome
    assert data is not None
    return msgspec.msgpack.decode(data)


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


def test_an_unknown_commit_that_was_made_is_found_out_by_reading(world: World):
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    world.report(world.running[0])
    world.turn()
    assert world.send()
    world.write()
    world.core.unknown()
    world.batch = None
    world.leave()
    assert world.running == [], "nothing leaves as long as nobody knows"
    world.settle()
    assert [(run.request, run.attempt) for run in world.running] == [(2, 2)]
    world.finish()
    assert outcome(world, ref) == [True, 30]


def test_after_an_unknown_commit_that_was_not_made_nothing_is_lost(world: World):
    ref = world.start("a", ["fan", 2])
    world.settle()
    first, second = world.running
    world.report(first)
    world.turn()
    assert world.send()
    world.core.unknown()
    world.batch = None
    world.settle()
    assert world.running == [second], "the attempt under way goes on, and the report in memory is applied again"
    world.finish()
    assert outcome(world, ref) == [True, 10]
    assert len(world.started) == 2


def test_what_a_run_prints_leaves_once_and_after_its_commit(world: World):
    world.start("a", ["say", "one"], ["call", 1], ["say", "two"], ["spin", 1], ["say", "three"])
    world.load()
    world.turn()
    assert world.send()
    world.leave()
    assert world.said == [], "its state is not durable yet"
    world.answer()
    world.leave()
    assert world.said == ["one"]
    world.crash()
    world.finish()
    assert world.said == ["one", "two", "three"]


@pytest.mark.parametrize("made", [True, False])
def test_what_a_run_printed_in_an_unknown_commit_leaves_once(world: World, made: bool):
    world.start("a", ["say", "one"], ["call", 1], ["say", "two"])
    world.load()
    world.turn()
    assert world.send()
    if made:
        world.write()
    world.core.unknown()
    world.batch = None
    world.leave()
    assert world.said == []
    world.finish()
    assert world.said == ["one", "two"]


def test_a_batch_that_could_not_be_sent_is_kept(world: World):
    ref = world.start("a", ["call", 1])
    world.load()
    world.turn()
    assert world.send()
    sent = world.batch
    world.core.unreachable()
    world.batch = None
    assert world.core.releases() == []
    assert world.send() and world.batch == sent
    world.answer()
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_a_fenced_engine_drops_what_it_lost_and_commits_the_rest(world: World):
    refs = [world.start(f"run {number}", ["call", 1]) for number in range(20)]
    world.settle()
    stolen = refs[0].part
    for dispatch in list(world.running):
        world.report(dispatch)
    world.turn()
    assert world.send()
    world.store._partitions[stolen].epoch += 1  # another engine took it
    world.answer()
    world.settle()
    assert stolen not in world.core.parts
    assert all(world.row(ref).status == Status.FINISHED for ref in refs if ref.part != stolen)
    assert all(world.row(ref).status == Status.RUNNING for ref in refs if ref.part == stolen)


def test_a_run_that_stands_elsewhere_is_read_again_and_its_neighbours_are_committed(world: World):
    one, other = world.start("one", ["call", 1]), world.start("other", ["call", 1])
    world.settle()
    for dispatch in list(world.running):
        world.report(dispatch)
    world.turn()
    assert world.send()
    row = world.row(one)
    world.store._runs[one] = msgspec.structs.replace(row, revision=row.revision + 7)
    world.answer()
    world.finish()
    assert world.row(one).status == world.row(other).status == Status.FINISHED
    assert outcome(world, one) == [True, 10]


def parked(world: World, ref) -> str:
    row = world.row(ref)
    assert row.status == Status.PARKED
    assert [notice.ref for notice in world.notices if isinstance(notice, Parked)] == [ref]
    return row.reason


def test_a_run_of_an_unknown_unit_is_parked_and_its_neighbours_go_on(world: World):
    bad = world.start("bad", ["call", 1], unit=b"?" * 32)
    good = world.start("good", ["call", 1])
    world.finish()
    assert world.row(good).status == Status.FINISHED
    assert "unit 3f3f3f3f3f3f, which it is made of, is not in the store" in parked(world, bad)


def test_a_run_of_a_broken_unit_is_parked(world: World):
    at_once(world.store.put_units({b"b" * 32: b"rubbish"}))
    ref = world.start("bad", unit=b"b" * 32)
    world.finish()
    assert parked(world, ref) == "unit 626262626262, which it is made of, cannot be read: bad magic"


def test_a_run_whose_arguments_do_not_decode_is_parked(world: World):
    ref = world.start("bad", arguments=b"\xc1")
    world.finish()
    assert "it cannot be loaded: DecodeError" in parked(world, ref)
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_run_whose_arguments_do_not_fit_fails_as_the_call_would(world: World):
    ref = world.start("bad", ["misnamed", 0])
    world.finish()
    assert world.row(ref).status == Status.FAILED
    assert outcome(world, ref) == [False, "TypeError: run() got an unexpected keyword argument 'x'"]


def test_a_run_with_a_corrupt_page_is_parked_as_it_stood(world: World):
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    root = world.row(ref).root
    world.store._pages[ref][1] = b"rubbish"
    world.crash()
    world.finish()
    assert parked(world, ref) == "it cannot be loaded: ValueError: page 1 is corrupt"
    assert world.row(ref).root == root
    assert at_once(world.store.pages_of([ref.run])) == 1


def test_a_parked_run_ends_when_it_is_cancelled(world: World):
    ref = world.start("bad", arguments=b"\xc1")
    world.finish()
    at_once(world.store.cancel(ref, "give up"))
    world.finish()
    assert world.row(ref).status == Status.FAILED
    assert outcome(world, ref) == [False, "CancelledError: give up"]


@pytest.mark.parametrize("told", ["before", "after"])
def test_a_parked_run_that_is_cancelled_leaves_no_pages(world: World, told: str):
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    world.store._pages[ref][1] = b"rubbish"
    if told == "before":
        at_once(world.store.cancel(ref, "give up"))
    world.crash()
    world.finish()
    if told == "after":
        assert world.row(ref).status == Status.PARKED
        world.crash()
        at_once(world.store.cancel(ref, "give up"))
        world.finish()
    assert outcome(world, ref) == [False, "CancelledError: give up"]
    assert at_once(world.store.pages_of([ref.run])) == 0


def test_a_fault_discards_the_slice_and_is_tried_once_more(world: World):
    ref = world.start("a", ["fan", 2], ["break", "once"], ["call", 7])
    world.settle()
    world.host.broken = {"once"}
    for dispatch in list(world.running):
        world.report(dispatch)
    world.turn()
    world.leave()
    assert [str(notice) for notice in world.notices if isinstance(notice, Faulted)]
    world.host.broken = set()
    world.finish()
    assert outcome(world, ref) == [True, 80]
    assert len(world.started) == 3, "the reports of the discarded slice were applied again"


def test_a_second_fault_parks_the_run_as_it_was_committed(world: World):
    ref = world.start("a", ["call", 1], ["break", "always"])
    good = world.start("good", ["call", 1])
    world.settle()
    root = world.row(ref).root
    world.host.broken = {"always"}
    world.finish()
    assert parked(world, ref) == "the engine failed 2 times while executing it: broken: always"
    assert world.row(ref).root == root
    assert world.row(good).status == Status.FINISHED


def test_arguments_that_cannot_be_sent_are_an_error_at_the_call(world: World):
    ref = world.start("a", ["call", "unsendable"])
    world.finish()
    assert world.started == []
    assert outcome(world, ref)[1].endswith("cannot be sent to it: arguments[0][0]: function is not a value")


def test_a_batch_that_the_store_refuses_is_bisected_and_the_culprit_parked(world: World):
    refs = [world.start(f"run {number}", ["call", 1]) for number in range(5)]
    culprit = refs[2]
    world.load()
    world.turn()
    for _ in range(20):
        if not world.send():
            break
        if any(write.ref == culprit and write.status == Status.RUNNING for write in world.batch.runs):
            world.core.refused("value too large")
            world.batch = None
        else:
            world.answer()
        world.leave()
    assert "its state could not be stored: value too large" in parked(world, culprit)
    world.finish()
    assert all(world.row(ref).status == Status.FINISHED for ref in refs if ref != culprit)


def test_a_poll_that_began_before_a_commit_does_not_bring_its_entries_back(world: World):
    ref = world.start("a", ["call", 1])
    world.settle()
    at_once(world.store.cancel(ref, "x"))
    as_of = world.core.commits
    late = at_once(world.store.read_inbox(world.core.parts, 10))
    world.poll()
    world.turn()
    assert world.send()
    world.answer()
    assert world.core.entries(late, as_of) == 0
    assert world.core.entries(late, world.core.commits) == 1, "one that began after it shows what is really there"


def test_a_batch_is_bounded(world: World):
    for number in range(1500):
        world.start(f"run {number}", ["call", 1])
    world.load()
    while world.turn():
        pass
    assert world.send()
    assert len(world.batch.runs) == 1000
    writes = [write.ref for write in world.batch.runs]
    assert writes == sorted(writes)
    world.finish()
    assert len(world.completed) == 1500


def test_while_a_commit_is_under_way_the_next_batch_gathers(world: World):
    world.start("one", ["call", 1])
    world.load()
    world.turn()
    assert world.send()
    world.start("two", ["call", 1])
    world.load()
    world.turn()
    assert world.core.batch() is None, "one commit at a time"
    world.answer()
    assert world.send()
    assert [write.ref for write in world.batch.runs] == [world.start("two")]
    world.finish()


def test_a_lost_partition_takes_its_attempts_back(world: World):
    ref = world.start("a", ["call", 1])
    world.settle()
    world.core.lost([ref.part])
    world.leave()
    assert world.running == []
    assert ref.part not in world.core.parts


def test_the_unit_of_the_fakes_is_the_one_that_is_stored():
    assert at_once(World().store.get_unit(UNIT)) == b"good"
