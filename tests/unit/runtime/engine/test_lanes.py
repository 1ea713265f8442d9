"""Several commits under way at a time: each lane by itself."""

from __future__ import annotations

from waymark.runtime.engine.limits import Limits
from waymark.runtime.model import RunRef, Status

from .bounded import Bounded
from .world import at_once


def two_lanes() -> tuple[Bounded, RunRef, RunRef]:
    """Two runs with something to commit, one in each lane."""
    world = Bounded(Limits(lanes=2))
    refs = [world.start(f"run {number}", ["call", 1]) for number in range(8)]
    even = next(ref for ref in refs if ref.part % 2 == 0)
    odd = next(ref for ref in refs if ref.part % 2 == 1)
    world.load()
    world.turn()
    return world, even, odd


def test_a_lane_commits_while_another_one_does() -> None:
    world, even, odd = two_lanes()
    first, second = world.core.batch(0), world.core.batch(1)
    assert first is not None and second is not None
    assert {write.ref.part % 2 for write in first.runs} == {0} and even in {write.ref for write in first.runs}
    assert {write.ref.part % 2 for write in second.runs} == {1} and odd in {write.ref for write in second.runs}
    assert world.core.batch(0) is None, "one at a time in each"
    at_once(world.store.commit(second))
    world.core.committed(1)
    world.leave()
    assert odd in {dispatch.ref for dispatch in world.running}
    assert even not in {dispatch.ref for dispatch in world.running}
    at_once(world.store.commit(first))
    world.core.committed(0)
    world.leave()
    assert even in {dispatch.ref for dispatch in world.running}


def test_what_becomes_of_one_commit_is_no_affair_of_the_other() -> None:
    world, even, odd = two_lanes()
    first, second = world.core.batch(0), world.core.batch(1)
    assert first is not None and second is not None
    world.core.unknown(0)
    at_once(world.store.commit(second))
    world.core.committed(1)
    world.leave()
    assert odd in {dispatch.ref for dispatch in world.running}
    while world.read():
        pass
    for lane in world.core.lanes:
        while world.core.turn(world.now):
            pass
        if (batch := world.core.batch(lane)) is not None:
            at_once(world.store.commit(batch))
            world.core.committed(lane)
    world.leave()
    assert even in {dispatch.ref for dispatch in world.running}
    assert world.row(even).status == world.row(odd).status == Status.RUNNING
