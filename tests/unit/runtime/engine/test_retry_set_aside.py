"""A failed run that is tried again, and is set aside before it has gone on: resumed, it is still tried again."""

from __future__ import annotations

import msgspec
import pytest

from waymark.runtime.model import RunRef, Status

from .world import World, at_once, outcome

CALLS = [["call", 1], ["fan", 2], ["call", 3]]  # the page that is damaged holds the first one


@pytest.fixture
def world() -> World:
    return World()


def failed_after_a_value(world: World) -> RunRef:
    """One of its calls raised in the slice in which another one got its value."""
    ref = world.start("a", *CALLS)
    world.settle()
    world.report(world.running[0])
    world.settle()
    good, bad = world.running
    world.tell(good)
    world.tell(bad, "out of paper")
    world.running = []
    world.settle()
    assert world.row(ref).status is Status.FAILED
    return ref


def try_again(world: World, ref: RunRef) -> None:
    assert at_once(world.store.retry(ref))
    world.settle()


def resume(world: World, ref: RunRef) -> None:
    at_once(world.store.resume(ref))
    world.settle()


def damaged(world: World, ref: RunRef) -> bytes:
    """Its first page, from now on rubbish, as it was."""
    page = world.store._pages[ref][1]
    world.store._pages[ref][1] = b"rubbish"
    return page


@pytest.mark.parametrize("times", [1, 2])
def test_calls_that_had_a_value_keep_it_however_often_it_was_set_aside(world: World, times: int) -> None:
    ref = failed_after_a_value(world)
    page = damaged(world, ref)
    try_again(world, ref)
    for _ in range(times - 1):
        resume(world, ref)
        world.crash()
    assert world.row(ref).status is Status.PARKED
    world.store._pages[ref][1] = page
    resume(world, ref)
    assert [(dispatch.request, dispatch.attempt) for dispatch in world.running] == [(3, 2)]
    world.finish()
    assert outcome(world, ref) == [True, 50]
    rows = at_once(world.store.calls_of(ref))
    assert [(row.call, row.attempt, row.ok) for row in rows] == [
        (1, 1, True), (2, 1, True), (3, 2, True), (4, 1, True),
    ]  # fmt: skip


def test_messages_that_it_had_taken_in_are_kept(world: World) -> None:
    ref = world.start("a", ["call", 1], ["receive", 1], ["raise", "no"])
    world.settle()
    world.report(world.running[0])
    world.settle()
    at_once(world.store.send(ref, msgspec.msgpack.encode(7)))
    world.settle()
    assert world.row(ref).status is Status.FAILED
    page = damaged(world, ref)
    world.host.mended = True
    try_again(world, ref)
    assert world.row(ref).status is Status.PARKED
    world.store._pages[ref][1] = page
    resume(world, ref)
    assert outcome(world, ref) == [True, 17]


def test_messages_of_a_first_slice_that_failed_are_kept(world: World) -> None:
    ref = world.start("a", ["receive", 1], ["raise", "no"])
    at_once(world.store.send(ref, msgspec.msgpack.encode(7)))
    world.settle()
    assert world.row(ref).status is Status.FAILED and not world.row(ref).root
    world.host.mended = True
    try_again(world, ref)
    assert outcome(world, ref) == [True, 7]


def test_a_row_says_how_a_run_failed_until_it_goes_on(world: World) -> None:
    ref = failed_after_a_value(world)
    failure, page = world.row(ref).outcome, damaged(world, ref)
    try_again(world, ref)
    assert world.row(ref).status is Status.PARKED and world.row(ref).outcome == failure is not None
    world.store._pages[ref][1] = page
    resume(world, ref)
    assert world.row(ref).status is Status.RUNNING and world.row(ref).outcome is None
    world.crash()
    world.store._pages[ref][1] = b"rubbish"
    world.crash()
    world.settle()
    assert world.row(ref).status is Status.PARKED and world.row(ref).outcome is None, "it fails no more"


def test_one_that_is_set_aside_on_its_way_back_can_be_cancelled(world: World) -> None:
    ref = failed_after_a_value(world)
    damaged(world, ref)
    try_again(world, ref)
    at_once(world.store.cancel(ref, "enough"))
    world.settle()
    assert world.row(ref).status is Status.FAILED
    assert outcome(world, ref) == [False, "CancelledError: enough"]
    assert at_once(world.store.pages_of([ref.run])) == 0
