"""What one function is generated with: the program around it, its places, its registers and its instructions so far.

Regions are left by depth, counted from the innermost. The frame keeps the number of open regions, so whoever opens one
remembers its level, and `depth` turns that into an operand wherever an exit happens to stand.

Temporaries live on a stack above the variables. An expression takes a mark, evaluates its operands, releases them, and
puts its result into the lowest free register, which may be one of theirs: an instruction reads before it writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.vm.isa import Op
from waymark.vm.unit import Constant, Instruction, Link

from .errors import CodegenError
from .names import Declared, Own, Place
from .pools import Pools


class Program(Protocol):
    """What a function may ask of the module that it stands in."""

    name: str
    modules: tuple[str, ...]  # of the unit; its own first
    pools: Pools
    declared: Mapping[str, Declared]

    def function_index(self, node: tree.Function | tree.Class) -> int: ...

    def module_index(self, node: tree.Function | tree.Class) -> int: ...

    def link(self, module: str, export: str, span: Span) -> Link: ...


class Line(NamedTuple):
    """An instruction and the place it came from."""

    instruction: Instruction
    span: Span

    @property
    def code(self) -> int:
        code: int = self.instruction[0]
        return code


@dataclass(frozen=True, slots=True)
class Loop:
    """An open loop: what `break` and `continue` look for."""

    level: int


@dataclass(frozen=True, slots=True)
class Guarded:
    """The open first part of a `finally`: whoever leaves says how in `selector`, and goes through the last part."""

    level: int
    selector: int | None  # None when there is just one way to leave it
    result: int | None  # what `return` came with; None when no `return` leaves it


@dataclass
class Frame:
    program: Program
    function: tree.Function | tree.Class
    names: Mapping[str, Own]
    lines: list[Line] = field(default_factory=list)
    exits: list[Loop | Guarded] = field(default_factory=list)
    level: int = 0  # how many regions are open
    free: int = 0  # the lowest register that holds nothing
    registers: int = 0  # how many there are in all
    variables: int = 0  # how many of them, from 0 on, belong to names

    def __post_init__(self) -> None:
        self.free = self.registers = self.variables = max((own.register + 1 for own in self.names.values()), default=0)

    @property
    def module(self) -> str:
        """The name of the module that the function stands in."""
        return self.program.modules[self.program.module_index(self.function)]

    def resolve(self, name: tree.Name) -> Place:
        place = self.names.get(name.id) or self.program.declared.get(name.id)
        if place is None:
            raise CodegenError(
                name.span,
                f"`{name.id}` is neither bound in `{self.function.name}` nor declared by module `{self.program.name}`; "
                "declare it, or list it in the function's captures",
            )
        return place

    # --- registers ---

    def target(self, dest: int | None = None) -> int:
        """The register for a result: `dest` if the reader asked for one, else a new temporary."""
        if dest is not None:
            return dest
        register = self.free
        self.free += 1
        self.registers = max(self.registers, self.free)
        return register

    def temporaries(self) -> Temporaries:
        """What is taken inside of the `with` is free again behind."""
        return Temporaries(self)

    # --- instructions ---

    def emit(self, span: Span, op: Op, *operands: object) -> None:
        self.lines.append(Line((op.value.code, *operands), span))

    @contextmanager
    def region(self, span: Span, op: Op, *operands: object) -> Iterator[int]:
        """Open a region and close it behind; gives its level."""
        self.emit(span, op, *operands)
        self.level += 1
        yield self.level
        self.level -= 1
        self.emit(span, Op.END)

    def depth(self, level: int) -> int:
        return self.level - level

    def constant(self, value: Constant) -> int:
        return self.program.pools.constants.add(value)

    def load(self, span: Span, value: Constant, dest: int | None = None) -> int:
        register = self.target(dest)
        self.emit(span, Op.LOAD_CONST, register, self.constant(value))
        return register


class Temporaries:
    """The registers that are taken inside of a `with`. Every expression has one, so it is no generator."""

    __slots__ = ("_frame", "_mark")

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._mark = frame.free

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        self._frame.free = self._mark
