"""How many runs an engine holds, in what order it works, and how large its commits are."""

from __future__ import annotations

import uuid

from waymark.runtime.engine.events import Parked
from waymark.runtime.engine.limits import Limits
from waymark.runtime.engine.live import LiveRun
from waymark.runtime.engine.ready import OTHERS_EVERY, Ready
from waymark.runtime.model import NewRun, RunRef, Status

from .bounded import SECOND, Bounded
from .doubles import UNIT
from .world import World, at_once

# --- room ---


def test_no_more_runs_start_than_there_is_room_for() -> None:
    world = Bounded(Limits(runs_max=6))
    refs = [world.start(f"run {number}", ["call", 1]) for number in range(10)]
    world.settle()
    assert len(world.core.runs) == 4 and not world.core.open_to_starts
    assert len(at_once(world.store.read_inbox(range(256), 100))) == 6, "the others wait in the inbox"
    at_once(world.store.cancel(refs[9], "enough"))
    world.settle()
    assert world.row(refs[9]).status == Status.FAILED, "a cancel is let in, whoever it is for"
    world.finish()
    assert [world.row(ref).status for ref in refs[:9]] == [Status.FINISHED] * 9


def test_starts_leave_room_for_those_that_wake() -> None:
    world = Bounded(Limits(runs_max=3, evict_us=20 * SECOND))
    sleepers = [world.start(f"sleeper {number}", ["sleep", 60 * SECOND], ["call", 1]) for number in range(4)]
    for _ in sleepers:
        world.settle()
    for number in range(5):
        world.start(f"run {number}", ["call", 1])
    world.settle()
    assert len(world.running) == 2
    world.now += 60 * SECOND
    assert world.look_ahead() == 1, "two starts are in, so one of three places is left"
    assert not world.core.open_to_sleepers


# --- turns ---


def started_row():
    world = World()
    return world.row(world.start("a", ["call", 1]))


def test_higher_priority_goes_first_and_equals_take_turns() -> None:
    ready, host = Ready(), World().host
    host.units.add(UNIT)
    row = started_row()
    runs = [LiveRun(RunRef(0, uuid.UUID(int=number)), priority=number // 2, again=True) for number in range(4)]
    for run in runs:
        run.machine = host.start(row)
        ready.add(run)
    assert [ready.take() for _ in runs] == [runs[2], runs[3], runs[0], runs[1]]


def test_the_lowest_priority_is_not_starved() -> None:
    ready, host = Ready(), World().host
    host.units.add(UNIT)
    row = started_row()
    busy, low, lower = (LiveRun(RunRef(0, uuid.UUID(int=number)), priority=-number, again=True) for number in range(3))
    for run in (busy, low, lower):
        run.machine = host.start(row)
        ready.add(run)
    taken = []
    for _ in range(4 * OTHERS_EVERY):
        run = ready.take()
        assert run is not None
        taken.append(run)
        ready.add(run)
    assert taken.count(low) + taken.count(lower) == 4 and {low, lower} <= set(taken)


def test_a_run_that_starts_with_priority_overtakes() -> None:
    world = Bounded(Limits())
    slow = world.start("slow", ["spin", 50])
    run = uuid.uuid5(uuid.NAMESPACE_OID, "fast")
    urgent = at_once(
        world.store.start(NewRun("fake", "fast", run, UNIT, b"\x91\x92\xa4spin\x05", bytes(16), priority=9))
    )
    world.load()
    for _ in range(6):
        world.core.turn(world.now, slices_max=1)
    assert world.send() and world.batch is not None
    assert urgent in [write.ref for write in world.batch.runs]
    world.finish()
    assert world.row(slow).status == Status.FINISHED


# --- batches ---


def test_a_batch_is_bounded_by_bytes_and_a_giant_goes_alone() -> None:
    world = Bounded(Limits(batch_bytes=1_000))
    for number in range(12):
        world.start(f"run {number}", ["say", "x" * 100])
    world.start("giant", ["call", 1], ["say", "y" * 2_000])
    world.load()
    while world.turn():
        pass
    sizes = []
    while world.send():
        assert world.batch is not None
        sizes.append([len(write.root) + len(write.outcome or b"") for write in world.batch.runs])
        world.answer()
    assert sum(map(len, sizes)) == 13
    assert all(sum(batch) <= 1_000 or len(batch) == 1 for batch in sizes)
    assert any(len(batch) == 1 and batch[0] > 1_000 for batch in sizes)


def test_a_refused_batch_is_bisected() -> None:
    world = Bounded(Limits())
    refs = [world.start(f"run {number}", ["call", 1]) for number in range(64)]
    culprit = refs[40]
    world.load()
    while world.turn():
        pass
    commits = 0
    while world.send():
        assert world.batch is not None
        commits += 1
        if any(write.ref == culprit and write.status == Status.RUNNING for write in world.batch.runs):
            world.core.refused("value too large")
            world.batch = None
        else:
            world.answer()
    world.leave()
    assert commits <= 15, "twice the logarithm of 64, its parking and the first"
    assert [notice.ref for notice in world.notices if isinstance(notice, Parked)] == [culprit]
    world.finish()
    assert sum(world.row(ref).status == Status.FINISHED for ref in refs) == 63


def test_where_there_is_little_room_a_poll_shows_few_starts_and_every_other_one_shows_none() -> None:
    world = Bounded(Limits(runs_max=60))
    for number in range(39):
        world.start(f"run {number}", ["call", 1])
    world.settle()
    assert len(world.core.runs) == 39, "one more may start"
    seen = []
    for _ in range(4):
        seen.append((world.core.open_to_starts, world.core.appetite))
        world.poll()
    assert sorted(seen) == [(False, 500), (False, 500), (True, 50), (True, 50)]
