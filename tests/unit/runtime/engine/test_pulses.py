"""Attempts that have to beat, and what becomes of those that fall silent."""

from __future__ import annotations

import pytest

from waymark.runtime.engine.events import Beat, Dropped
from waymark.runtime.machines.attempts import AttemptPolicy

from .world import World, outcome

MS = 1_000
PULSE = AttemptPolicy(heartbeat_ms=100)


@pytest.fixture
def world() -> World:
    return World(policy=PULSE)


def beat(world: World, progress: bytes | None = None) -> None:
    dispatch = world.running[0]
    world.core.report(Beat(dispatch.ref, dispatch.request, dispatch.attempt, progress), world.now)


def test_an_attempt_is_told_how_often_it_must_beat(world: World) -> None:
    world.start("a", ["call", 1])
    world.settle()
    assert world.running[0].heartbeat_ms == 100


def test_a_silent_attempt_is_revoked_and_followed_by_another(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    silent = world.running[0]
    assert world.core.next_alarm() == world.now + 100 * MS
    world.now += 100 * MS
    world.settle()
    assert [(dispatch.request, dispatch.attempt) for dispatch in world.running] == [(1, 2)]
    world.tell(silent)
    assert any(isinstance(notice, Dropped) for notice in world.core.notices()), "its outcome comes too late"
    world.report(world.running[0])
    world.settle()
    assert outcome(world, ref) == [True, 10]


def test_an_attempt_that_beats_takes_as_long_as_it_wants(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    for _ in range(20):
        world.now += 90 * MS
        beat(world)
        world.settle()
    assert [dispatch.attempt for dispatch in world.started] == [1]
    world.report(world.running[0])
    world.settle()
    assert outcome(world, ref) == [True, 10]


def test_an_engine_that_was_away_waits_for_beats_that_may_be_on_their_way(world: World) -> None:
    world.start("a", ["call", 1])
    world.settle()
    world.now += 10_000 * MS
    world.settle()
    assert [dispatch.attempt for dispatch in world.started] == [1]
    beat(world)
    world.now += 25 * MS
    world.settle()
    assert [dispatch.attempt for dispatch in world.started] == [1]
    world.now += 75 * MS
    world.settle()
    assert [dispatch.attempt for dispatch in world.started] == [1, 2]


def test_progress_is_shown_while_the_attempt_is_under_way(world: World) -> None:
    ref = world.start("a", ["call", 1])
    world.settle()
    assert world.core.progress(ref) == {}
    beat(world, b"half")
    beat(world)
    assert world.core.progress(ref) == {1: b"half"}
    world.report(world.running[0])
    world.settle()
    assert world.core.progress(ref) == {}


def test_a_beat_of_an_earlier_attempt_is_dropped(world: World) -> None:
    world.start("a", ["call", 1])
    world.settle()
    early = world.running[0]
    world.now += 100 * MS
    world.settle()
    world.now += 90 * MS
    world.core.report(Beat(early.ref, early.request, early.attempt, b"half"), world.now)
    world.now += 10 * MS
    world.settle()
    assert world.running == [], "the second was silent all the same"
