"""The harness notices mistakes: each planted fault changes what some generated program does.

So that a run of the properties without a difference says something.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from random import Random

import pytest
from cpython_runs import run_natively
from differential import NAME, compiled, program_of, run_on_machine
from growing import Growing, noticed_by, planted
from scripted import Recorded

from waymark.compiler.diagnostics import InternalCompilerError
from waymark.vm.program import Program as Executable
from waymark.vm.surface import Fault

from .planted_faults import FAULTS, IN_THE_COMPILER
from .programs.chance import Chance
from .programs.shapes import shapes_of
from .programs.whole import Program, cut_of, program_of_seed

SEEDS, SEEDS_MAX = 160, 1600
PENDING_RETURN = "a pending return overridden in nested finally"

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11")


@dataclass(frozen=True)
class Prepared:
    """A program, what it is to do, and how its run is cut."""

    program: Program
    expected: tuple[str, list[str]]
    executable: Executable
    ticks: tuple[int, ...]

    def does_otherwise(self, executable: Executable | None = None) -> bool:
        recorded = Recorded(self.program.outcomes)
        try:
            came_to, _ = run_on_machine(executable or self.executable, {}, recorded, self.ticks, restoring=True)
        except (Exception, Fault):  # a machine that breaks has been noticed, too
            return True
        return (came_to, recorded.effects) != self.expected


def prepared(seeds: range) -> list[Prepared]:
    made = []
    for seed in seeds:
        program = program_of_seed(seed)
        compilation = compiled(program.text)
        if not compilation.diagnostics:
            recorded = Recorded(program.outcomes)
            expected = run_natively(program.text, {}, NAME, {}, recorded), recorded.effects
            made.append(Prepared(program, expected, program_of(compilation), cut_of(Chance(Random(seed)), 40)))
    return made


@pytest.fixture(scope="module")
def programs() -> Growing[Prepared]:
    return Growing(prepared, SEEDS, SEEDS_MAX)


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - IN_THE_COMPILER))
def test_a_fault_of_the_machine_is_noticed(name: str, programs: Growing[Prepared]) -> None:
    noticed = noticed_by(programs, FAULTS[name])
    assert noticed is not None, f"{SEEDS_MAX} programs ran as if nothing were wrong"
    print(f"noticed by program {noticed}")


@pytest.mark.parametrize("name", sorted(IN_THE_COMPILER))
def test_a_fault_of_the_compiler_is_noticed(name: str, programs: Growing[Prepared]) -> None:
    seen = 0
    for part in programs:
        fitting = [each for each in part if PENDING_RETURN in shapes_of(each.program.text)]
        with planted(FAULTS[name]):
            if any(map(is_noticed, fitting)):
                return
        seen += len(fitting)
    raise AssertionError(f"{seen} programs ran as if nothing were wrong")


def is_noticed(prepared: Prepared) -> bool:
    """By what the program does, or by the verifier, before it does anything."""
    try:
        executable = program_of(compiled(prepared.program.text))
    except InternalCompilerError:
        return True
    return prepared.does_otherwise(executable)


def test_there_are_twenty_of_them() -> None:
    assert len(FAULTS) >= 20
