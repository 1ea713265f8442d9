"""Workflows on a bare machine, and the same `run` as the coroutine that CPython makes of it."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from waymark.runtime.helpers import apart
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import decode_unit
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Finished, Idle, StartAction
from waymark.workflow import Workflow, compiled_of

apart.provide()

SEED = bytes(16)
TICKS = 1 << 40  # never the end of a slice


def program_of(kind: type[Workflow]) -> Program:
    compiled = compiled_of(kind)
    units = {code_hash: decode_unit(data) for code_hash, data in compiled.units.items()}
    return Program.load(compiled.entry, compiled.name, units.__getitem__, NATIVES)


def started(program: Program, arguments: Mapping[str, Any]) -> Machine:
    return Machine.start(program, arguments, seed=SEED)


def coroutine_of(kind: type[Workflow], arguments: Mapping[str, Any]) -> Coroutine[Any, Any, Any]:
    coroutine: Coroutine[Any, Any, Any] = compiled_of(kind).body(None, **arguments)
    return coroutine


def finished(machine: Machine) -> Any:
    """Run a machine that waits for nothing: its value."""
    pause = machine.run(TICKS, 0)
    assert isinstance(pause, Finished), pause
    return pause.value


def asked(machine: Machine) -> StartAction | None:
    """Run up to the next action, of which there is one at a time; None at the end."""
    pause = machine.run(TICKS, 0)
    if isinstance(pause, Finished):
        return None
    assert isinstance(pause, Idle), pause
    (action,) = pause.effects
    assert isinstance(action, StartAction)
    return action
