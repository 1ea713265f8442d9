"""What an engine keeps in memory, in what order it works, and how large its commits are."""

from __future__ import annotations

import uuid

import pytest

from waymark.runtime.engine.core import Core
from waymark.runtime.engine.events import Ended, Parked
from waymark.runtime.engine.limits import AHEAD_US, Limits
from waymark.runtime.engine.live import LiveRun
from waymark.runtime.engine.ready import OTHERS_EVERY, Ready
from waymark.runtime.model import InboxKind, NewRun, RunRef, Status

from .doubles import UNIT
from .world import World, at_once

SECOND = 1_000_000
SLEEPY = Limits(evict_us=20 * SECOND)


class Bounded(World):
    """A world whose engine has limits. What it does with its crumb is noted."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.crumbs: list[RunRef | None] = []
        super().__init__()

    def boot(self) -> None:
        super().boot()
        self.core = Core(self.engine, self.host, self.policy, self.limits, self.crumbs.append)
        fresh = self.core.granted(at_once(self.store.acquire(self.engine, range(256), 15_000)))
        self.core.entries(at_once(self.store.read_strikes(fresh)), self.core.commits)
        self.core.adopt(at_once(self.store.live_runs(fresh)))

    def poll(self) -> int:
        as_of = self.core.commits
        found = at_once(self.store.read_inbox(self.core.parts, self.core.appetite, self.core.open_to_starts))
        return self.core.entries(found, as_of)

    def look_ahead(self) -> int:
        return self.core.due(at_once(self.store.due_runs(self.core.parts, self.now + AHEAD_US, 500)))


# --- sleepers ---


def test_a_long_sleeper_leaves_memory_and_its_row_says_when_it_wakes() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["call", 1], ["sleep", 60 * SECOND], ["call", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    assert world.core.runs == frozenset()
    assert world.row(ref).wake_at == world.now + 60 * SECOND
    world.now += 55 * SECOND - 1
    assert world.look_ahead() == 0
    world.now += 1
    assert world.look_ahead() == 1, "it is taken up somewhat early"
    world.settle()
    assert world.running == [], "and wakes on time"
    world.now += 5 * SECOND
    world.settle()
    assert [dispatch.request for dispatch in world.running] == [2]
    assert world.row(ref).wake_at is None
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_a_short_sleeper_stays_in_memory() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 19 * SECOND])
    world.settle()
    assert world.core.runs == {ref} and world.row(ref).wake_at is None


def test_a_sleeper_with_an_action_under_way_stays_in_memory() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["fan", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    assert world.core.runs == {ref}


def test_a_new_engine_does_not_take_up_who_sleeps() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 3_600 * SECOND])
    world.settle()
    world.crash()
    world.settle()
    assert world.core.runs == frozenset()
    world.now = world.row(ref).wake_at or 0
    assert world.look_ahead() == 1
    world.finish()
    assert world.row(ref).status == Status.FINISHED


def test_a_cancel_wakes_a_sleeper() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 3_600 * SECOND])
    world.settle()
    at_once(world.store.cancel(ref, "enough"))
    world.settle()
    assert world.row(ref).status == Status.FAILED


def test_what_arrives_while_a_sleeper_is_put_to_bed_keeps_it_up() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 60 * SECOND])
    world.load()
    world.turn()
    assert world.send() and world.batch is not None and world.batch.runs[0].wake_at is not None
    at_once(world.store.cancel(ref, "enough"))
    world.poll()
    world.answer()
    assert world.core.runs == {ref}
    world.settle()
    assert world.row(ref).status == Status.FAILED


def test_a_sleeper_that_was_only_looked_up_goes_on_sleeping() -> None:
    world = Bounded(SLEEPY)
    ref = world.start("a", ["sleep", 60 * SECOND])
    world.load()
    world.turn()
    assert world.send()
    world.write()
    world.core.unknown()
    world.batch = None
    world.settle()
    assert world.core.runs == frozenset() and world.row(ref).wake_at is not None


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


# --- strikes ---


def test_the_crumb_names_the_run_that_is_executed_and_nobody_afterwards() -> None:
    world = Bounded(Limits())
    ref = world.start("a", ["call", 1])
    world.settle()
    assert ref in world.crumbs and world.crumbs[-1] is None


def test_a_struck_run_is_executed_and_committed_alone() -> None:
    world = Bounded(Limits())
    struck = world.start("struck", ["call", 1])
    others = [world.start(f"run {number}", ["call", 1]) for number in range(5)]
    at_once(world.store.strike(struck, "an engine died"))
    world.load()
    batches = []
    for _ in range(20):
        world.turn()
        if world.send():
            assert world.batch is not None
            batches.append([write.ref for write in world.batch.runs])
            world.answer()
    assert [struck] in batches
    assert sorted(ref for batch in batches for ref in batch) == sorted([struck, *others])
    assert at_once(world.store.read_strikes(range(256))) == [], "its clean commit has consumed the strike"
    world.finish()
    assert world.row(struck).status == Status.FINISHED


def test_the_third_strike_parks_a_run_before_it_is_executed_again() -> None:
    world = Bounded(Limits())
    ref = world.start("a", ["call", 1])
    good = world.start("good", ["call", 1])
    for why in ("one", "two", "out of memory"):
        at_once(world.store.strike(ref, why))
    world.crash()
    world.finish()
    assert world.row(ref).reason == "3 engines died while they executed it, the last one so: out of memory"
    assert all(dispatch.ref != ref for dispatch in world.started)
    assert world.row(good).status == Status.FINISHED
    at_once(world.store.resume(ref))
    world.finish()
    assert world.row(ref).status == Status.FINISHED, "resumed, it begins without strikes"


# --- what nobody here knows ---


def test_an_entry_of_a_later_version_parks_its_run_and_stays() -> None:
    world = Bounded(Limits())
    ref, good = world.start("a", ["call", 1]), world.start("good", ["call", 1])
    world.settle()
    world.store._put_entry(ref, 99, b"from the future")
    world.finish()
    row = world.row(ref)
    assert row.status == Status.PARKED and row.reason is not None and "an entry of kind 99" in row.reason
    (entry,) = at_once(world.store.read_inbox(range(256), 10))
    assert (entry.kind, entry.run) == (99, ref.run)
    assert world.row(good).status == Status.FINISHED
    revision = row.revision
    world.settle()
    assert world.row(ref).revision == revision, "it is not parked again and again"


def test_a_parked_run_is_resumed_and_goes_on_from_where_it_stood() -> None:
    world = Bounded(Limits())
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    world.report(world.running[0])
    world.settle()
    page = world.store._pages[ref][1]
    world.store._pages[ref][1] = b"rubbish"
    world.crash()
    world.settle()
    assert world.row(ref).status == Status.PARKED
    world.store._pages[ref][1] = page
    at_once(world.store.resume(ref))
    world.finish()
    assert world.row(ref).status == Status.FINISHED
    assert [(each.request, each.attempt) for each in world.started] == [(1, 1), (2, 1), (2, 2)]


def test_a_failed_run_keeps_the_state_before_its_last_slice() -> None:
    world = Bounded(Limits())
    ref = world.start("a", ["call", 1], ["raise", "no"])
    world.settle()
    root = world.row(ref).root
    world.finish()
    assert world.row(ref).status == Status.FAILED and world.row(ref).root == root != b""


@pytest.mark.parametrize("late", ["before the next commit", "after the next commit"])
def test_a_commit_that_arrives_after_it_was_given_up_changes_nothing_twice(late: str) -> None:
    """Its sender has read that it was not made, and goes on; whichever of the two comes first stands."""
    world = Bounded(Limits())
    ref = world.start("a", ["fan", 2], ["say", "both"], ["call", 5])
    world.settle()
    first, second = world.running
    world.report(first)
    world.turn()
    assert world.send()
    lost, world.batch = world.batch, None
    world.core.unknown()
    world.read()
    world.report(second)
    world.turn()
    assert world.send() and lost is not None
    if late == "before the next commit":
        at_once(world.store.commit(lost))
        world.answer()
    else:
        world.answer()
        with pytest.raises(Exception, match="another revision"):
            at_once(world.store.commit(lost))
    world.finish()
    assert world.row(ref).status == Status.FINISHED
    assert world.said == ["both"]
    assert world.row(ref).outcome == b"\x92\xc3\x3c", "0 and 1 and 5, tenfold"
    calls = at_once(world.store.calls_of(ref))
    assert [call.call for call in calls] == [1, 2, 3]


def test_a_partition_that_was_lost_and_came_back_loses_no_commit_under_way() -> None:
    world = Bounded(Limits())
    ref = world.start("a", ["call", 1])
    world.load()
    world.turn()
    assert world.send()
    world.core.lost(world.core.parts)
    fresh = world.core.granted(at_once(world.store.acquire(world.engine, range(256), 15_000)))
    world.core.adopt(at_once(world.store.live_runs(fresh)))  # read before the commit arrives
    world.answer()
    world.finish()
    assert world.row(ref).status == Status.FINISHED
    assert at_once(world.store.read_inbox(range(256), 10)) == []


def test_a_report_of_a_run_that_has_ended_is_dropped() -> None:
    world = Bounded(Limits())
    ref = world.start("a", ["call", 1])
    world.settle()
    done = world.running[0]
    world.finish()
    revision = world.row(ref).revision
    world.core.report(Ended(ref, done.request, done.attempt, b"\x92\xc3\x01", 0, 1), world.now)
    world.settle()
    assert world.row(ref).revision == revision
    assert [str(notice) for notice in world.notices][-1].endswith("nobody waits for this attempt")


def test_the_kinds_of_entries_are_numbers_for_ever() -> None:
    assert [(kind.name, kind.value) for kind in InboxKind] == [
        ("START", 1),
        ("CANCEL", 2),
        ("RESUME", 3),
        ("STRIKE", 4),
    ]
