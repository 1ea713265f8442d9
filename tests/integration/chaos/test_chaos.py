"""Chaos of a few seconds, and the checker of its ledger. `make chaos` is the long one."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from benchmarks.chaos.chaos import Plan, unleash
from benchmarks.chaos.deeds import STEPS
from benchmarks.chaos.ledger import SLACK_S, Entry, Event, faults, repetitions
from benchmarks.chaos.misfortunes import MISFORTUNES

SECONDS = 8.0
REST_S = 90.0  # a starved machine starts a process in ten


@pytest.mark.skipif(sys.platform != "linux", reason="/proc, SIGSTOP, tmpfs")
@pytest.mark.parametrize("seed", [11, 12])
def test_all_runs_come_to_their_results_whatever_happens(seed: int, tmp_path: Path) -> None:
    plan = Plan(seed, runs=25, hosts=1, shards=2, chaos_s_max=SECONDS, rest_s_max=REST_S)
    said: list[str] = []
    report = asyncio.run(unleash(plan, said.append, tmp_path))
    assert report.faults == [], "\n".join(said)
    assert report.attempts - report.repetitions == plan.runs * STEPS
    assert {event.name for event in report.events} <= set(MISFORTUNES)


def whole(run: int = 0, begin: float = 100.0) -> list[Entry]:
    return [Entry(run, step, 1, 7, begin + step) for step in range(STEPS)]


def test_a_run_without_repetitions_is_as_promised() -> None:
    assert faults(whole(), [], 1) == []
    assert repetitions(whole()) == 0


def test_a_repetition_needs_a_misfortune() -> None:
    entries = [*whole(), Entry(0, 3, 2, 7, 103.5)]
    assert repetitions(entries) == 1
    assert faults(entries, [], 1) == ["step 3 of run 0 was repeated and nothing had happened"]
    assert faults(entries, [Event(103.2, "kill_engine", "engine 1")], 1) == []
    assert faults(entries, [Event(103.0 - SLACK_S / 2, "black_hole", "")], 1) == []
    assert len(faults(entries, [Event(104.0, "kill_engine", "afterwards")], 1)) == 1


def test_what_was_used_is_not_made_again() -> None:
    entries = [*whole(), Entry(0, 3, 2, 7, 108.0)]
    assert faults(entries, [Event(103.2, "kill_engine", "")], 1) == [
        "step 3 of run 0 began again after its result was used"
    ]


def test_an_attempt_begins_twice_only_where_its_worker_was_killed() -> None:
    entries = [*whole(), Entry(0, 3, 1, 8, 103.5)]
    assert faults(entries, [Event(103.2, "kill_worker", "worker 7")], 1) == []
    found = faults(entries, [Event(103.2, "kill_engine", "engine 7")], 1)
    assert found == ["step 3 of run 0: attempt 1 after attempt 1"]


def test_a_step_that_nobody_made_is_missed() -> None:
    assert faults(whole()[:-1], [], 1) == ["run 0 has steps that nobody made"]
