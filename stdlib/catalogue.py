"""Every name that workflow code may call, and what it maps to.

`NATIVES` is what a unit may name and an engine can run; `OUTSIDE` is what the compiler offers under the full dotted
names of Python, and `BUILTINS` is the part of it that needs no import. The two differ: a native stays while any stored
unit may name it, and the compiler may already offer another one.
"""

from __future__ import annotations

import builtins as python
from collections.abc import Mapping
from types import FunctionType, MappingProxyType
from typing import Any

from . import constants
from .natives import (
    asynchronous,
    attributes,
    builtins,
    calls,
    classes,
    contexts,
    copies,
    dataclass,
    delegation,
    enumerations,
    formatting,
    groups,
    handled,
    hashing,
    iteration,
    matching,
    methods,
    names,
    output,
    protocol,
    protocols,
    recorded,
    standard,
    times,
)
from .natives.model import Native

_MODULES = (
    asynchronous,
    attributes,
    builtins,
    calls,
    classes,
    contexts,
    copies,
    dataclass,
    delegation,
    enumerations,
    formatting,
    groups,
    handled,
    hashing,
    iteration,
    matching,
    methods,
    names,
    output,
    protocol,
    protocols,
    recorded,
    standard,
    times,
)


def _collect() -> dict[str, Native]:
    found: dict[str, Native] = {}
    for module in _MODULES:
        for native in module.natives():
            assert native.key not in found, f"{native.key} is declared twice"
            found[native.key] = native
            name = native.key.removesuffix("/1")
            if isinstance(native.call, FunctionType) and hasattr(python, name):
                # It stands in for CPython's function, and is called so in messages.
                native.call.__name__ = native.call.__qualname__ = name
                native.call.__module__ = "builtins"
                native.call.__doc__ = getattr(python, name).__doc__
    return found


NATIVES: Mapping[str, Native] = MappingProxyType(_collect())

# Refused for what they do: vars, locals, globals, dir, id, input, open, eval, exec, compile, memoryview, breakpoint.
_NAMES = (
    "abs aiter all anext any ascii bin bool bytearray bytes callable chr complex delattr dict divmod enumerate filter "
    "float format frozenset getattr hasattr hash hex int isinstance issubclass iter len list map max min next object "
    "oct ord pow print range repr reversed round set setattr slice sorted str sum tuple type zip NotImplemented "
    "Ellipsis classmethod property staticmethod super"
)
_ALIASES = {"EnvironmentError": "OSError/1", "IOError": "OSError/1"}

BUILTINS: Mapping[str, str] = MappingProxyType(
    {name: f"{name}/1" for name in (*_NAMES.split(), *builtins.EXCEPTIONS)} | _ALIASES
)


def _dotted(key: str) -> str:
    """The name in Python of a method: `str.upper` is of builtins, `datetime.datetime.combine` says its module."""
    name = key.removesuffix("/1")
    return name if name.count(".") > 1 else f"builtins.{name}"


# Full dotted Python name -> native. What a followed import or an attribute of a module comes to.
OUTSIDE: Mapping[str, str] = MappingProxyType(
    {f"builtins.{name}": key for name, key in BUILTINS.items()}
    | {
        native.key.removesuffix("/1"): native.key
        for module in (asynchronous, standard, recorded, times, dataclass, enumerations, handled, copies)
        for native in module.natives()
        if "." in native.key
    }
    | {native.key.removesuffix("/1"): native.key for native in classes.natives() if "." in native.key}
    | dict.fromkeys(("waymark.Workflow", "waymark.workflow.Workflow"), "Workflow/1")
    | {_dotted(native.key): native.key for native in methods.natives() if "__" not in native.key}
    | asynchronous.ALIASES
    | {"enum.EnumMeta": "enum.EnumType/1"}
)

# Full dotted Python name -> a constant.
CONSTANTS: Mapping[str, Any] = constants.CONSTANTS
