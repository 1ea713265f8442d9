"""Every name that workflow code may call, and what it maps to.

`NATIVES` is what a unit may name and an engine can run; `OUTSIDE` is what the compiler offers under the full dotted
names of Python, and `BUILTINS` is the part of it that needs no import. The two differ: a native stays while any stored
unit may name it, and the compiler may already offer another one.
"""

from __future__ import annotations

import builtins as python
from collections.abc import Mapping
from dataclasses import replace
from types import FunctionType, MappingProxyType
from typing import Any

from . import constants
from .natives import (
    abstract,
    asynchronous,
    attributes,
    buffers,
    builtins,
    calls,
    classes,
    containers,
    contexts,
    copies,
    data_parts,
    dataclass,
    decimals,
    delegation,
    diff_parts,
    enumerations,
    formatting,
    groups,
    handled,
    hashing,
    hosted,
    iteration,
    json_texts,
    library,
    matching,
    methods,
    names,
    numeric,
    output,
    protocol,
    protocols,
    recorded,
    records,
    regex,
    runs,
    standard,
    text_parts,
    times,
    url_parts,
    uuids,
)
from .natives.driven import NATIVES as DRIVEN
from .natives.guards import GUARDS
from .natives.model import Native
from .values.own_types import OWN_ALIASES

_MODULES = (
    abstract,
    asynchronous,
    attributes,
    buffers,
    builtins,
    calls,
    classes,
    containers,
    contexts,
    copies,
    data_parts,
    dataclass,
    decimals,
    delegation,
    diff_parts,
    enumerations,
    formatting,
    groups,
    handled,
    hashing,
    hosted,
    iteration,
    json_texts,
    library,
    matching,
    methods,
    names,
    numeric,
    output,
    protocol,
    protocols,
    recorded,
    records,
    regex,
    runs,
    standard,
    text_parts,
    times,
    uuids,
    url_parts,
)


def _collect() -> dict[str, Native]:
    found: dict[str, Native] = {}
    for module in _MODULES:
        for native in module.natives():
            assert native.key not in found, f"{native.key} is declared twice"
            name = native.name
            found[native.key] = replace(
                native,
                driven=native.driven or DRIVEN.get(native.key, ""),
                guard=native.guard or GUARDS.get(native.key),
            )
            if isinstance(native.call, FunctionType) and hasattr(python, name):
                # It stands in for CPython's function, and is called so in messages.
                native.call.__name__ = native.call.__qualname__ = name
                native.call.__module__ = "builtins"
                native.call.__doc__ = getattr(python, name).__doc__
    return found


NATIVES: Mapping[str, Native] = MappingProxyType(_collect())

# Refused for what they do: vars, locals, globals, dir, id, input, open, eval, exec, compile, breakpoint.
_NAMES = (
    "abs aiter all anext any ascii bin bool bytearray bytes callable chr complex delattr dict divmod enumerate filter "
    "float format frozenset getattr hasattr hash hex int isinstance issubclass iter len list map max memoryview min "
    "next object oct ord pow print range repr reversed round set setattr slice sorted str sum tuple type zip "
    "NotImplemented Ellipsis classmethod property staticmethod super"
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
        for module in (
            asynchronous,
            standard,
            recorded,
            runs,
            times,
            dataclass,
            enumerations,
            handled,
            copies,
            records,
            hosted,
            containers,
            buffers,
        )
        for native in module.natives()
        if "." in native.key
    }
    | {
        native.name: native.key
        for module in (library, regex, json_texts, data_parts, diff_parts, text_parts, url_parts)
        for native in module.natives()
    }
    | {
        native.key.removesuffix("/1"): native.key
        for native in (*classes.natives(), *decimals.natives(), *numeric.natives(), *uuids.natives())
        if "." in native.key
    }
    | dict.fromkeys(("waymark.Workflow", "waymark.workflow.Workflow"), "Workflow/1")
    | {_dotted(native.key): native.key for native in methods.natives() if "__" not in native.key}
    | asynchronous.ALIASES
    | runs.ALIASES
    | {"array.ArrayType": "array.array/1"}
    | {"datetime.UTC": "datetime.timezone.utc/1"}
    | {"enum.EnumMeta": "enum.EnumType/1", "copy.error": "copy.Error/1", "typing.Text": "str/1"}
    | OWN_ALIASES
)

# Full dotted Python name -> a constant.
CONSTANTS: Mapping[str, Any] = constants.CONSTANTS

# Those names that mean a value and nothing with names below it: what follows is an attribute of the value.
VALUES = frozenset({*CONSTANTS, *(name for name, key in OUTSIDE.items() if not callable(NATIVES[key].call))})
