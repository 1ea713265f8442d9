"""Commits of the core: those that go wrong or stay in doubt, what is gathered meanwhile, and what leaves when."""

from __future__ import annotations

import msgspec
import pytest

from waymark.runtime.model import Status

from .world import World, at_once, outcome


@pytest.fixture
def world() -> World:
    return World()


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
