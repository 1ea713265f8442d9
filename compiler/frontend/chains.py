"""Chains of names, as `shop.config.LIMIT`: where one starts, and what stands at the bottom of a longer expression."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from .bindings import Binding, identifier
from .scopes import Scope
from .scopes.parts import PARTS

CHAINS = (cst.Name, cst.Attribute)


class Use(NamedTuple):
    """`first.rest`, where `first` is a name of the module, or one that `origin` imports inside the function."""

    first: str
    rest: tuple[str, ...] = ()
    origin: Binding | None = None


def is_global(use: Use, scope: Scope) -> bool:
    """Whether it starts at a name of the module: a class body may read what it binds from outside first."""
    home = scope.symbol(use.first).home
    return home is None or home.kind in ("module", "class")


def chain_of(node: cst.CSTNode, scope: Scope) -> Use | None:
    """A chain of names, or None for what starts with anything else."""
    rest: list[str] = []
    while isinstance(node, cst.Attribute):
        rest.append(identifier(node.attr.value))
        node = node.value
    if not isinstance(node, cst.Name) or node.value in ("None", "True", "False"):
        return None
    return Use(scope.name(node.value), tuple(reversed(rest)))


def root_of(node: cst.CSTNode, scope: Scope, store: bool = False) -> Use | None:
    """The chain of names at the bottom of `a.b[0].get(1).c`; of a store, without the attribute that is stored to."""
    if store and isinstance(node, cst.Attribute):
        node = node.value
    while isinstance(node, cst.Subscript | cst.Attribute | cst.StarredElement | cst.Call):
        chain = chain_of(node, scope)
        if chain is not None:
            return chain
        node = node.func if isinstance(node, cst.Call) else node.value
    return chain_of(node, scope)


def parts_of(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The parts of a node in which names can stand, in the order of the text."""
    names = PARTS.get(type(node))
    if names is None:
        return list(node.children)
    found: list[cst.CSTNode] = []
    for name in names:
        part = getattr(node, name)
        if isinstance(part, cst.CSTNode):
            found.append(part)
        elif isinstance(part, list | tuple):
            found += part
    return found
