"""What a workflow class is made of: its bases, followed through the project, and what it takes from them.

A workflow extends `Workflow`, or classes of the project of which one does. Their members count as its own, in the
order in which Python looks them up; an exact MRO is Python's own affair, when the class is made.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import msgspec

from .bindings import block, dotted
from .meanings import Class, Outside, WorkflowClass
from .modules import Module
from .resolve import BASE, Resolver

# What a class of the program may extend besides the project's classes and exceptions. `Workflow` is a native, too.
_DOCUMENTATION = (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)


class Ancestor(msgspec.Struct, frozen=True):
    """A class of the project, and the module that it stands in."""

    node: cst.ClassDef
    module: Module


def lineage(node: cst.ClassDef, module: Module, resolver: Resolver) -> tuple[Ancestor, ...]:
    """The class and its bases within the project, nearest first, each once."""
    found: dict[cst.ClassDef, Ancestor] = {}
    waiting = [Ancestor(node, module)]
    while waiting:
        each = waiting.pop(0)
        if each.node not in found:
            found[each.node] = each
            waiting = [*_bases(each, resolver), *waiting]
    return tuple(found.values())


def _bases(of: Ancestor, resolver: Resolver) -> Iterator[Ancestor]:
    for base in of.node.bases:
        meaning = resolver.dotted(dotted(base.value) or "?", of.module)
        if isinstance(meaning, Class | WorkflowClass):
            module = resolver.module(meaning.module)
            if isinstance(module, Module):
                yield Ancestor(meaning.node, module)


def is_workflow(ancestors: tuple[Ancestor, ...], resolver: Resolver) -> bool:
    """Whether one of the classes extends `Workflow`."""
    return any(resolver.is_one_of(base.value, BASE, each.module) for each in ancestors for base in each.node.bases)


def stranger(node: cst.ClassDef, module: Module, resolver: Resolver) -> cst.Arg | None:
    """A base of a workflow class that is neither `Workflow` nor a class of the project."""
    for base in node.bases:
        if base.star or not _is_known(base.value, module, resolver):
            return base
    return None


def _is_known(node: cst.BaseExpression, module: Module, resolver: Resolver) -> bool:
    meaning = resolver.dotted(dotted(node) or "?", module)
    if isinstance(meaning, Outside):
        return meaning.name in BASE
    return meaning is not None or dotted(node) == "object"


def methods(node: cst.ClassDef, name: str) -> list[cst.FunctionDef]:
    """The functions of this name that stand in the class itself."""
    return [each for each in block(node.body) if isinstance(each, cst.FunctionDef) and each.name.value == name]


def variable(node: cst.ClassDef, name: str) -> cst.BaseSmallStatement | None:
    """The last statement of the class itself that assigns to the class variable."""
    found = None
    for small in small_statements(node):
        if name in assigned(small)[0]:
            found = small
    return found


def small_statements(node: cst.ClassDef) -> Iterator[cst.BaseSmallStatement]:
    for line in block(node.body):
        if isinstance(line, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            yield from line.body


def assigned(node: cst.CSTNode) -> tuple[list[str | None], cst.BaseExpression | None]:
    """The names that a statement assigns to, and the value."""
    if isinstance(node, cst.Assign):
        return [dotted(target.target) for target in node.targets], node.value
    if isinstance(node, cst.AnnAssign) and node.value is not None:
        return [dotted(node.target)], node.value
    return [], None


def is_nothing(node: cst.BaseSmallStatement) -> bool:
    """`pass`, a docstring, `...`, an annotation without a value."""
    if isinstance(node, cst.AnnAssign):
        return node.value is None
    return isinstance(node, cst.Pass) or (isinstance(node, cst.Expr) and isinstance(node.value, _DOCUMENTATION))
