"""A cancellation never comes in the midst of a step, however short the slices are: code of asyncio relies on that."""

from __future__ import annotations

import pytest

from waymark.compiler.library import linked_units
from waymark.compiler.pipeline import compile_text
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import code_hash
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Failed, Finished, Idle, Ready, Succeeded

TEXT = """
import asyncio
from waymark import Workflow, action, workflow


@action
async def act(n: int) -> int: ...


@workflow
class W(Workflow):
    async def held(self, lock: asyncio.Lock, n: int) -> None:
        async with lock:
            await act(n)

    async def run(self) -> int:
        lock = asyncio.Lock()
        await asyncio.gather(*[self.held(lock, i) for i in range(3)])
        return 1
"""


@pytest.fixture(scope="module")
def program() -> Program:
    compilation = compile_text(TEXT, path="m.py", module="m")
    compilation.raise_if_failed()
    assert compilation.unit is not None
    units = {code_hash(unit): unit for unit in linked_units(compilation.unit)}
    return Program.load(code_hash(compilation.unit), compilation.unit.workflows[0].name, units.__getitem__, NATIVES)


def ended(program: Program, slices: int, *, restored: bool) -> Finished | Failed:
    """Slices of 3 ticks; after so many of them it is cancelled."""
    machine, pages, done = Machine.start(program, {}, seed=bytes(16)), {}, 0
    while True:
        pause = machine.run(3, 0)
        if isinstance(pause, Finished | Failed):
            return pause
        done += 1
        if done == slices:
            machine.cancel("enough")
        if restored and isinstance(pause, Ready | Idle):
            delta = machine.delta()
            pages = {page: body for page, body in (pages | delta.put).items() if page not in delta.drop}
            machine = Machine.restore(program.units.__getitem__, delta.root, pages.__getitem__)
        if isinstance(pause, Idle):
            machine.settle([(call.request, Succeeded(call.args[0])) for call in machine.open_requests()[:1]])


@pytest.mark.parametrize("restored", [False, True])
def test_a_run_that_is_cancelled_after_any_slice_ends_with_the_cancellation(program: Program, restored: bool) -> None:
    ends = [ended(program, slices, restored=restored) for slices in range(1, 60)]
    cancelled = [end for end in ends if isinstance(end, Failed)]
    assert len(cancelled) > 20
    assert {(type(end.error).__name__, str(end.error)) for end in cancelled} == {("CancelledError", "enough")}
