"""Code made ready to run: operands resolved, targets looked up, handlers bound. Derived from units, never stored.

A unit is loaded once a process and shared by all machines: nothing here belongs to a run.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.prelude import PROTOCOL

from .codec import BadUnit
from .codec import code_hash as hash_of
from .isa import BY_CODE, Kind, Op
from .liveness import dropped_results
from .regions import Structure, structure
from .unit import Constant, Function, Unit
from .verify import verify_once

if TYPE_CHECKING:
    from .values.functions import VMFunction

MANY = -2

Step = tuple[Callable[..., None], tuple[Any, ...]]


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
        self.source = unit.unit.debug.source_of(function.module) or self.module  # as a traceback shows it
        self.doc: Constant = None if function.doc < 0 else unit.unit.constants[function.doc]
        self.kind = function.kind
        # Frames of the protocol are what CPython has as C code: no level of recursion, no line of a traceback.
        self.silent = self.module == PROTOCOL
        self.entry_registers = len(function.parameters) + len(function.captures)
        # How many parameters there are if all of them take one positional argument, else -1: the common case of a call.
        kinds = {parameter.kind for parameter in function.parameters}
        self.plain_parameters = len(function.parameters) if kinds <= {"positional", "either"} else -1
        # Of a static function: constants, one for each optional parameter.
        optional = [parameter for parameter in function.parameters if parameter.optional]
        constants = [unit.unit.constants[place] for place in function.defaults]
        pairs = list(zip(optional, constants, strict=False))
        self.defaults: tuple[Constant, ...] = tuple(value for each, value in pairs if each.kind != "keyword")
        self.kwdefaults: dict[str, Constant] = {each.name: value for each, value in pairs if each.kind == "keyword"}
        self.live: dict[int, tuple[int, ...]] = dict(function.live)
        self.operations = tuple(BY_CODE[instruction[0]] for instruction in function.code)
        tables = _tables(unit.unit)
        self.operands = tuple(_resolve(tables, instruction) for instruction in function.code)
        # pc -> (where the handler begins, the register of the exception)
        self.catches: tuple[tuple[int, int] | None, ...] = tuple(
            None if guard is None else (guard.middle + 1, function.code[guard.head][1]) for guard in shape.guards
        )
        # pc -> registers of the HANDLED regions around, innermost first
        self.handled: tuple[tuple[int, ...], ...] = _handled(shape, function)
        # pc -> where an instruction that does not go on to pc + 1 goes: past a region, or to a header
        self.targets: tuple[int, ...] = tuple(
            (-1, *shape.successors(pc, instruction))[-1] for pc, instruction in enumerate(function.code)
        )
        # pc -> the register that the instruction's result is delivered to, -1 for none, MANY for one an item
        self.results: tuple[int, ...] = tuple(_result(instruction) for instruction in function.code)

    @cached_property
    def steps(self) -> list[Step]:
        """By pc, the handler with its operands. Bound at the first run: handlers know of loaded code, too."""
        from .handlers import HANDLERS

        return [(HANDLERS[each], operands) for each, operands in zip(self.operations, self.operands, strict=True)]

    @cached_property
    def dropped(self) -> frozenset[int]:
        """The pcs of instructions whose result nothing reads."""
        return dropped_results(self.function.code, structure(self.function.code))

    def position(self, pc: int) -> tuple[int, int]:
        """(line, column) of the instruction, (0, 0) if the unit was stored without positions."""
        functions = self.unit.unit.debug.positions
        rows = functions[self.index] if self.index < len(functions) else ()
        place = bisect_right(rows, pc, key=lambda row: row[0])
        return rows[place - 1][1:3] if place else (0, 0)


def _tuples_in(constants: Iterable[Constant]) -> Iterator[Constant]:
    """Those inside of tuples, each before those inside of it."""
    for constant in constants:
        if type(constant) is tuple:
            for each in constant:
                if type(each) is tuple:
                    yield each
                    yield from _tuples_in((each,))


class LoadedUnit:
    """A unit with its functions made ready."""

    def __init__(self, unit: Unit, code_hash: bytes) -> None:
        self.unit = unit
        self.code_hash = code_hash
        # Places of what a snapshot need not spell out: units by hash, this one first; actions by key.
        linked = dict.fromkeys((code_hash, *(link.unit for link in unit.links)))
        self.linked: dict[bytes, int] = {each: place for place, each in enumerate(linked)}
        self.actions: dict[str, int] = {each.key: place for place, each in enumerate(unit.actions)}
        self.protocol_hash = unit.protocol or code_hash
        self.exports: dict[str, int] = dict(unit.exports)
        # Snapshots name the tuples among them by their places; those inside of others come behind all the rest.
        self.constants: tuple[Constant, ...] = (*unit.constants, *_tuples_in(unit.constants))
        # () is one object in all of Python: it needs no name, and one unit must not claim it.
        self.places: dict[int, tuple[bytes, int]] = {
            id(each): (code_hash, index)
            for index, each in reversed(tuple(enumerate(self.constants)))  # the first place of an object is its name
            if type(each) is tuple and each
        }
        # Static classes, made once a process (`static_classes.py`): each, and what hangs on them by its name there.
        self.ready = False
        self.made: list[type | None] = [None] * len(unit.classes)
        self.class_places: dict[str, int] = {each.name: place for place, each in enumerate(unit.classes)}
        self.parts: dict[tuple[str, tuple[str, ...]], Any] = {}
        self.shared: dict[int, VMFunction] = {}  # static functions that classes hold: one a process, too
        self.uses: tuple[LoadedUnit, ...] = ()  # units that the making of the classes took something of
        self.functions: tuple[LoadedFunction, ...] = tuple(
            LoadedFunction(self, index, code_hash) for index in range(len(unit.functions))
        )


LOADED_MAX = 1024  # units kept ready in a process; the least recently used goes first
_LOADED: OrderedDict[bytes, LoadedUnit] = OrderedDict()
# Those that runs or other units still hold: a unit is never there twice, since its classes would be.
_ALIVE: WeakValueDictionary[bytes, LoadedUnit] = WeakValueDictionary()


def loaded_unit(load_unit: Callable[[bytes], Unit], code_hash: bytes) -> LoadedUnit:
    """The unit of this hash, ready to run. The first use in a process checks that it is that unit, and sound."""
    found = _LOADED.get(code_hash)
    if found is None:
        found = _ALIVE.get(code_hash)
        if found is None:
            unit = load_unit(code_hash)
            if hash_of(unit) != code_hash:
                raise BadUnit(f"unit {code_hash.hex()}: what was loaded under this hash is another unit")
            verify_once(unit, natives=NATIVES)
            found = _ALIVE[code_hash] = LoadedUnit(unit, code_hash)
        _LOADED[code_hash] = found
        if len(_LOADED) > LOADED_MAX:
            _LOADED.popitem(last=False)
    else:
        _LOADED.move_to_end(code_hash)
    return found


def _tables(unit: Unit) -> Mapping[Kind, Sequence[Any]]:
    """What the index of an operand of each kind leads to. Other operands stand for themselves."""
    return {
        **dict.fromkeys((Kind.CONST, Kind.NAME, Kind.NAMES), unit.constants),
        Kind.MODULE: unit.modules,
        Kind.NATIVE: unit.natives,
        Kind.LINK: unit.links,
        Kind.ACTION: unit.actions,
    }


def _resolve(tables: Mapping[Kind, Sequence[Any]], instruction: tuple[Any, ...]) -> tuple[Any, ...]:
    """Operands with constants, names and table entries in place of their indexes."""
    pairs = zip(BY_CODE[instruction[0]].value.operands, instruction[1:], strict=True)
    return tuple(tables[kind][operand] if kind in tables else operand for (_, kind), operand in pairs)


def _result(instruction: tuple[Any, ...]) -> int:
    operands = BY_CODE[instruction[0]].value.operands
    for (_, kind), operand in zip(operands, instruction[1:], strict=True):
        if kind is Kind.OUT:
            return int(operand)
        if kind is Kind.OUTS:
            return MANY
    return -1


def _handled(shape: Structure, function: Function) -> tuple[tuple[int, ...], ...]:
    """By pc; what is inside one region shares its tuple."""
    inside: dict[int, tuple[int, ...]] = {-1: ()}  # by the head of the region
    for region in shape.regions:  # outer ones first
        around = inside[region.parent.head if region.parent else -1]
        here = BY_CODE[region.code] is Op.HANDLED
        inside[region.head] = (function.code[region.head][1], *around) if here else around
    return tuple(inside[region.head if region else -1] for region in shape.around)
