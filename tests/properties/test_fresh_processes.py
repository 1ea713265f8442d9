"""Every slice of a generated program runs in another process, with another hash seed; all is as under CPython.

`long` is the nightly profile; `ci` tries a few programs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random

import pytest
from differential import compare
from relay import Relay

from examples import profile

from .programs.chance import Chance
from .programs.whole import program_of_seed

SEEDS, PART = (1_000, 100) if profile() == "long" else (8, 8)
SLICES = 24

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11")


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    made = Relay()
    yield made
    made.close()


@pytest.mark.parametrize("start", range(0, SEEDS, PART), ids=lambda start: f"seeds-{start}")
def test_a_run_goes_on_in_a_process_that_never_saw_it(relay: Relay, start: int) -> None:
    tried = 0
    for seed in range(start, start + PART):
        program = program_of_seed(seed)
        report = compare(program.text, outcomes=program.outcomes, ticks=((),), restoring=False)
        if report.refused:
            continue
        tried += 1
        chance = Chance(Random(seed))
        ticks = [chance.between(2, max(2, *report.ticks) // SLICES + 3) for _ in range(SLICES)]
        assert relay.run(program.text, program.failing, ticks) == report.expected, report.explain()
    assert tried > PART * 9 // 10, "nearly every program is compiled"
