"""What the classes of a program cost each run when it starts, beside a program without any."""

from __future__ import annotations

from collections.abc import Iterator

from waymark.workflow import Workflow

from .bench import US, Bench, in_turns, seconds
from .driving import asked, program_of, started
from .figures import Figure, Goal, figure
from .programs import classes
from .snapshot import size_of

WITHOUT = "without classes"
GOAL = Goal("ratio", 1.3)


def measure(bench: Bench) -> Iterator[Figure]:
    bench.say("classes: start of a run")
    turns = bench.count(200, least=20)

    def start(kind: type[Workflow]) -> float:
        program = program_of(kind)
        return seconds(lambda: [asked(started(program, {})) for _ in range(turns)], US)() / turns

    mine, theirs = in_turns(bench.rounds(30), lambda: start(classes.WithClasses), lambda: start(classes.WithoutClasses))
    yield figure("from the start to the first await, 5 classes", "us", mine, WITHOUT, theirs, goal=GOAL)
    sizes = [_first_snapshot(kind) for kind in (classes.WithClasses, classes.WithoutClasses)]
    yield figure("first snapshot, 5 classes", "B", [sizes[0]], WITHOUT, [sizes[1]], goal=GOAL)


def _first_snapshot(kind: type[Workflow]) -> float:
    machine = started(program_of(kind), {})
    asked(machine)
    return float(size_of(machine.delta()))
