"""Units by hand: instructions by name, functions with their live sets computed, tables with defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from waymark.vm.isa import Op
from waymark.vm.liveness import live_sets, reads, registers_of, writes
from waymark.vm.regions import Misnested
from waymark.vm.unit import Function, FunctionKind, Instruction, Parameter, Unit

CONSTANTS = (None, 1, "name", (), ("key",))
NONE, ONE, NAME, NO_NAMES, ONE_NAME = range(5)


def ins(op: Op, *operands: Any) -> Instruction:
    return (op.value.code, *operands)


def parameters(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, "either") for name in names)


def function(
    *code: Instruction,
    params: Sequence[Parameter] = (),
    captures: tuple[str, ...] = (),
    kind: FunctionKind = "function",
    name: str = "f",
    registers: int | None = None,
    defaults: tuple[int, ...] = (),
    live: Any = None,
) -> Function:
    """A function with as many registers as its code needs, and the right live sets unless `live` gives others."""
    entry = len(params) + len(captures)
    if registers is None:
        used = 0
        for instruction in code:
            used |= reads(instruction) | writes(instruction)
        registers = max([entry, *(register + 1 for register in registers_of(used))])
    if live is None:
        try:
            live = live_sets(entry, code)
        except Misnested:
            live = ()
    return Function(name, name, 0, kind, tuple(params), captures, registers, code, live, defaults)


def unit(*functions: Function, constants: tuple[Any, ...] = CONSTANTS, **fields: Any) -> Unit:
    return Unit(fields.pop("modules", ("m",)), constants, functions, **fields)
