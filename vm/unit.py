"""What a compiled program is: units, each a list of functions with what they refer to.

A unit (the user's program, or one prelude module) is stored once under the hash of its code and never changes. A
program names the exact hashes of the units it uses; a frame of a parked run is (unit, function, pc, live registers), so
a unit that a run stands in can never be edited under it. `vm/codec.py` has the bytes, `vm/verify.py` refuses bad ones.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Constant = None | bool | int | float | complex | str | bytes | tuple[Any, ...]

# An instruction: the code of an Op, then its operands in the order of its signature. `outs` and `regs` are tuples.
Instruction = tuple[Any, ...]

FunctionKind = Literal["function", "coroutine", "generator", "async_generator"]


class Parameter(msgspec.Struct, frozen=True, array_like=True):
    """One parameter of a function. The first registers of a frame are its parameters, in this order."""

    name: str
    kind: Literal["positional", "either", "variadic", "keyword", "keywords"]  # inspect's five kinds
    optional: bool = (
        False  # has a default: `either`/`positional` ones from `defaults`, `keyword` ones from `kwdefaults`
    )


class Function(msgspec.Struct, frozen=True, array_like=True):
    """One function: its code, and what a frame of it looks like.

    Registers: parameters first, then one for each captured cell, then variables and temporaries.
    """

    name: str
    qualname: str
    module: int  # index into Unit.modules: whose globals it sees
    kind: FunctionKind
    parameters: tuple[Parameter, ...]
    captures: tuple[str, ...]  # names of the cells that CLOSURE hands over
    registers: int
    code: tuple[Instruction, ...]
    # (pc, registers that a frame standing there keeps), ascending. pc 0 is the entry; every LOOP and FOR, and every
    # instruction that `suspends`, has its row. `vm/liveness.py` computes them and the verifier compares.
    live: tuple[tuple[int, tuple[int, ...]], ...]
    # A static function (LOAD_FUNC, LOAD_LINK) has constant defaults: one index into the unit's constants for each
    # optional parameter, in order. A function that CLOSURE makes has none here: CLOSURE evaluates and passes them.
    defaults: tuple[int, ...] = ()
    doc: int = -1  # the constant with the function's documentation, or -1


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A static of another unit: the code hash of that unit, and the name of an export or of a static class there."""

    unit: bytes
    name: str


class Action(msgspec.Struct, frozen=True, array_like=True):
    """An action that the unit calls: `module:name`, and its parameters as the compiler saw them."""

    key: str
    parameters: tuple[Parameter, ...] = ()


class Workflow(msgspec.Struct, frozen=True, array_like=True):
    """A workflow class of the unit: where its `run` is."""

    name: str  # the registered name
    qualname: str  # of the class
    function: int  # what a run starts; it is given the place of `self` first
    parameters: tuple[Parameter, ...] = ()  # of `run`, as a caller sees them


class StaticClass(msgspec.Struct, frozen=True, array_like=True):
    """A class that is made once a process: its name, `module:name`, and the static function that makes it."""

    name: str
    function: int


class Debug(msgspec.Struct, frozen=True, array_like=True):
    """What no run depends on: texts and positions. It is in the file hash and not in the code hash."""

    source_name: str = ""  # path below the project's root, never absolute
    wrl: str = ""
    # For each function, (pc, line, column, end line, end column) where the position changes, ascending by pc.
    positions: tuple[tuple[tuple[int, int, int, int, int], ...], ...] = ()
    # For each function, the name of each register that holds a variable: (register, name).
    variables: tuple[tuple[tuple[int, str], ...], ...] = ()
    followed: tuple[str, ...] = ()  # the source name of each module but the first

    def source_of(self, module: int) -> str:
        """The source name of a module by its index, or ""."""
        names = (self.source_name, *self.followed)
        return names[module] if module < len(names) else ""


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """A unit, decoded. Everything but `debug` is what its code hash covers."""

    modules: tuple[str, ...]
    constants: tuple[Constant, ...]
    functions: tuple[Function, ...]
    exports: tuple[tuple[str, int], ...] = ()  # name -> function, sorted by name
    natives: tuple[str, ...] = ()  # "sorted/1"
    links: tuple[Link, ...] = ()
    actions: tuple[Action, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    # Function that initialises the module's globals, or -1; run by the VM when a run starts.
    inits: tuple[int, ...] = ()
    # Code hash of the unit whose exports carry out what an instruction cannot do in C: operators, attributes, iteration
    # and natives over the program's own objects. Empty: this unit itself.
    protocol: bytes = b""
    classes: tuple[StaticClass, ...] = ()
    debug: Debug = Debug()

    def export(self, name: str) -> int | None:
        return dict(self.exports).get(name)

    def names(self) -> frozenset[str]:
        """What a link may name: exports, and static classes, whose names hold a colon."""
        return frozenset((*(name for name, _ in self.exports), *(each.name for each in self.classes)))

    def needs(self) -> tuple[bytes, ...]:
        """The code hashes of the units that a run of this one may enter."""
        linked = tuple(link.unit for link in self.links)
        return (*linked, self.protocol) if self.protocol else linked
