"""Messages that are on their way when a run fails wait for it to be tried again."""

from __future__ import annotations

import msgspec

from waymark.runtime.model import RunRef, Status

from .world import World, at_once, outcome


def failed_with_a_message_on_its_way(world: World, value: int = 7) -> RunRef:
    ref = world.start("a", ["raise", "no"], ["receive", 1])
    world.load()
    world.turn()
    assert world.send()
    assert at_once(world.store.send(ref, msgspec.msgpack.encode(value))), "it has not failed, as far as anybody knows"
    world.answer()
    world.settle()
    assert world.row(ref).status is Status.FAILED
    return ref


def waiting(world: World) -> list[bytes]:
    return [entry.body for entry in at_once(world.store.read_inbox(range(256), 10))]


def test_a_message_behind_a_failure_is_received_when_the_run_is_tried_again() -> None:
    world = World()
    ref = failed_with_a_message_on_its_way(world)
    assert waiting(world) == [msgspec.msgpack.encode(7)]
    world.host.mended = True
    assert at_once(world.store.retry(ref))
    world.settle()
    assert outcome(world, ref) == [True, 7] and waiting(world) == []


def test_it_waits_for_any_engine_that_comes_later() -> None:
    world = World()
    ref = failed_with_a_message_on_its_way(world)
    world.crash()
    world.settle()
    world.host.mended = True
    assert at_once(world.store.retry(ref))
    world.settle()
    assert outcome(world, ref) == [True, 7]


def test_a_run_that_nobody_can_try_again_answers_what_comes_behind_its_end() -> None:
    world = World()
    ref = world.start("a", ["receive", 1])
    world.settle()
    at_once(world.store.cancel(ref, "enough"))
    world.load()
    world.turn()
    assert world.send()
    assert at_once(world.store.send(ref, msgspec.msgpack.encode(7)))
    world.answer()
    world.settle()
    assert outcome(world, ref) == [False, "CancelledError: enough"] and waiting(world) == []


def test_a_failed_run_with_messages_lets_its_engine_rest() -> None:
    world = World()
    failed_with_a_message_on_its_way(world)
    assert not world.poll() and not world.core.needs() and not world.core.runs
