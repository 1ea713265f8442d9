"""Generated concurrent programs, compiled many at once, and what each came to beside CPython.

Twenty thousand of them are run before a release, so what is looked at beside the comparison itself is looked at in a
part of them: the trees between the compiler's passes, and the whole state encoded afresh beside what was stored.
Every pause of every program is a restore from its snapshot.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from unittest.mock import patch

from differential import Report, Together, compare

from waymark.compiler import pipeline

from ..programs.chance import Chance
from ..programs.whole import cut_of
from .whole import Program, program_of_seed

TOGETHER = 20  # programs in one compilation: what they share is compiled once
TREES_CHECKED = 20  # of so many compilations, in one the trees are checked between the passes
STATES_CHECKED = 5  # of so many pauses, at one the state is encoded afresh; another of them in each program
PAUSES = 12  # short slices one after another, somewhere in the run


@dataclass(frozen=True)
class Compared:
    seed: int
    program: Program
    report: Report


def reports(seeds: Sequence[int]) -> Iterator[Compared]:
    """The programs of these seeds in both worlds, restored at every pause, at random places."""
    for start in range(0, len(seeds), TOGETHER):
        part = seeds[start : start + TOGETHER]
        made = [program_of_seed(seed) for seed in part]
        with _compiling(paranoid=part[0] // TOGETHER % TREES_CHECKED == 0):
            units = Together.all_of([each.text for each in made])
        for seed, program, together in zip(part, made, units, strict=True):
            assert isinstance(together, Together), f"seed {seed} was refused: {together}"
            yield Compared(seed, program, compared(program, seed, together))


@contextmanager
def _compiling(*, paranoid: bool) -> Iterator[None]:
    """Trees of thousands of nodes hold no garbage: going through them for it is a sixth of the compiler's time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        with patch.object(pipeline, "PARANOID", paranoid):
            yield
    finally:
        if collecting:
            gc.enable()


def compared(program: Program, seed: int, together: Together | None = None) -> Report:
    def cut(ticks: int) -> list[tuple[int, ...]]:
        return [cut_of(Chance(Random(seed)), ticks, PAUSES)]

    return compare(
        program.text,
        outcomes=program.outcomes,
        order=program.order,
        ticks=cut,
        together=together,
        checked=(STATES_CHECKED, seed),
    )
