"""Programs that never end, nest without end, or lie: CPython's behaviour, or an end that says so, and never a hang.

`tests/cases/bad_input/`: `same.txt` does what CPython does; `ends.txt` would take CPython for ever or all of its memory
and comes to the end that the limits say; `goes_on.txt` never ends, in slices that do.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from differential import assert_same, compiled, program_of, script
from pace import is_within
from wrl_programs import SEED, Stored

from waymark.vm.machine import Machine
from waymark.vm.surface import Failed, Finished, Log, Pause, Succeeded

CASES = Path(__file__).parents[3] / "cases" / "bad_input"
SLICE_TICKS = 10_000  # the engine's
SLICES = 6
SLICE_CPU_S_MAX = 5.0  # a second on an idle machine
WITHOUT_END = ": what a native calls back ran 1,000,000 turns without end"


def cases(name: str) -> list[tuple[str, str]]:
    texts = (CASES / f"{name}.txt").read_text(encoding="utf-8").split("# case: ")[1:]
    return [(each.split("\n", 1)[0], each.split("\n", 1)[1]) for each in texts]


def parameters(name: str) -> pytest.MarkDecorator:
    found = cases(name)
    return pytest.mark.parametrize("body", [body for _, body in found], ids=[title for title, _ in found])


def last_pause(body: str) -> tuple[Pause, str]:
    """How the program stands after some slices with a restart after each, and what it printed."""
    program = program_of(compiled(script(body)))
    machine, stored, printed = Machine.start(program, {}, seed=SEED), Stored(), ""
    for _ in range(SLICES):
        began = time.thread_time()
        pause = machine.run(SLICE_TICKS, 0)
        assert is_within(time.thread_time() - began, SLICE_CPU_S_MAX)
        printed += "".join(effect.text for effect in pause.effects if isinstance(effect, Log))
        if isinstance(pause, Finished | Failed):
            break
        stored.commit(machine)
        machine = stored.restore(program.units)
        machine.settle([(asked.request, Succeeded(None)) for asked in machine.open_requests()])
    return pause, printed


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="how deep CPython recurses is that of 3.11")
@parameters("same")
def test_it_does_what_cpython_does(body: str) -> None:
    assert_same(script(body), ticks=((SLICE_TICKS,),))


@parameters("ends")
def test_what_cpython_would_never_finish_comes_to_an_end_with_the_reason(body: str) -> None:
    pause, printed = last_pause(body)
    if isinstance(pause, Finished):
        assert printed == "memory True\n", "the program caught the MemoryError"
        return
    assert isinstance(pause, Failed)
    is_limit = type(pause.error).__name__ == "LimitExceeded" and WITHOUT_END in str(pause.error)
    assert is_limit or type(pause.error) is MemoryError


@parameters("goes_on")
def test_what_never_ends_is_cut_into_slices_and_stored_between_them(body: str) -> None:
    pause, _ = last_pause(body)
    assert not isinstance(pause, Finished | Failed)
