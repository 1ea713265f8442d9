"""What a name at the top of a module can mean. A meaning is a value; `resolve.py` finds it.

What a workflow can use: an action, a static function, a constant, a class, a variable of a module, something of the
catalogue, a module of the project. The last five classes are the ways in which a name leads nowhere that a workflow can
go; `names.py` turns them into diagnostics.
"""

from __future__ import annotations

from typing import Any

import libcst as cst
import msgspec

from .bindings import Binding
from .signatures import Signature


class Action(msgspec.Struct, frozen=True):
    """An `@action`: its key, `module:name`, and its parameters as they are written."""

    key: str
    name: str
    signature: Signature
    module: str
    node: cst.FunctionDef


class Outside(msgspec.Struct, frozen=True):
    """Something of the standard library, of Waymark or of a third party, by its full name."""

    name: str


class InProject(msgspec.Struct, frozen=True):
    """A module of the project."""

    module: str


class Function(msgspec.Struct, frozen=True):
    """A static function: bound once, without decorators, its defaults constants. It exists before anything runs."""

    name: str
    module: str
    node: cst.FunctionDef


class Constant(msgspec.Struct, frozen=True):
    """A name bound once, to an immutable value that is written out."""

    name: str
    module: str
    value: Any


class Class(msgspec.Struct, frozen=True):
    """A class, bound once. Its statement is part of the module's init."""

    name: str
    module: str
    node: cst.ClassDef


class WorkflowClass(msgspec.Struct, frozen=True):
    """A class with `@workflow` on it."""

    name: str
    module: str
    node: cst.ClassDef


class Variable(msgspec.Struct, frozen=True):
    """Any other name that a module binds: a variable of the run, which the module's init fills."""

    name: str
    module: str


class Ambiguous(msgspec.Struct, frozen=True):
    """Several bindings of which one would have to be chosen, or one that depends on a condition."""

    name: str
    module: str
    bindings: tuple[Binding, ...]


class Patched(msgspec.Struct, frozen=True):
    """Another module assigns to this name of the module."""

    name: str
    module: str
    by: str  # the module that does
    line: int


class Unlisted(msgspec.Struct, frozen=True):
    """The name may come from a `*` whose names cannot be known."""

    name: str
    module: str
    origin: str  # the module behind the `*`


class MaybeImported(msgspec.Struct, frozen=True):
    """What a name means that is imported inside the function, where it may not have been imported yet.

    `variable` is bound by the import, so reading it tells.
    """

    name: str
    meaning: Any
    variable: str


class Missing(msgspec.Struct, frozen=True):
    """The module is there, the name is not."""

    name: str
    module: str
    nearest: str | None


class Broken(msgspec.Struct, frozen=True):
    """The module's file is there and cannot be read as Python."""

    module: str
    problem: str


Usable = Action | Outside | InProject | Function | Constant | Class | WorkflowClass | Variable
Meaning = Usable | Ambiguous | Patched | Unlisted | MaybeImported | Missing | Broken
