"""States that are larger than a batch: their new pages go ahead, in commits of their own."""

from __future__ import annotations

import pytest

from waymark.runtime.engine.limits import Limits
from waymark.runtime.model import Batch, RunRef, Status

from .bounded import Bounded
from .world import at_once, outcome

BYTES_MAX = 500
FAN = 60  # pages of ten bytes each


class Small(Bounded):
    def __init__(self) -> None:
        self.sent: list[Batch] = []
        super().__init__(Limits(batch_bytes=BYTES_MAX))

    def write(self) -> None:
        assert self.batch is not None
        self.sent.append(self.batch)
        super().write()

    def answered(self) -> RunRef:
        """A run all of whose actions have answered, and that is to be committed with a page for each."""
        ref = self.start("a", ["fan", FAN], ["call", 1])
        self.settle()
        for dispatch in list(self.running):
            self.report(dispatch)
        self.turn()
        self.sent = []
        return ref


@pytest.fixture
def world() -> Small:
    return Small()


def new_bytes(batch: Batch) -> int:
    return sum(len(body) for write in batch.runs for body in write.put.values())


def test_new_pages_go_ahead_in_batches_and_the_last_one_names_them(world: Small) -> None:
    ref = world.answered()
    before = world.row(ref)
    world.settle()
    *ahead, last = world.sent
    assert len(ahead) >= 1 and all(new_bytes(batch) <= BYTES_MAX for batch in world.sent)
    assert all(batch.runs[0].root == before.root and not batch.consumed and not batch.calls for batch in ahead)
    assert [batch.runs[0].expected for batch in world.sent] == list(
        range(before.revision, before.revision + len(world.sent))
    )
    assert len(last.calls) == FAN and last.runs[0].root == world.row(ref).root != before.root
    pages = [page for batch in world.sent for page in batch.runs[0].put]
    assert len(pages) == len(set(pages)) == FAN, "each is written once"
    world.finish()
    assert outcome(world, ref) == [True, sum(range(FAN)) * 10 + 10]


def test_nothing_leaves_before_the_last_of_them(world: Small) -> None:
    world.answered()
    started = len(world.started)
    assert world.send()
    world.answer()
    world.leave()
    assert len(world.started) == started and world.core.committing is False
    world.settle()
    assert len(world.started) == started + 1


def test_an_engine_that_dies_between_them_has_changed_nothing(world: Small) -> None:
    ref = world.answered()
    before = world.row(ref)
    assert world.send()
    world.answer()
    assert world.row(ref).root == before.root and world.row(ref).revision == before.revision + 1
    world.crash()
    world.finish()
    assert outcome(world, ref) == [True, sum(range(FAN)) * 10 + 10]
    assert at_once(world.store.pages_of([ref.run])) == 0, "its end takes along what was left lying"


@pytest.mark.parametrize("made", [True, False])
def test_a_commit_ahead_of_which_nobody_knows_is_settled_by_reading(world: Small, made: bool) -> None:
    ref = world.answered()
    started = len(world.started)
    assert world.send()
    if made:
        world.write()
    world.batch = None
    world.core.unknown()
    world.settle()
    assert len(world.started) == started + 1, "no action was asked again"
    world.finish()
    assert outcome(world, ref) == [True, sum(range(FAN)) * 10 + 10]


def test_a_run_that_the_store_refuses_behind_its_pages_is_parked_alone(world: Small) -> None:
    ref = world.answered()
    other = world.start("b", ["call", 2])
    assert world.send()
    world.answer()
    assert world.send()
    world.batch = None
    world.core.refused("the data")
    world.settle()
    assert world.row(ref).status == Status.PARKED
    at_once(world.store.resume(ref))
    world.finish()
    assert outcome(world, ref) == [True, sum(range(FAN)) * 10 + 10]
    assert outcome(world, other) == [True, 20]
