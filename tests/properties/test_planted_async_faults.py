"""The harness notices mistakes of the event loop: each planted fault changes what some concurrent program does.

So that a run of `test_concurrent_programs` without a difference says something.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from random import Random

import pytest
from cpython_runs import run_natively
from differential import NAME, Together, program_of, run_on_machine
from growing import Growing, noticed_by
from scripted import Recorded

from waymark.vm.program import Program as Executable
from waymark.vm.surface import Fault

from .concurrency.planted_faults import FAULTS
from .concurrency.whole import Program, program_of_seed
from .programs.chance import Chance
from .programs.whole import cut_of

SEEDS, SEEDS_MAX = 100, 1000
TICKS = 400  # a usual run's

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="asyncio's order is that of 3.11")


@dataclass(frozen=True)
class Prepared:
    """A program, what it is to do, and how its run is cut."""

    program: Program
    expected: tuple[str, list[str]]
    executable: Executable
    ticks: tuple[int, ...]

    def does_otherwise(self) -> bool:
        recorded = Recorded(self.program.outcomes, order=self.program.order)
        try:
            came_to, _ = run_on_machine(self.executable, {}, recorded, self.ticks, restoring=True)
        except (Exception, Fault):  # a machine that breaks has been noticed, too
            return True
        return (came_to, recorded.effects) != self.expected


def prepared(seeds: range) -> list[Prepared]:
    made = []
    generated = [program_of_seed(seed) for seed in seeds]
    for program, seed, together in zip(
        generated, seeds, Together.all_of([each.text for each in generated]), strict=True
    ):
        assert isinstance(together, Together), together
        recorded = Recorded(program.outcomes, order=program.order)
        expected = run_natively(program.text, {}, NAME, {}, recorded), recorded.effects
        executable = program_of(together.compilation, together.number)
        made.append(Prepared(program, expected, executable, cut_of(Chance(Random(seed)), TICKS, 20)))
    return made


@pytest.fixture(scope="module")
def programs() -> Growing[Prepared]:
    return Growing(prepared, SEEDS, SEEDS_MAX)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_of_the_event_loop_is_noticed(name: str, programs: Growing[Prepared]) -> None:
    noticed = noticed_by(programs, FAULTS[name])
    assert noticed is not None, f"{SEEDS_MAX} programs ran as if nothing were wrong"
    print(f"noticed by program {noticed}")


def test_there_are_twenty_of_them() -> None:
    assert len(FAULTS) >= 20
