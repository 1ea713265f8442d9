"""Chains of names, as `shop.config.LIMIT`: where one starts, and what stands at the bottom of a longer expression.

libcst's classes are abstract ones, of which `isinstance` is slow; none of those that are looked for has a subclass.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import libcst as cst

from .bindings import Binding, identifier
from .scopes import Scope

_CONSTANTS = ("None", "True", "False")
_LINKS = frozenset({cst.Subscript, cst.Attribute, cst.StarredElement, cst.Call})


class Use(NamedTuple):
    """`first.rest`, where `first` is a name of the module, or one that `origin` imports inside the function."""

    first: str
    rest: tuple[str, ...] = ()
    origin: Binding | None = None
    called: bool = False  # no more than that: `name()`


def is_global(use: Use, scope: Scope) -> bool:
    """Whether it starts at a name of the module: a class body may read what it binds from outside first."""
    home = scope.symbol(use.first).home
    return home is None or home.kind in ("module", "class")


def chain_of(node: cst.CSTNode, scope: Scope) -> Use | None:
    """A chain of names, or None for what starts with anything else."""
    rest: list[str] = []
    bottom: Any = node
    while type(bottom) is cst.Attribute:
        rest.append(identifier(bottom.attr.value))
        bottom = bottom.value
    if type(bottom) is not cst.Name or bottom.value in _CONSTANTS:
        return None
    return Use(scope.name(bottom.value), tuple(reversed(rest)))


def root_of(node: cst.CSTNode, scope: Scope, store: bool = False) -> Use | None:
    """The chain of names at the bottom of `a.b[0].get(1).c`; of a store, without the attribute that is stored to."""
    bottom: Any = node
    if store and type(bottom) is cst.Attribute:
        bottom = bottom.value
    while type(bottom) in _LINKS:
        chain = chain_of(bottom, scope)
        if chain is not None:
            return chain
        bottom = bottom.func if type(bottom) is cst.Call else bottom.value
    return chain_of(bottom, scope)
