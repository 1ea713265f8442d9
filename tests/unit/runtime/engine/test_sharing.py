"""Partitions that go from an engine that lives to another: when they are asked for, and when they are given."""

from __future__ import annotations

import uuid

from waymark.runtime.engine.sharing import LOOKS_FIRST, MOVED_MAX, PATIENCE_US, Moves, Sharing
from waymark.runtime.machines.shares import share_of
from waymark.runtime.model import Peers, RunRef, Status

from .world import World, at_once, outcome

ALL = frozenset(range(256))


class Two(World):
    """The engine of the world, and another one that lives."""

    def __init__(self) -> None:
        super().__init__()
        self.other = uuid.uuid4()
        at_once(self.store.register(self.other, "host", "lock"))
        at_once(self.store.acquire(self.other, [], 10**9))
        self.sharing = Sharing(self.engine, self.core, ALL)
        self.theirs = ALL - share_of(self.engine, {self.engine, self.other}, ALL)

    def look(self) -> Moves:
        at_once(self.store.want(self.other, sorted(self.theirs)))
        return self.sharing.look(at_once(self.store.peers(self.engine)), self.now)

    def start_of_theirs(self, *steps: list[object]) -> RunRef:
        """A run in a partition that will be the other's."""
        return next(ref for number in range(99) if (ref := self.start(f"run {number}", *steps)).part in self.theirs)

    def crash_to_other(self) -> None:
        """The world goes on as the other engine, which takes what it was given; what was ours falls to it as well."""
        at_once(self.store.release(self.engine))
        self.engine = self.other
        self.core = self.core_class(self.other, self.host)
        self.running = []
        self.acquire()

    def hand_over(self, moves: Moves) -> None:
        epochs = {part: self.core.epochs[part] for part in moves.give}
        self.sharing.handed_over(at_once(self.store.hand_over(self.engine, epochs, self.other)))


def test_what_is_at_rest_is_given_at_once() -> None:
    world = Two()
    moves = world.look()
    assert moves.give == dict.fromkeys(world.theirs, world.other)
    assert moves.take == ALL - world.theirs and moves.want == ()
    world.hand_over(moves)
    assert world.core.parts == ALL - world.theirs and not world.sharing.moving
    assert at_once(world.store.acquire(world.other, ALL, 10**9)).keys() == world.theirs


def test_what_belongs_with_us_is_not_given_whoever_asks() -> None:
    world = Two()
    moves = world.sharing.look(Peers(frozenset({world.other}), dict.fromkeys(ALL, world.other)), world.now)
    assert moves.give.keys() == world.theirs


def test_an_engine_that_is_alone_or_asked_by_a_dead_one_keeps_all() -> None:
    world = Two()
    moves = world.sharing.look(Peers(frozenset({world.engine}), dict.fromkeys(ALL, world.other)), world.now)
    assert moves == Moves((), {}, ALL)


def test_an_engine_that_has_just_come_asks_for_nothing_and_then_for_a_few_at_a_time() -> None:
    world = Two()
    world.core.lost(ALL)
    peers = Peers(frozenset({world.engine, world.other}), {})
    wants = [world.sharing.look(peers, world.now).want for _ in range(LOOKS_FIRST + 1)]
    assert wants[:LOOKS_FIRST] == [()] * LOOKS_FIRST
    assert len(wants[-1]) == MOVED_MAX and set(wants[-1]) <= ALL - world.theirs


def test_what_the_store_says_is_ours_and_we_do_not_know_is_taken() -> None:
    world = Two()
    world.core.lost({min(world.theirs)})
    moves = world.look()
    assert min(world.theirs) in moves.take and min(world.theirs) not in moves.give


def test_an_action_under_way_is_waited_for_and_what_it_came_to_is_written_down() -> None:
    world = Two()
    ref = world.start_of_theirs(["call", 3], ["call", 4])
    world.settle()
    (dispatch,) = [each for each in world.running if each.ref == ref]
    moves = world.look()
    assert ref.part not in moves.give and world.sharing.moving
    late = world.start(f"late {ref.run}", ["call", 1])
    world.report(dispatch)
    assert ref.part not in world.look().give, "its outcome is not durable yet"
    world.turn()
    assert world.send()
    world.answer()
    world.leave()
    assert not [each for each in world.running if each.ref == ref], "the next call is the new owner's to ask for"
    moves = world.look()
    assert ref.part in moves.give
    world.hand_over(moves)
    world.crash_to_other()
    world.finish()
    assert outcome(world, ref) == [True, 70] and world.row(late).status == Status.FINISHED
    assert [each.attempt for each in world.started if each.ref == ref] == [1, 1], "nothing was run twice"


def test_after_a_while_it_is_given_all_the_same_and_the_next_attempt_is_the_heirs() -> None:
    world = Two()
    ref = world.start_of_theirs(["call", 3])
    world.settle()
    assert ref.part not in world.look().give
    world.now += PATIENCE_US + 1
    moves = world.look()
    assert ref.part in moves.give
    world.hand_over(moves)
    world.leave()
    assert not [each for each in world.running if each.ref == ref], "it is taken back from the workers"
    world.crash_to_other()
    world.finish()
    assert outcome(world, ref) == [True, 30]
    assert [each.attempt for each in world.started if each.ref == ref] == [1, 2]


def test_nothing_is_read_of_what_leaves_and_all_of_it_if_it_stays() -> None:
    world = Two()
    ref = world.start_of_theirs(["call", 3], ["call", 4])
    world.settle()
    world.look()
    assert ref.part not in world.core.open_parts
    later = next(each for n in range(999) if (each := world.start(f"later {n}", ["call", 1])).part == ref.part)
    world.poll()
    assert later not in world.core.needs().rows and later not in world.core.runs
    world.sharing.look(Peers(frozenset({world.engine}), {}), world.now)
    assert world.core.open_parts == ALL
    world.finish()
    assert world.row(later).status == world.row(ref).status == Status.FINISHED
