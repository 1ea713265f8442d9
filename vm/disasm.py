"""A unit as text, for people: what it refers to, then each function with its code.

    f1  coroutine Order.run(self, n), 6 registers, in shop.order
        keeps {n} at entry
     12     0  load_const   r2:total, 0                    ; total = 0
     13     1  for          r3:i, r4          {total r4}   ; for i in n:
     14     2    inplace      r2:total, +, r2:total, r3:i  ; total += i

On the left the line of the source where it changes, then the pc. Regions are indented; an operand is shown by what it
means (a constant by its value, a depth with the pc that it leads to); in braces stand the registers that a frame
standing there keeps. The unit must have passed the verifier. One that has not is shown by the verifier's own message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .codec import code_hash, file_hash
from .instruction_text import brief
from .isa import BINARY_OPERATORS, BY_CODE, COMPARE_OPERATORS, INTRINSICS, UNARY_OPERATORS, Kind, Op
from .regions import Structure, structure
from .unit import Function, Instruction, Parameter, Unit

CODE_WIDTH = 56  # where the kept registers begin
SHORT_HASH = 12  # hex digits

_MARKERS = frozenset(op.value.code for op in (Op.ELSE, Op.CATCH, Op.END))
_PREFIXES = {"variadic": "*", "keywords": "**"}


def disassemble(unit: Unit, *, source: str | None = None) -> str:
    """Return `unit` as text. With `source`, the text it was compiled from, its lines stand beside the instructions."""
    lines = list(_head(unit))
    for index in range(len(unit.functions)):
        lines += ("", *_Listing(unit, index, source.splitlines() if source else ()).lines())
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(unit: Unit) -> Iterator[str]:
    yield f"unit {unit.debug.source_name}"
    yield f"  code hash  {code_hash(unit).hex()}"
    yield f"  file hash  {file_hash(unit).hex()}"
    for index, module in enumerate(unit.modules):
        init = unit.inits[index] if unit.inits else -1
        yield f"  module     m{index}  {module}{f', initialised by f{init}' if init >= 0 else ''}"
    for index, constant in enumerate(unit.constants):
        yield f"  constant   c{index}  {brief(constant)}"
    for index, native in enumerate(unit.natives):
        yield f"  native     x{index}  {native}"
    if unit.protocol:
        yield f"  protocol   unit {unit.protocol.hex()[:SHORT_HASH]}"
    for index, link in enumerate(unit.links):
        yield f"  link       l{index}  {link.name} of unit {link.unit.hex()[:SHORT_HASH]}"
    for index, action in enumerate(unit.actions):
        yield f"  action     a{index}  {action.key}{_signature(action.parameters)}"
    for index, each in enumerate(unit.classes):
        yield f"  class      t{index}  {each.name}, made by f{each.function}"
    for name, function in unit.exports:
        yield f"  export     {name} is f{function}"
    for workflow in unit.workflows:
        yield f"  workflow   {workflow.name}, class {workflow.qualname}, runs f{workflow.function}"


def _signature(parameters: Sequence[Parameter], defaults: Sequence[str] = ()) -> str:
    """As Python writes it; the defaults in the order of the optional parameters, `...` for one that code evaluates."""
    shown: list[str] = []
    values = iter(defaults)
    kinds = [parameter.kind for parameter in parameters]
    for index, parameter in enumerate(parameters):
        if parameter.kind == "keyword" and not {"variadic", "keyword"} & set(kinds[:index]):
            shown.append("*")
        default = f"={next(values, '...')}" if parameter.optional else ""
        shown.append(f"{_PREFIXES.get(parameter.kind, '')}{parameter.name}{default}")
        if parameter.kind == "positional" and kinds[index + 1 : index + 2] != ["positional"]:
            shown.append("/")
    return f"({', '.join(shown)})"


class _Listing:
    """One function as lines."""

    def __init__(self, unit: Unit, index: int, source: Sequence[str]) -> None:
        self._unit = unit
        self._index = index
        # The text is the first module's; functions of followed modules have lines of other files.
        self._source = source if unit.functions[index].module == 0 else ()
        self._function: Function = unit.functions[index]
        self._shape: Structure = structure(self._function.code)
        entry = (*(parameter.name for parameter in self._function.parameters), *self._function.captures)
        variables = unit.debug.variables[index] if unit.debug.variables else ()
        self._names: Mapping[int, str] = dict(enumerate(entry)) | dict(reversed(variables))
        positions = unit.debug.positions[index] if unit.debug.positions else ()
        self._lines = {position[0]: position[1] for position in positions}
        self._live = dict(self._function.live)

    def lines(self) -> Iterator[str]:
        function = self._function
        defaults = [brief(self._unit.constants[default]) for default in function.defaults]
        signature = _signature(function.parameters, defaults)
        yield (
            f"f{self._index}  {function.kind} {function.qualname}{signature}, {function.registers} registers, "
            f"in {self._unit.modules[function.module]}"
        )
        if function.captures:
            yield f"    captures {', '.join(function.captures)}"
        yield f"    keeps {self._kept(0)} at entry"
        line = 0
        for pc, instruction in enumerate(function.code):
            now = self._lines.get(pc, line)
            yield self._line(pc, instruction, now if now != line else 0)
            line = now

    def _line(self, pc: int, instruction: Instruction, line: int) -> str:
        level = self._level(pc, instruction)
        code = f"{'':{2 * level}}{self._text(pc, instruction)}"
        kept = self._kept(pc) if pc and pc in self._live else ""
        text = f"{line or '':>5} {pc:>5}  {code:<{CODE_WIDTH}}{kept}"
        if 0 < line <= len(self._source):
            text = f"{text:<{CODE_WIDTH + 40}}  ; {self._source[line - 1].strip()}"
        return text

    def _level(self, pc: int, instruction: Instruction) -> int:
        region = self._shape.around[pc]
        if region is None:
            return 0
        return region.level + (instruction[0] not in _MARKERS)

    def _text(self, pc: int, instruction: Instruction) -> str:
        op = BY_CODE[instruction[0]]
        shown = []
        for (_, kind), value in zip(op.value.operands, instruction[1:], strict=True):
            text = self._operand(pc, kind, value)
            if text:
                shown.append(text)
        return f"{op.name.lower():<12} {', '.join(shown)}"

    def _operand(self, pc: int, kind: Kind, value: Any) -> str:
        unit = self._unit
        match kind:
            case Kind.OUT | Kind.REG:
                return self._register(value)
            case Kind.OUTS | Kind.REGS:
                return f"[{', '.join(self._register(register) for register in value)}]"
            case Kind.CONST:
                return brief(unit.constants[value])
            case Kind.NAME:
                return str(unit.constants[value])
            case Kind.NAMES:
                names = unit.constants[value]
                return f"names {' '.join(names)}" if isinstance(names, tuple) and names else ""
            case Kind.FUNC:
                return f"f{value}:{unit.functions[value].qualname}"
            case Kind.CLASS:
                return f"t{value}:{unit.classes[value].name}"
            case Kind.DEPTH:
                return f"^{value} -> {self._target(pc)}"
            case Kind.LINK:
                return f"{unit.links[value].name}"
            case Kind.ACTION:
                return f"{unit.actions[value].key}"
            case _:
                return f"{_NAMED[kind](unit)[value]}"

    def _target(self, pc: int) -> int:
        return self._shape.successors(pc, self._function.code[pc])[-1]

    def _register(self, register: int) -> str:
        name = self._names.get(register)
        return f"r{register}:{name}" if name else f"r{register}"

    def _kept(self, pc: int) -> str:
        return f"{{{' '.join(self._names.get(register, f'r{register}') for register in self._live[pc])}}}"


_NAMED: Mapping[Kind, Callable[[Unit], Sequence[str]]] = {
    Kind.MODULE: lambda unit: unit.modules,
    Kind.NATIVE: lambda unit: unit.natives,
    Kind.INTRINSIC: lambda unit: INTRINSICS,
    Kind.UNARY: lambda unit: UNARY_OPERATORS,
    Kind.BINARY: lambda unit: BINARY_OPERATORS,
    Kind.COMPARE: lambda unit: COMPARE_OPERATORS,
}
