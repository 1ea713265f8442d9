"""Runs that kill their engine or that nobody here understands, and commits that arrive when nobody expects them."""

from __future__ import annotations

import pytest

from waymark.runtime.engine.events import Ended
from waymark.runtime.engine.limits import Limits
from waymark.runtime.model import InboxKind, Status

from .bounded import Bounded
from .world import at_once

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
    said = "3 engines died while they executed it, the last one so: out of memory; see their logs, and resume"
    assert (world.row(ref).reason or "").startswith(said)
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
    world.core.adopt(at_once(world.store.live_runs(fresh)), world.core.commits)  # read before the commit arrives
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
        ("MESSAGE", 5),
        ("PAUSE", 6),
        ("RETRY", 7),
        ("CHILD", 8),
        ("OUTCOME", 9),
        ("JOIN", 10),
    ]
