"""Code made ready to run: operands resolved, targets looked up, handlers bound. Derived from units, never stored.

A unit is loaded once a process and shared by all machines: nothing here belongs to a run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from waymark.stdlib.catalogue import NATIVES

from .codec import BadUnit
from .codec import code_hash as hash_of
from .isa import BY_CODE, Kind
from .regions import Structure, structure
from .unit import Constant, Function, Unit
from .verify import verify_unit

Step = tuple[Callable[..., None], tuple[Any, ...]]

_CONSTANT_KINDS = frozenset({Kind.CONST, Kind.NAME, Kind.NAMES})


class LoadedFunction:
    """One function, as the interpreter wants it. Everything by pc."""

    def __init__(self, unit: LoadedUnit, index: int, code_hash: bytes) -> None:
        function = unit.unit.functions[index]
        shape = structure(function.code)
        self.unit = unit
        self.index = index
        self.unit_hash = code_hash
        self.function: Function = function
        self.name = function.name
        self.qualname = function.qualname
        self.module: str = unit.unit.modules[function.module]
        self.kind = function.kind
        self.entry_registers = len(function.parameters) + len(function.captures)
        # How many parameters there are if all of them take one positional argument, else -1: the common case of a call.
        kinds = {parameter.kind for parameter in function.parameters}
        self.plain_parameters = len(function.parameters) if kinds <= {"positional", "either"} else -1
        self.defaults: tuple[Constant, ...] = tuple(unit.unit.constants[place] for place in function.defaults)
        self.live: dict[int, tuple[int, ...]] = dict(function.live)
        self.operations = tuple(BY_CODE[instruction[0]] for instruction in function.code)
        self.operands = tuple(_resolve(unit.unit, instruction) for instruction in function.code)
        # pc -> (where the handler begins, the register of the exception)
        self.catches: tuple[tuple[int, int] | None, ...] = tuple(
            None if guard is None else (guard.middle + 1, function.code[guard.head][1]) for guard in shape.guards
        )
        # pc -> registers of the HANDLED regions around, innermost first
        self.handled: tuple[tuple[int, ...], ...] = tuple(
            _handled(shape, function, pc) for pc in range(len(function.code))
        )
        # pc -> where an instruction that does not go on to pc + 1 goes: past a region, or to a header
        self.targets: tuple[int, ...] = tuple(
            shape.successors(pc, instruction)[-1] if shape.successors(pc, instruction) else -1
            for pc, instruction in enumerate(function.code)
        )
        # pc -> the register that the instruction's result is delivered to, or -1
        self.results: tuple[int, ...] = tuple(_result(instruction) for instruction in function.code)
        self.steps: list[Step] = []  # filled by vm/interp.py, which knows the handlers

    def position(self, pc: int) -> tuple[int, int]:
        """(line, column) of the instruction, (0, 0) if the unit was stored without positions."""
        rows = self.unit.unit.debug.positions
        found = (0, 0)
        for row in rows[self.index] if self.index < len(rows) else ():
            if row[0] > pc:
                break
            found = (row[1], row[2])
        return found


class LoadedUnit:
    """A unit with its functions made ready."""

    def __init__(self, unit: Unit, code_hash: bytes) -> None:
        self.unit = unit
        self.code_hash = code_hash
        self.functions: tuple[LoadedFunction, ...] = tuple(
            LoadedFunction(self, index, code_hash) for index in range(len(unit.functions))
        )


LOADED_MAX = 1024  # units kept ready in a process; the least recently used goes first
_LOADED: OrderedDict[bytes, LoadedUnit] = OrderedDict()


def loaded_unit(load_unit: Callable[[bytes], Unit], code_hash: bytes) -> LoadedUnit:
    """The unit of this hash, ready to run. The first use in a process checks that it is that unit, and sound."""
    found = _LOADED.get(code_hash)
    if found is None:
        unit = load_unit(code_hash)
        if hash_of(unit) != code_hash:
            raise BadUnit(f"unit {code_hash.hex()}: what was loaded under this hash is another unit")
        verify_unit(unit, natives=NATIVES)
        found = _LOADED[code_hash] = LoadedUnit(unit, code_hash)
        if len(_LOADED) > LOADED_MAX:
            _LOADED.popitem(last=False)
    else:
        _LOADED.move_to_end(code_hash)
    return found


def _resolve(unit: Unit, instruction: tuple[Any, ...]) -> tuple[Any, ...]:
    """Operands with constants, names and table entries in place of their indexes."""
    tables: Mapping[Kind, Any] = {
        Kind.MODULE: unit.modules,
        Kind.NATIVE: unit.natives,
        Kind.LINK: unit.links,
        Kind.ACTION: unit.actions,
    }
    resolved = []
    for (_, kind), operand in zip(BY_CODE[instruction[0]].value.operands, instruction[1:], strict=True):
        if kind in _CONSTANT_KINDS:
            resolved.append(unit.constants[operand])
        elif kind in tables:
            resolved.append(tables[kind][operand])
        else:
            resolved.append(operand)
    return tuple(resolved)


def _result(instruction: tuple[Any, ...]) -> int:
    operands = BY_CODE[instruction[0]].value.operands
    places = (operand for (_, kind), operand in zip(operands, instruction[1:], strict=True) if kind is Kind.OUT)
    return next(places, -1)


def _handled(shape: Structure, function: Function, pc: int) -> tuple[int, ...]:
    registers = []
    region = shape.around[pc]
    while region is not None:
        if BY_CODE[region.code].name == "HANDLED":
            registers.append(function.code[region.head][1])
        region = region.parent
    return tuple(registers)
