"""Which classes belong to the run, by what the program was seen to write to (`writes.py`)."""

from __future__ import annotations

from waymark.grammar import tree
from waymark.grammar.walk import walk

from .candidates import Candidate, Key, globals_of, names_in
from .values import Names, Scope, Seen
from .writes import Writes

_ENUMS = "enum."
# What leads a program to the tables of a class.
_TABLES = frozenset(
    "_member_map_ _value2member_map_ _member_names_ __dataclass_fields__ _field_defaults __kwdefaults__".split()
)


def written(module: tree.Module, found: list[Candidate], *, prelude: bool = False) -> set[Key]:
    """The candidates that some code of the program may write to."""
    classes = {each.key for each in found}
    names = Names(module, globals_of(module), classes)
    if any(isinstance(node, tree.Attribute) and node.name in _TABLES for node in walk(module)):
        return classes
    writes = Writes(names, {id(each.node): each.key for each in found}, _enums(found, names))
    trusted = {
        each.module for each in module.declarations if isinstance(each, tree.FollowDecl) and each.source[:1] == "<"
    }
    for function in module.functions:
        if function.module not in trusted:
            writes.function(function, None, Seen("any"))
    writes.block(module.init, Scope(names, None, module.init, None, Seen("any")))
    if prelude:
        writes.anything.clear()
    return _affected(found, writes, names)


def _enums(found: list[Candidate], names: Names) -> set[Key]:
    enums: set[Key] = set()
    for each in found:  # bases stand above
        bases = [base.id for base in each.node.bases if isinstance(base, tree.Name)]
        if any(names.natives.get(base, "").startswith(_ENUMS) or names.variables.get(base) in enums for base in bases):
            enums.add(each.key)
    return enums


def _affected(found: list[Candidate], writes: Writes, names: Names) -> set[Key]:
    if writes.all:
        return {each.key for each in found}
    lost = set(writes.classes)
    if writes.anything:
        lost |= writes.handed
    below = set(writes.with_subclasses)
    for each in found:
        used = {*names_in(each.statements)}
        bases = {names.variables.get(name) for name in names_in(each.node.bases)}
        if bases & below or each.key in below:
            below.add(each.key)
        if used & writes.functions or (each.key in _enums(found, names) and _attributes(each) & writes.anything):
            lost.add(each.key)
    return lost | below


def _attributes(candidate: Candidate) -> set[str]:
    """The names that stand in a class, or are set of `self` in it."""
    own = {node.name for node in walk(candidate.node) if isinstance(node, tree.Attribute)}
    bound = (node for node in walk(candidate.node) if isinstance(node, tree.Assign | tree.Function))
    own |= {_bound_name(node) for node in bound}
    return own - {""}


def _bound_name(node: tree.Assign | tree.Function) -> str:
    if isinstance(node, tree.Function):
        return node.name
    return node.target.id if isinstance(node.target, tree.Name) else ""
