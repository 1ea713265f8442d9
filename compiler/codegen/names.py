"""What a name stands for. There are two questions, and neither is ever answered by a guess.

Inside a function a name is a parameter, a cell or a capture of it, or a variable that it binds. At the top of a module
it is what a declaration or a static function says. A function's own names hide the module's, with one exception: a name
that the module declares `global` is never a variable, so an assignment to it binds the module's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from waymark.grammar import tree
from waymark.vm.unit import Link


@dataclass(frozen=True, slots=True)
class Local:
    """A variable in a register."""

    register: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A variable in a cell; the register holds the cell."""

    register: int


@dataclass(frozen=True, slots=True)
class Member:
    """A name that a class body binds; the register holds the namespace."""

    register: int


@dataclass(frozen=True, slots=True)
class Global:
    """A variable of a module of the unit."""

    module: int
    variable: str


@dataclass(frozen=True, slots=True)
class Static:
    function: int


@dataclass(frozen=True, slots=True)
class StaticClass:
    index: int


@dataclass(frozen=True, slots=True)
class Native:
    key: str


@dataclass(frozen=True, slots=True)
class Linked:
    link: Link


@dataclass(frozen=True, slots=True)
class Action:
    index: int
    key: str


@dataclass(frozen=True, slots=True)
class Intrinsic:
    index: int


Own = Local | Shared | Member
Declared = Global | Static | StaticClass | Native | Linked | Action | Intrinsic
Place = Own | Declared


def own_names(function: tree.Function, declared: Mapping[str, Declared]) -> dict[str, Own]:
    """Give each name of the function its register: parameters, captured cells, cells, variables, in this order."""
    names: dict[str, Own] = {}
    register = 0
    for parameter in function.parameters:
        names[parameter.name] = Local(register)
        register += 1
    for shared in (*function.captures, *function.cells):
        names[shared] = Shared(register)
        register += 1
    for name in bound_names(function.body):
        if name not in names and not isinstance(declared.get(name), Global):
            names[name] = Local(register)
            register += 1
    return names


def bound_names(block: tree.Block) -> dict[str, None]:
    """The names that the statements of a function bind or delete, in the order of the text."""
    found: dict[str, None] = {}
    for statement in block:
        found.update(dict.fromkeys(_bound_by(statement)))
        for inner in inner_blocks(statement):
            found.update(bound_names(inner))
    return found


def _bound_by(statement: tree.Statement) -> Iterator[str]:
    match statement:
        case tree.Assign(target=target) | tree.Update(target=target) | tree.For(target=target):
            yield from _names_in(target)
        case tree.Delete(target=tree.Name(id=name)) | tree.Try(name=name):
            yield name
        case tree.Function(name=name) | tree.Class(name=name):
            yield name


def _names_in(target: tree.Target) -> Iterator[str]:
    if isinstance(target, tree.Name):
        yield target.id
    elif isinstance(target, tree.Targets):
        for item in target.items:
            yield from _names_in(item)


def inner_blocks(statement: tree.Statement) -> tuple[tree.Block, ...]:
    """The blocks of a statement that belong to the same function. A class body binds names of its own."""
    match statement:
        case tree.If():
            return (statement.body, statement.orelse)
        case tree.While() | tree.For():
            return (statement.body,)
        case tree.Try():
            return (statement.body, statement.handler)
        case tree.Finally():
            return (statement.body, statement.last)
        case _:
            return ()


def functions_in(block: tree.Block) -> Iterator[tree.Function | tree.Class]:
    """The functions written in a block, without those inside them. The body of a class is a function, too."""
    for statement in block:
        if isinstance(statement, tree.Function | tree.Class):
            yield statement
        for inner in inner_blocks(statement):
            yield from functions_in(inner)


def functions_of(block: tree.Block) -> Iterator[tree.Function | tree.Class]:
    """The functions written in a block, each before those inside it: the order of a unit's functions."""
    for function in functions_in(block):
        yield function
        yield from functions_of(function.body)
