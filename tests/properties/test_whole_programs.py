"""Generated programs do what CPython does, restored at every pause: result, errors with contexts, effects, identity.

`ci` runs a few hundred, by Hypothesis and by fixed seeds. `long` runs 20,000 seeds, in parts that can be run by
themselves: `HYPOTHESIS_PROFILE=long pytest tests/properties/test_whole_programs.py -k seeds-4000`.
"""

from __future__ import annotations

import dataclasses
import sys
from random import Random

import pytest
from cpython_runs import more_levels
from differential import Outcome, Report, compare
from hypothesis import given
from hypothesis import strategies as st
from shrinking import shrunk

from examples import examples, profile

from .programs.chance import Chance
from .programs.features import missing
from .programs.shapes import ACCEPTED, SHAPES, node_types, shapes_of
from .programs.whole import Program, cut_of, program_of_seed, programs

SEEDS, PART = (20_000, 500) if profile() == "long" else (150, 50)
REFUSED_PERCENT_MAX = 2
LEVELS_MAX = 20
# What may stand in the way of a generated program, though it seldom does.
REASONS = frozenset({"WM404"})

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11")


def compared(program: Program, seed: int) -> Report:
    """In both worlds: once as it is, once in slices drawn from the seed and restored at each of its pauses."""

    def cut(ticks: int) -> list[tuple[int, ...]]:
        return [cut_of(Chance(Random(seed)), ticks)]

    report = compare(program.text, outcomes=program.outcomes, ticks=cut)
    return report if report.refused or report.same else compared_by_depth(program, report)


def compared_by_depth(program: Program, report: Report) -> Report:
    """Beside CPython with a few levels of recursion more: there C counts levels of its own, so it ends a recursion
    without end some calls earlier (LANGUAGE.md). For some number of them everything must be the same."""

    def expected(levels: int) -> Outcome:
        with more_levels(levels):
            return compare(program.text, outcomes=program.outcomes, ticks=[]).expected

    if expected(LEVELS_MAX) != report.expected:
        for higher in map(expected, range(1, LEVELS_MAX)):
            if set(report.seen.values()) == {higher}:
                return dataclasses.replace(report, expected=higher)
    return report


COUNTED = """
from waymark import Workflow, workflow

@workflow
class Counted(Workflow):
    async def run(self):
        depth = 0

        def deeper():
            nonlocal depth
            depth += 1
            deeper()

        try:
            deeper()
        except RecursionError:
            return depth
"""


def test_levels_that_cpython_gets_more_are_levels_of_the_program() -> None:
    def depth(levels: int) -> int:
        with more_levels(levels):
            return int(compare(COUNTED, ticks=[]).expected.came_to.removeprefix("returned "))

    assert depth(LEVELS_MAX) == depth(0) + LEVELS_MAX


def is_refused(report: Report) -> bool:
    if not report.refused:
        return False
    assert {each.code for each in report.refused} <= REASONS, report.explain()
    return True


@examples(60)
@given(programs(), st.integers(min_value=0, max_value=999))
def test_a_generated_program_does_what_cpython_does(program: Program, seed: int) -> None:
    report = compared(program, seed)
    assert is_refused(report) or report.same, report.explain()


@pytest.mark.parametrize("start", range(0, SEEDS, PART), ids=lambda start: f"seeds-{start}")
def test_programs_of_fixed_seeds_do_what_cpython_does(start: int) -> None:
    refused = 0
    for seed in range(start, start + PART):
        program = program_of_seed(seed)
        report = compared(program, seed)
        if is_refused(report):
            refused += 1
        elif not report.same:
            pytest.fail(f"seed {seed}\n{smallest(program, seed).explain()}")
    assert refused * 100 <= PART * REFUSED_PERCENT_MAX, f"{refused} of {PART} programs were refused"


def smallest(program: Program, seed: int) -> Report:
    """The difference, in as small a program as shows it."""

    def differs(text: str) -> bool:
        report = compared(Program(text, program.failing), seed)
        return not report.refused and not report.same

    return compared(Program(shrunk(program.text, differs, tries=300), program.failing), seed)


def test_every_feature_of_the_language_is_generated() -> None:
    assert not missing(), "\n".join(f"=== {name}\n{why}" for name, why in missing().items())


def test_each_dangerous_shape_is_in_one_of_fifty_programs_and_each_kind_of_node_in_some() -> None:
    counts = dict.fromkeys(SHAPES, 0)
    kinds = set()
    for seed in range(500):
        text = program_of_seed(seed).text
        kinds |= node_types(text)
        for name in shapes_of(text):
            counts[name] += 1
    for name, count in counts.items():
        print(f"{count / 5:5.1f} %  {name}")
    assert not ACCEPTED - kinds, f"never generated: {sorted(kind.__name__ for kind in ACCEPTED - kinds)}"
    assert min(counts.values()) >= 10, f"of 500 programs: {counts}"
