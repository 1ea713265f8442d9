"""The time that a run was given: it runs only while engines can execute the run."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from waymark.runtime.engine.slices import OVERDUE
from waymark.runtime.model import NewRun, RunRef, Status
from waymark.vm.surface import Instant

from .doubles import UNIT
from .world import World, at_once, outcome

SECOND = 1_000_000
GIVEN_US = 10 * SECOND


@pytest.fixture
def world() -> World:
    return World()


def started(world: World, *steps: list[object], delay_us: int | None = None) -> RunRef:
    new = NewRun(
        "fake", "timed", uuid.uuid4(), UNIT, msgspec.msgpack.encode(steps), bytes(16),
        delay_us=delay_us, timeout_us=GIVEN_US,
    )  # fmt: skip
    ref = at_once(world.store.start(new))
    world.settle()
    return ref


def over(world: World, ref: RunRef) -> bool:
    """Whether its time is; the clock goes on until that."""
    world.settle()
    return world.row(ref).status is Status.FAILED and outcome(world, ref)[1].endswith(OVERDUE)


def passes(world: World, us: Instant) -> None:
    """So much time, with whatever is due in it."""
    until = world.now + us
    while (alarm := world.core.next_alarm()) is not None and alarm <= until:
        world.now = max(world.now, alarm)
        world.settle()
    world.now = until
    world.core.due(at_once(world.store.due_runs(world.core.parts, until, 10)), world.core.commits)
    world.settle()


def paused_for(world: World, ref: RunRef, us: int, *, crash: bool = False) -> None:
    at_once(world.store.pause(ref))
    world.settle()
    assert world.row(ref).status is Status.PAUSED
    passes(world, us)
    if crash:
        world.crash()
    at_once(world.store.resume(ref))
    world.settle()


@pytest.mark.parametrize("crash", [False, True])
def test_a_pause_stops_the_time(world: World, crash: bool) -> None:
    ref = started(world, ["receive", 1])
    passes(world, 4 * SECOND)
    paused_for(world, ref, 3_600 * SECOND, crash=crash)
    passes(world, 5 * SECOND)
    assert not over(world, ref), "a second of its time is left"
    passes(world, SECOND)
    assert over(world, ref)


def test_what_was_left_survives_an_engine_after_the_pause(world: World) -> None:
    ref = started(world, ["receive", 1])
    passes(world, 4 * SECOND)
    paused_for(world, ref, 3_600 * SECOND)
    world.crash()  # which takes 15 seconds
    world.settle()
    assert over(world, ref), "the time of engines that are being replaced counts"


def test_two_pauses_add_up(world: World) -> None:
    ref = started(world, ["receive", 1])
    for _ in range(2):
        passes(world, 3 * SECOND)
        paused_for(world, ref, 60 * SECOND, crash=True)
    passes(world, 3 * SECOND)
    assert not over(world, ref)
    passes(world, SECOND)
    assert over(world, ref)


def test_a_pause_before_its_beginning_costs_and_gives_nothing(world: World) -> None:
    ref = started(world, ["receive", 1], delay_us=30 * SECOND)
    paused_for(world, ref, 20 * SECOND)
    passes(world, 11 * SECOND)
    passes(world, 8 * SECOND)
    assert not over(world, ref)
    passes(world, 2 * SECOND)
    assert over(world, ref)


def test_a_parked_run_has_its_time_when_it_is_resumed(world: World) -> None:
    ref = started(world, ["call", 1], ["receive", 1])
    world.host.broken = {"always"}
    passes(world, 4 * SECOND)
    world.core._memory.park(world.core._memory.runs[ref], "for a test")
    world.settle()
    assert world.row(ref).status is Status.PARKED
    passes(world, 3_600 * SECOND)
    at_once(world.store.resume(ref))
    world.settle()
    passes(world, 5 * SECOND)
    assert not over(world, ref)
    passes(world, 2 * SECOND)
    assert over(world, ref)


def test_a_failed_run_has_its_time_when_it_is_tried_again(world: World) -> None:
    ref = started(world, ["sleep", 4 * SECOND], ["raise", "no"], ["receive", 1])
    passes(world, 5 * SECOND)
    assert world.row(ref).status is Status.FAILED
    passes(world, 3_600 * SECOND)
    world.host.mended = True
    assert at_once(world.store.retry(ref))
    world.settle()
    assert world.row(ref).status is Status.RUNNING
    passes(world, 5 * SECOND)
    assert not over(world, ref)
    passes(world, 2 * SECOND)
    assert over(world, ref)


def test_a_run_that_was_never_held_has_no_page_for_it(world: World) -> None:
    ref = started(world, ["call", 1], ["receive", 1])
    world.report(world.running[0])
    world.settle()
    assert all(page > 0 for page in at_once(world.store.load_pages(ref)))
