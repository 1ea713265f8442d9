"""Runs that the engine cannot go on with: what is parked, what fails, and what becomes of their neighbours."""

from __future__ import annotations

import pytest

from waymark.runtime.engine.events import Faulted, Parked
from waymark.runtime.model import Status

from .world import World, at_once, outcome


@pytest.fixture
def world() -> World:
    return World()


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
    said = "unit 626262626262, which it is made of, cannot be read: bad magic; bring back what is damaged"
    assert parked(world, ref).startswith(said)


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
    assert parked(world, ref).startswith("it cannot be loaded: ValueError: page 1 is corrupt; bring back what is")
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
    assert parked(world, ref).startswith("the engine failed 2 times while executing it: broken: always; that is a")
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
