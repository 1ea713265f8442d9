"""Compiled programs whose code was changed: refused by the verifier, or they run and are restored like any other.

What a changed program does is its own affair. The verifier knows registers and regions but not what kind of value a
register holds, so code that no compiler makes can still fault, or store a class that cannot be made again: both park
the run that does it (`Fault`, `BadSnapshot`) and hurt nobody else. Nothing else may come out of the machine.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import msgspec
import pytest
from differential import compiled, program_of
from hypothesis import given
from hypothesis import strategies as st
from wrl_programs import SEED, Stored

from examples import examples
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import BadUnit, code_hash, decode_executable, decode_unit, encode_executable, encode_unit
from waymark.vm.isa import BY_CODE, Kind
from waymark.vm.liveness import live_sets
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.regions import Misnested
from waymark.vm.snapshot.format import BadSnapshot
from waymark.vm.surface import Failed, Fault, Finished, Succeeded
from waymark.vm.unit import Function, Instruction, Unit

from .programs.whole import program_of_seed

SEEDS = 40
SLICES_MAX = 60


@cache
def original(seed: int) -> Program | None:
    compilation = compiled(program_of_seed(seed).text)
    return None if compilation.diagnostics else program_of(compilation)


def changed(unit: Unit, random: Random) -> Unit:
    """One to three operands or instructions of one function are others; its live sets fit again, if that can be."""
    place = random.randrange(len(unit.functions))
    function = unit.functions[place]
    code = list(function.code)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(code))
        match random.randrange(4):
            case 0 | 1:
                code[at] = _other_operand(code[at], function, random)
            case 2:
                code.insert(at, random.choice(code))
            case _:
                del code[at : at + (len(code) > 1)]
    entry = len(function.parameters) + len(function.captures)
    try:
        live = live_sets(entry, code)
    except (Misnested, LookupError):
        live = function.live
    mutant = msgspec.structs.replace(function, code=tuple(code), live=live)
    functions = (*unit.functions[:place], mutant, *unit.functions[place + 1 :])
    return msgspec.structs.replace(unit, functions=functions)


def _other_operand(instruction: Instruction, function: Function, random: Random) -> Instruction:
    kinds = [kind for _, kind in BY_CODE[instruction[0]].value.operands]
    if not kinds:
        return instruction
    place = random.randrange(len(kinds))
    bound = function.registers if kinds[place] in (Kind.REG, Kind.OUT) else 12
    value: Any = instruction[place + 1]
    other = tuple(random.randrange(bound) for _ in value) if isinstance(value, tuple) else random.randrange(bound)
    return (*instruction[: place + 1], other, *instruction[place + 2 :])


@examples(150)
@given(st.integers(0, SEEDS - 1), st.integers(0, 2**32))
def test_a_changed_program_is_refused_or_runs_like_any_other(seed: int, change: int) -> None:
    program = original(seed)
    if program is None:
        return
    unit = changed(program.entry_unit, Random(change))
    hashed = code_hash(unit)
    units = {**program.units, hashed: unit}
    try:
        mutant = Program.load(hashed, program.workflow, units.__getitem__, NATIVES)
    except BadUnit:
        return
    assert encode_unit(decode_unit(encode_unit(unit))) == encode_unit(unit)
    run(mutant)


def run(program: Program) -> None:
    """Some slices, restored at each pause; every action answers 1."""
    try:
        slices(program)
    except (Fault, BadSnapshot, BadUnit):  # the last: its static classes cannot be made
        return


def slices(program: Program) -> None:
    machine, stored, now = Machine.start(program, {}, seed=SEED), Stored(), 0
    for _ in range(SLICES_MAX):
        pause = machine.run(20, now)
        if isinstance(pause, Finished | Failed):
            return
        stored.commit(machine)
        machine = stored.restore(program.units)
        if waiting := machine.open_requests():
            machine.settle([(waiting[0].request, Succeeded(1))])
        now = machine.next_deadline() or now


@examples(40)
@given(st.integers(0, SEEDS - 1), st.integers(0), st.binary(min_size=1, max_size=3))
def test_an_executable_with_changed_bytes_is_refused(seed: int, at: int, change: bytes) -> None:
    program = original(seed)
    if program is None:
        return
    data = encode_executable([program.entry_unit, *(u for key, u in program.units.items() if key != program.entry)])
    assert code_hash(decode_executable(data)[0]) == program.entry
    damaged = bytearray(data)
    start = at % len(data)
    damaged[start : start + len(change)] = bytes(a ^ (b or 1) for a, b in zip(damaged[start:], change, strict=False))
    with pytest.raises(BadUnit):
        decode_executable(bytes(damaged))
