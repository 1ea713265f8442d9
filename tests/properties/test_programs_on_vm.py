"""Whole programs on the VM, restored at every pause, do what CPython does: result or error, contexts, effects.

And however a run is cut into slices, it does the same and pays the same ticks for it.
"""

from __future__ import annotations

import asyncio
import copy
import warnings
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from vm_runs import Seen, chain_of, observe

from examples import examples
from waymark.compiler.codegen import generate
from waymark.compiler.library import library
from waymark.grammar import tree
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import code_hash
from waymark.vm.program import Program
from waymark.vm.surface import StartAction
from waymark.vm.unit import Unit

from ..unit.compiler.programs import compiled
from . import test_codegen_control as control
from .thin_programs import CALLS_MAX, bodies, outcomes

ITEMS = [1, [2, 3], "x", 4]
slices = st.lists(st.integers(2, 12), min_size=1, max_size=8)


def program_of(unit: Unit, workflow: str) -> Program:
    units = {code_hash(unit): unit, **library().by_hash()}
    return Program.load(code_hash(unit), workflow, units.__getitem__, NATIVES)


class Script:
    """The actions' side of a run: what each call comes to, and what was asked, in both worlds."""

    def __init__(self, outcomes: list[object]) -> None:
        self._outcomes = outcomes
        self.asked: list[str] = []

    def answer(self, start: StartAction) -> object:
        return self.come_to(start.args[0])

    def come_to(self, value: object) -> object:
        self.asked.append(repr(value))
        if len(self.asked) > CALLS_MAX:
            return RuntimeError("the script has ended")
        return copy.deepcopy(self._outcomes[len(self.asked) % len(self._outcomes)])

    async def charge(self, value: object) -> object:
        outcome = self.come_to(value)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


# --- Python that the compiler reads -----------------------------------------------------------------------------------


def native_run(body: str, script: Script) -> Any:
    text = "async def run(self, items, total=0):\n" + "\n".join("    " + line for line in body.splitlines())
    space: dict[str, Any] = {"charge": script.charge}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `1 < []` and the like are meant
        exec(compile(text, "<program>", "exec"), space)
    try:
        return asyncio.run(space["run"](None, copy.deepcopy(ITEMS), 2))
    except Exception as error:
        return chain_of(error)


@examples(150)
@given(bodies, outcomes, slices)
def test_a_compiled_workflow_does_what_cpython_does(body: str, script: list[object], ticks: list[int]) -> None:
    compilation = compiled(body)
    compilation.raise_if_failed()
    assert compilation.unit is not None
    program = program_of(compilation.unit, compilation.workflows[0])

    def run(ticks: list[int], *, restoring: bool) -> tuple[Seen, list[str]]:
        side = Script(script)
        arguments = {"items": copy.deepcopy(ITEMS), "total": 2}
        return observe(program, arguments, side.answer, ticks=ticks, restoring=restoring), side.asked

    oracle = Script(script)
    expected = native_run(body, oracle)
    seen, asked = run(ticks, restoring=True)
    assert repr(seen.outcome) == repr(expected), compilation.wrl
    assert asked == oracle.asked, compilation.wrl
    whole, _ = run([], restoring=False)
    assert (repr(whole.outcome), whole.effects, whole.ticks) == (repr(seen.outcome), seen.effects, seen.ticks)


# --- nests of try, finally, loops and exits, as WRL -------------------------------------------------------------------


@examples(200)
@given(st.integers(min_value=0), slices)
def test_nested_regions_do_what_cpython_does_when_every_pause_is_a_crash(seed: int, ticks: list[int]) -> None:
    programs = control.Programs(seed)
    body: tree.Block = tuple(programs.statement(4, False, None) for _ in range(4))
    bits = [Random(seed + i).random() < 0.5 for i in range(30)]
    program = program_of(generate(control.module_of(body), library={}), "w")

    def run(ticks: list[int], *, restoring: bool) -> tuple[Any, int]:
        seen = observe(program, {"bits": list(bits)}, ticks=ticks, restoring=restoring)
        result, log = seen.result
        return (control.chain_of(result), [control.chain_of(item) for item in log]), seen.ticks

    sliced, paid = run(ticks, restoring=True)
    assert sliced == control.under_cpython(body, bits), control.python_of(body)
    assert run([], restoring=False) == (sliced, paid)
