"""`gather` over many branches: what CPU and bytes one costs among 10,000, beside one among 100."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from waymark.vm.program import Program
from waymark.vm.surface import Finished, StartAction, Succeeded

from .bench import US, Bench
from .driving import TICKS, program_of, started
from .figures import Figure, Goal, figure
from .programs import fan

SIZES = (100, 1_000, 10_000)
SLACK = 1.5  # P5: bytes and time of a branch, from the smallest fan-out to the largest
KINDS: tuple[tuple[str, Any], ...] = (("actions", fan.Actions), ("helpers of 3 actions", fan.Helpers))


class Cost(NamedTuple):
    """Of one branch."""

    put: float  # bytes
    running: float  # us, of the VM
    storing: float  # us, of making deltas


def measure(bench: Bench) -> Iterator[Figure]:
    for name, kind in KINDS:
        program = program_of(kind)
        for one_by_one in (False, True):
            answered = "answered one by one" if one_by_one else "answered together"
            sizes = [bench.subject(n, least=n // 10) for n in SIZES]
            bench.say(f"fan-out: {name}, {answered}")
            rounds = [[cost_of(program, n, one_by_one) for n in sizes] for _ in range(bench.rounds(3))]
            for place, n in enumerate(sizes[1:], 1):
                label = f"{n:,} {name}, {answered}: a branch's"
                few, many = [each[0] for each in rounds], [each[place] for each in rounds]
                beside = f"among {sizes[0]:,}"
                for what, unit in (("put", "B"), ("running", "us"), ("storing", "us")):
                    mine, theirs = ([getattr(cost, what) for cost in costs] for costs in (many, few))
                    goal = Goal("ratio", SLACK) if what != "storing" else None
                    yield figure(f"{label} {what}", unit, mine, beside, theirs, goal=goal)


def cost_of(program: Program, n: int, one_by_one: bool) -> Cost:
    """Run it, with a commit at every pause."""
    machine = started(program, {"n": n})
    asked: list[StartAction] = []
    running = storing = 0.0
    while True:
        began = time.process_time()
        pause = machine.run(TICKS, 0)
        ran = time.process_time()
        machine.committed(machine.delta())
        running, storing = running + ran - began, storing + time.process_time() - ran
        if isinstance(pause, Finished):
            assert pause.value == n
            return Cost(machine.counters["bytes_put"] / n, running / US / n, storing / US / n)
        asked += [each for each in pause.effects if isinstance(each, StartAction)]
        answered = asked[:1] if one_by_one else asked
        machine.settle([(each.request, Succeeded(each.args[0])) for each in answered])
        del asked[: len(answered)]
