"""The names that `from module import *` brings: those in `__all__`, else every public name that the module binds.

A module of the project is read. One of the standard library is imported, as the file that is compiled does itself.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst

from .bindings import Binding
from .modules import Module
from .prelude_modules import is_prelude

if TYPE_CHECKING:
    from .resolve import Resolver

_LISTS = (cst.List, cst.Tuple)


def listed_names(module: str, resolver: Resolver, seen: frozenset[str] = frozenset()) -> frozenset[str] | None:
    """Return the names, or None when they cannot be known without running the module."""
    found = resolver.module(module)
    if (found is None or is_prelude(module)) and module.partition(".")[0] in sys.stdlib_module_names:
        return _of_the_library(module)
    if not isinstance(found, Module) or module in seen:
        return frozenset() if module in seen else None
    if "__all__" in found.bindings:
        return _written_out(found.bindings["__all__"])
    names = {name for name in found.bindings if not name.startswith("_") and name != "*"} | _public(found.rebound)
    for star in found.bindings.get("*", ()):
        more = listed_names(found.absolute(star.module) or star.module, resolver, seen | {module})
        if more is None:
            return None
        names |= _public(more)
    return frozenset(names)


@cache
def _of_the_library(module: str) -> frozenset[str] | None:
    try:
        found = importlib.import_module(module)
    except ImportError:
        return None
    names = getattr(found, "__all__", None)
    return _public(frozenset(dir(found))) if names is None else frozenset(names)


def _public(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if not name.startswith("_"))


def _written_out(bindings: tuple[Binding, ...]) -> frozenset[str] | None:
    """What `__all__ = [...]`, and `__all__ += [...]` behind it, name; None for anything else that is done to it."""
    names: set[str] = set()
    for binding in bindings:
        node = binding.node
        if binding.conditional or not isinstance(node, cst.Assign | cst.AnnAssign | cst.AugAssign):
            return None
        if not isinstance(node.value, _LISTS):
            return None
        for element in node.value.elements:
            text = getattr(element.value, "evaluated_value", None)
            if not isinstance(text, str) or isinstance(element, cst.StarredElement):
                return None
            names.add(text)
    return frozenset(names)
