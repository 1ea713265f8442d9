"""Builtin functions and types of Python, by persisted name.

A builtin type is a native whose value is the type itself, so `isinstance`, `type(x) is int` and calls all see CPython's
own object. What is missing here is refused by the compiler, by name.
"""

from __future__ import annotations

import builtins
from typing import Any

from ..values.sets import OrderedFrozenSet, OrderedSet
from .guards import GUARDS
from .model import Native
from .widths import check_spec

_FUNCTIONS = (
    "abs all any ascii bin bool bytearray bytes callable chr complex dict divmod float hex int "
    "len list max min object oct ord pow range repr round slice sorted str sum tuple type"
).split()

# These look at their arguments and not at all of the items in them.
_FLAT = frozenset(("bool", "callable", "len", "range", "slice", "type"))
_EXCEPTIONS = sorted(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type)
    and issubclass(value, BaseException)
    and value.__module__ == "builtins"
    and value.__name__ == name
    # Names that not every supported Python has would make a unit that some engine cannot load.
    and name not in {"WindowsError", "PythonFinalizationError", "_IncompleteInputError", "EncodingWarning"}
)


EXCEPTIONS = tuple(_EXCEPTIONS)


def _native(name: str, value: Any) -> Native:
    key = f"{name}/1"
    return Native(key, value, guard=GUARDS.get(key), flat=name in _FLAT)


def natives() -> list[Native]:
    return [
        *(_native(name, getattr(builtins, name)) for name in (*_FUNCTIONS, *_EXCEPTIONS)),
        _native("set", OrderedSet),
        _native("frozenset", OrderedFrozenSet),
        Native("format/1", format, guard=check_spec),
        Native("NotImplemented/1", NotImplemented),
        Native("Ellipsis/1", ...),
    ]
