"""The engine's core among crashes, lost answers, thieves and liars: nothing is lost, and nothing leaves too early.

Hypothesis decides what happens between any two steps of the core: the engine is killed, a commit is made and its
answer lost, or not made at all, a partition is stolen, a worker dies, a report comes twice or late. `World.check` holds
P3 against the store each time an attempt leaves: a durable state asks for exactly this attempt. In the end the faults
stop, and every run has the result that it would have had without them.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waymark.runtime.engine.core import Core
from waymark.runtime.model import Status
from waymark.vm.surface import Succeeded

from ..sim.bugs import EffectFirst, UnknownIsMade
from ..unit.runtime.engine.world import World, at_once

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.integers(0, 5)),
        st.tuples(st.just("fan"), st.integers(1, 4)),
        st.tuples(st.just("spin"), st.integers(1, 3)),
        st.tuples(st.just("sleep"), st.integers(1, 5_000_000)),
        st.tuples(st.just("break"), st.just("now")),
    ).map(list),
    max_size=5,
)
MOVES = (
    "poll read turn send answer leave report " * 3
    + "crash lost_answer not_made unreachable steal lose late_report twice alarm fault"
).split()


def expected(steps: list[list[Any]]) -> int:
    total = 0
    for step, argument in steps:
        match step:
            case "call":
                total += argument * 10
            case "fan":
                total += sum(range(argument)) * 10
    return total


class Faults(World):
    """The moves, each of which may come at any time."""

    def move(self, name: str, pick: int) -> None:
        chosen = self.running[pick % len(self.running)] if self.running else None
        match name:
            case "poll":
                self.poll()
            case "read":
                self.read()
            case "turn":
                self.turn()
            case "send":
                self.send()
            case "answer" if self.batch is not None:
                self.answer()
            case "leave":
                self.leave()
            case "report" if chosen is not None:
                self.report(chosen)
            case "lose" if chosen is not None:
                self.lose(chosen, timed_out=bool(pick & 1))
            case "late_report" if self.started:
                self.tell(self.started[pick % len(self.started)])
            case "twice" if chosen is not None:
                self.report(chosen)
                self.tell(chosen)
            case "crash":
                self.crash()
            case "lost_answer" if self.batch is not None and self.may_commit():
                self.write()
                self.core.unknown()
                self.batch = None
            case "not_made" if self.batch is not None:
                self.core.unknown()
                self.batch = None
            case "unreachable" if self.batch is not None:
                self.core.unreachable()
                self.batch = None
            case "steal":
                self.steal(pick)
            case "alarm" if (alarm := self.core.next_alarm()) is not None:
                self.now = max(self.now, alarm)
            case "fault":
                self.host.broken = set() if self.host.broken else {"now"} if pick & 1 else set()

    def may_commit(self) -> bool:
        assert self.batch is not None
        held = self.store._partitions
        return all(held[part].epoch == epoch for part, epoch in self.batch.fence.items())

    def steal(self, pick: int) -> None:
        """Somebody else takes the partition of some run and dies; the engine may notice at once, or by a commit."""
        parts = sorted({run.ref.part for run in self.store._runs.values()})
        part = parts[pick % len(parts)]
        self.store._partitions[part].epoch += 1
        if pick & 1:
            self.acquire()

    def recover(self) -> None:
        """No more faults. A run that was parked is nobody's mistake here, and is taken up again."""
        self.host.broken = set()
        if self.batch is not None:
            self.answer()
        self.leave()
        self.crash()
        self.finish()


def simulate(world: Faults, programs: list[list[list[Any]]], moves: list[tuple[str, int]]) -> None:
    refs = [world.start(f"run {number}", *steps) for number, steps in enumerate(programs)]
    for name, pick in moves:
        world.move(name, pick)
    world.recover()
    for ref, steps in zip(refs, programs, strict=True):
        row = world.row(ref)
        if row.status == Status.PARKED:
            assert ["break", "now"] in steps
            continue
        assert row.status == Status.FINISHED, row
        assert row.outcome == world.host.encode_outcome(Succeeded(expected(steps)))
        assert at_once(world.store.pages_of([ref.run])) == 0
        calls = at_once(world.store.calls_of(ref))
        assert [call.call for call in calls] == list(range(1, len(calls) + 1)), "each call is written down once"
    assert at_once(world.store.read_inbox(range(256), 10)) == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(STEPS, min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 7)), max_size=80),
)
def test_whatever_happens_between_two_steps_nothing_is_lost_and_nothing_leaves_too_early(
    programs: list[list[list[Any]]], moves: list[tuple[str, int]]
) -> None:
    simulate(Faults(), programs, moves)


def plan(*names: str) -> list[tuple[str, int]]:
    return [(name, 0) for name in names]


BEGUN = plan("poll", "read", "turn", "read", "turn", "read", "turn")


@pytest.mark.parametrize(
    ("bug", "moves", "said"),
    [
        (EffectFirst, [*BEGUN, *plan("send", "leave")], "left before any state asked for it"),
        (UnknownIsMade, [*BEGUN, *plan("send", "not_made", "leave")], "left before any state asked for it"),
    ],
)
def test_a_planted_bug_is_caught(bug: type[Core], moves: list[tuple[str, int]], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        simulate(Faults(bug), [[["call", 1]]], moves)
