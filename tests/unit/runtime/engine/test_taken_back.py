"""A failover to a standby that lags behind takes back a commit, and with it what its run waits for."""

from __future__ import annotations

import copy

import pytest

from waymark.runtime.model import RunRef, Status

from .world import World, at_once, outcome


def asking_for_what_was_taken_back() -> tuple[World, RunRef, int]:
    """A run at rest in the engine, one commit ahead of the store; and how many commits there were before that one."""
    world = World()
    ref = world.start("a", ["call", 1], ["call", 2])
    world.settle()
    store, before = world.store, world.core.commits
    row, pages = store._runs[ref], copy.deepcopy(store._pages.get(ref, {}))
    world.report(world.running[0])
    world.settle()
    assert [each.request for each in world.running] == [2]
    world.running.clear()  # an offer to other hosts, say: what was lost with the commit, nobody answers
    store._runs[ref], store._pages[ref] = row, pages
    return world, ref, before


@pytest.mark.parametrize("seen", ["among live runs", "among those that are due"])
def test_a_run_that_waits_for_it_goes_on_from_the_state_that_is_left(seen: str) -> None:
    world, ref, _ = asking_for_what_was_taken_back()
    as_of = world.core.commits
    row = world.row(ref)
    assert (world.core.adopt([row], as_of) if seen == "among live runs" else world.core.due([row], as_of)) == 1
    world.finish()
    assert world.row(ref).status == Status.FINISHED
    assert [(each.request, each.attempt) for each in world.started] == [(1, 1), (2, 1), (1, 2), (2, 1)]
    assert outcome(world, ref)[1] == 30


def test_a_row_that_was_read_before_the_commit_says_nothing() -> None:
    world, ref, before = asking_for_what_was_taken_back()
    assert world.core.adopt([world.row(ref)], before) == 0


def test_a_row_as_we_know_it_says_nothing() -> None:
    world = World()
    world.start("a", ["call", 1])
    world.settle()
    assert world.core.adopt(at_once(world.store.live_runs(range(256))), world.core.commits) == 0
    assert len(world.running) == 1
