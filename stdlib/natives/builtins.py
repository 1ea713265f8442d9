"""Builtin functions and types of Python, by persisted name.

A builtin type is a native whose value is the type itself, so `isinstance`, `type(x) is int` and calls all see CPython's
own object. What is missing here is refused by the compiler, by name.
"""

from __future__ import annotations

import builtins

from .model import Native

_FUNCTIONS = (
    "abs bool bytes chr complex dict divmod float int isinstance issubclass len list max min ord pow range repr round "
    "slice sorted str sum tuple any all type object"
).split()

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


def natives() -> list[Native]:
    return [Native(f"{name}/1", getattr(builtins, name)) for name in (*_FUNCTIONS, *_EXCEPTIONS)]
