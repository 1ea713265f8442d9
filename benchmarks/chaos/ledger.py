"""What the actions wrote down, held against what was promised.

no attempt twice        the same attempt of a call never begins in two places
nothing recomputed      once a step's result was used, no attempt of that step begins any more
every repetition        has a misfortune before it that explains it: something happened after the attempt before it
nothing skipped         each run has gone through each step
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .deeds import STEPS


class Entry(msgspec.Struct, frozen=True):
    """An attempt that began. `at` is on the monotonic clock of the machine."""

    run: int
    step: int
    attempt: int
    pid: int
    at: float


class Event(msgspec.Struct, frozen=True):
    """A misfortune."""

    at: float
    name: str
    detail: str


def read(path: Path) -> list[Entry]:
    lines = path.read_text().splitlines() if path.exists() else []
    return [
        Entry(int(run), int(step), int(attempt), int(pid), float(at))
        for run, step, attempt, pid, at in (line.split() for line in lines)
    ]


def faults(entries: Sequence[Entry], events: Sequence[Event], runs: int) -> list[str]:
    """What breaks a promise, in words."""
    found: list[str] = []
    killed = {event.detail for event in events if event.name == "kill_worker"}
    steps: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.at):
        steps[entry.run, entry.step].append(entry)
    for (run, step), attempts in steps.items():
        following = steps.get((run, step + 1))
        if following and attempts[-1].at > following[0].at:
            found.append(f"step {step} of run {run} began again after its result was used")
        for before, after in itertools.pairwise(attempts):
            if not any(before.at - SLACK_S <= event.at <= after.at for event in events) and not lasting(events, before):
                found.append(f"step {step} of run {run} was repeated and nothing had happened")
            again = after.attempt == before.attempt and after.pid != before.pid and f"worker {before.pid}" in killed
            if after.attempt <= before.attempt and not again:
                found.append(f"step {step} of run {run}: attempt {after.attempt} after attempt {before.attempt}")
    missing = [run for run in range(runs) if any((run, step) not in steps for step in range(STEPS))]
    return found + [f"run {run} has steps that nobody made" for run in missing]


SLACK_S = 60.0  # a lost lease or a killed process is felt until its successor is up, which takes its time under load


def lasting(events: Sequence[Event], entry: Entry) -> bool:
    """Whether something was under way when this attempt began."""
    return any(event.at <= entry.at <= event.at + SLACK_S for event in events)


def repetitions(entries: Sequence[Entry]) -> int:
    return len(entries) - len({(entry.run, entry.step) for entry in entries})
