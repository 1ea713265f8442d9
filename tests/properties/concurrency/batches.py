"""Generated concurrent programs, compiled many at once, and what each came to beside CPython."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from differential import Report, Together, compare

from ..programs.chance import Chance
from ..programs.whole import cut_of
from .whole import Program, program_of_seed

TOGETHER = 20  # programs in one compilation: what they share is compiled once
PAUSES = 20  # short slices one after another, somewhere in the run


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
        for seed, program, together in zip(part, made, Together.all_of([each.text for each in made]), strict=True):
            assert isinstance(together, Together), f"seed {seed} was refused: {together}"
            yield Compared(seed, program, compared(program, seed, together))


def compared(program: Program, seed: int, together: Together | None = None) -> Report:
    def cut(ticks: int) -> list[tuple[int, ...]]:
        return [cut_of(Chance(Random(seed)), ticks, PAUSES)]

    return compare(program.text, outcomes=program.outcomes, order=program.order, ticks=cut, together=together)
