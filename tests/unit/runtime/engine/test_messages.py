"""Messages: who gets them, who keeps them, and that none is lost on the way."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from waymark.runtime.engine.arrivals import POLLED_ENTRIES_MAX, POLLED_ENTRIES_MIN
from waymark.runtime.engine.limits import Limits
from waymark.runtime.messages import BadMessage, decode_message, encode_message
from waymark.runtime.model import NEVER, RunRef, Status
from waymark.vm import wire

from .bounded import SECOND, SLEEPY, Bounded
from .world import World, at_once, outcome


def send(world: World, ref: RunRef, *numbers: int) -> None:
    for number in numbers:
        assert at_once(world.store.send(ref, msgspec.msgpack.encode(number)))


def waiting(world: World) -> list[Any]:
    return [msgspec.msgpack.decode(entry.body) for entry in at_once(world.store.read_inbox(range(256), 100))]


def test_a_run_goes_on_when_the_messages_that_it_waits_for_have_come() -> None:
    world = World()
    ref = world.start("a", ["receive", 2], ["call", 1])
    world.settle()
    send(world, ref, 100)
    world.settle()
    assert world.running == [] and waiting(world) == [], "it is part of the state"
    send(world, ref, 200)
    world.finish()
    assert outcome(world, ref) == [True, 310]


def test_messages_are_handed_in_in_the_order_of_the_inbox() -> None:
    world = World()
    ref = world.start("a", ["receive", 1], ["receive", 1], ["call", 1], ["receive", 1])
    send(world, ref, 1, 20, 300)
    world.settle()
    assert world.core._memory.runs[ref].machine.state.messages == [300]  # type: ignore[union-attr]


def test_a_message_that_was_handed_in_survives_an_unknown_commit() -> None:
    world = World()
    ref = world.start("a", ["receive", 1])
    world.settle()
    send(world, ref, 7)
    world.poll()
    world.turn()
    assert world.send()
    world.core.unknown()
    world.batch = None
    world.finish()
    assert outcome(world, ref) == [True, 7]


def test_a_run_that_only_receives_leaves_memory_and_a_message_brings_it_back() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["call", 1], ["receive", 1])
    world.settle()
    world.report(world.running[0])
    world.settle()
    assert world.core.runs == frozenset() and world.row(ref).wake_at == NEVER
    world.now += 3600 * SECOND
    assert world.look_ahead() == 0
    world.crash()
    world.settle()
    assert world.core.runs == frozenset(), "a new owner does not take it up"
    send(world, ref, 5)
    world.settle()
    assert outcome(world, ref) == [True, 15]
    assert waiting(world) == []


def test_messages_of_runs_without_room_wait_in_the_inbox_and_later_entries_are_read() -> None:
    world = Bounded(Limits(runs_max=3, evict_us=20 * SECOND))
    sleepers = [world.start(f"sleeper {number}", ["receive", 1], ["call", 1]) for number in range(4)]
    world.settle()
    assert world.core.runs == frozenset()
    for ref in sleepers:
        send(world, ref, 1)
    world.settle()
    assert len(world.core.runs) == 2 and len(waiting(world)) == 2
    more = POLLED_ENTRIES_MIN if world.core.open_to_starts else POLLED_ENTRIES_MAX
    assert world.core.appetite == 2 + more, "those two are shown again, and others behind them"
    world.finish()
    world.finish()
    assert [world.row(ref).status for ref in sleepers] == [Status.FINISHED] * 4


def parked_run(world: World) -> RunRef:
    ref = world.start("a", ["receive", 1], ["break", "once"], ["receive", 2])
    world.settle()
    world.host.broken = {"once"}
    send(world, ref, 1)
    world.finish()
    assert world.row(ref).status == Status.PARKED
    return ref


def test_messages_to_a_run_that_is_set_aside_wait_until_it_is_taken_up_again() -> None:
    world = World()
    ref = parked_run(world)
    send(world, ref, 20)
    world.finish()
    revision = world.row(ref).revision
    assert waiting(world) == [1, 20], "that which it was set aside with, and that which came later"
    world.settle()
    assert world.row(ref).revision == revision, "nothing is written for them"
    world.host.broken = set()
    at_once(world.store.resume(ref))
    send(world, ref, 300)
    world.finish()
    assert outcome(world, ref) == [True, 321] and waiting(world) == []


def test_messages_to_a_run_that_is_set_aside_outlive_the_engine() -> None:
    world = World()
    ref = parked_run(world)
    world.crash()
    world.finish()
    world.host.broken = set()
    send(world, ref, 20, 300)
    at_once(world.store.resume(ref))
    world.finish()
    assert outcome(world, ref) == [True, 321] and waiting(world) == []


def test_messages_to_a_parked_run_are_answered_when_it_is_cancelled() -> None:
    world = World()
    ref = parked_run(world)
    send(world, ref, 20)
    world.finish()
    at_once(world.store.cancel(ref, "enough"))
    world.finish()
    assert world.row(ref).status == Status.FAILED and waiting(world) == []


def test_messages_that_a_run_left_unread_when_it_ended_are_answered() -> None:
    world = World()
    ref = world.start("a", ["call", 1])
    world.settle()
    send(world, ref, 1)
    world.report(world.running[0])
    world.turn()
    world.send()
    send(world, ref, 2)
    world.answer()
    world.finish()
    assert world.row(ref).status == Status.FINISHED and waiting(world) == []
    assert not at_once(world.store.send(ref, b"late"))


def test_a_message_that_cannot_be_read_parks_its_run_and_no_other() -> None:
    world = World()
    bad, good = world.start("bad", ["receive", 1]), world.start("good", ["receive", 1])
    at_once(world.store.send(bad, b"rubbish"))
    send(world, good, 1)
    world.finish()
    assert (world.row(bad).reason or "").startswith("a message to it cannot be read: rubbish; resume the run on")
    assert world.row(good).status == Status.FINISHED
    assert [entry.body for entry in at_once(world.store.read_inbox(range(256), 9))] == [b"rubbish"]


def test_the_body_of_a_message_holds_any_topic_and_any_value() -> None:
    assert decode_message(encode_message("approved \ud800", {"by": ("ann", 7)})) == (
        "approved \ud800",
        {"by": ("ann", 7)},
    )


def test_a_value_that_cannot_travel_is_refused_to_the_sender_with_its_path() -> None:
    with pytest.raises(wire.Unencodable, match=r"^message\.f: function is not a value"):
        encode_message("topic", {"f": print})
    with pytest.raises(TypeError, match=r"^a topic is a str, and this one is of type int$"):
        encode_message(7, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", msgspec.msgpack.encode((b"\xff", b"x")), msgspec.msgpack.encode((b"t", b""))]
)
def test_bytes_that_are_no_message_are_said_to_be_so(body: bytes) -> None:
    with pytest.raises(BadMessage, match=r"^a message to it cannot be read: "):
        decode_message(body)
