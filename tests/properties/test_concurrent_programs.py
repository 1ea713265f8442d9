"""Generated concurrent programs do what CPython's asyncio does: effects in their order, results, errors, cancellations.

Actions come to their outcomes out of order and between timers, as the program's script says, and the machine is
restored at every pause. `ci` runs some by Hypothesis and by fixed seeds, `long` 20,000 seeds, in parts:
`HYPOTHESIS_PROFILE=long pytest tests/properties/test_concurrent_programs.py -k seeds-4000`. Any seeds are run by
`python tests/support/concurrent_seeds.py 0 500`.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_order import Order, Rest, Rests
from shrinking import shrunk

from examples import examples, profile

from .concurrency.batches import compared, reports
from .concurrency.maker import SCENES
from .concurrency.whole import Program, program_of_seed, programs

SEEDS, PART = (20_000, 500) if profile() == "long" else (60, 20)
of_3_11 = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="asyncio's order is that of 3.11")


@of_3_11
@examples(4)
@given(programs(), st.integers(min_value=0, max_value=999))
def test_a_generated_concurrent_program_does_what_cpython_does(program: Program, seed: int) -> None:
    report = compared(program, seed)
    assert report.same, report.explain()


@of_3_11
@pytest.mark.parametrize("start", range(0, SEEDS, PART), ids=lambda start: f"seeds-{start}")
def test_concurrent_programs_of_fixed_seeds_do_what_cpython_does(start: int) -> None:
    for each in reports(range(start, start + PART)):
        if not each.report.same:
            pytest.fail(f"seed {each.seed}, {each.program.order}\n{smallest(each.program, each.seed)}")


def smallest(program: Program, seed: int) -> str:
    """The difference, in as small a program as shows it."""

    def differs(text: str) -> bool:
        report = compared(replace(program, text=text), seed)
        return not report.refused and not report.same

    text = shrunk(program.text, differs, tries=100) if differs(program.text) else program.text
    return compared(replace(program, text=text), seed).explain()


def test_every_scene_is_in_many_programs() -> None:
    counted = Counter(scene for seed in range(400) for scene in program_of_seed(seed).scenes)
    names = [scene.__name__ for _, scene in SCENES]
    assert len(set(names)) == len(names)
    for name in names:
        print(f"{counted[name] / 4:5.1f} %  {name}")
    assert min(counted[name] for name in names) >= 40, counted


def test_a_program_is_the_same_for_the_same_seed() -> None:
    assert program_of_seed(7) == program_of_seed(7) != program_of_seed(8)


def test_a_script_of_rests_picks_actions_timers_and_a_cancellation() -> None:
    oldest = Rests(Order())
    assert oldest.next([4, 7], True) == Rest([4])
    assert oldest.next([], True) == Rest([], timer=True)
    assert not any(oldest.next([], False))
    scripted = Rests(Order(picks=(1, 2, 0), bursts=(1, 3), cancelled_at=2))
    assert scripted.next([4, 7, 9], True) == Rest([7])
    assert scripted.next([4, 9], True) == Rest([4, 9], timer=True)  # the timer, the oldest, and what is left
    assert scripted.next([4], False) == Rest([], cancel=True)


def test_a_script_of_rests_brings_messages_at_their_rest_or_when_nothing_else_will_happen() -> None:
    rests = Rests(Order(messages=(("b", 2, 5), ("a", 1, 1), ("a", 3, 9))))
    assert rests.next([4], False) == Rest([4])
    assert rests.next([4], False) == Rest([4], late=(("a", 1),))
    assert rests.next([], False) == Rest([], early=(("b", 2),))
    assert rests.next([], True) == Rest([], timer=True)
    assert rests.next([], False) == Rest([], early=(("a", 3),))
    assert not any(rests.next([], False))
