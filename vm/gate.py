"""The one gate for attributes: what a program may read and write on an object, and nothing else.

For host types the tables of `stdlib/natives/methods.py` decide. For instances and classes of the program it is
everything but reserved names. A reserved name is a fault of the program that no `except` sees: it is no AttributeError
under CPython, so pretending one would change the program.
"""

from __future__ import annotations

from typing import Any

from waymark.stdlib.natives.methods import ATTRIBUTES, METHODS

from .errors import Uncatchable
from .values.classes import class_info
from .values.functions import HostMethod

# What dunder names a program may read on its own instances and classes. The rest would lead out of the program.
_ALLOWED = frozenset({"__name__", "__qualname__", "__module__", "__doc__", "__notes__", "__init__"})
_ERRORS = frozenset({"args", "__cause__", "__context__", "__suppress_context__", "__notes__", "add_note", "value"})


def _refuse(kind: str, name: str) -> Uncatchable:
    return Uncatchable(f"a workflow cannot reach `{name}` of {kind}: it would lead out of the program")


def is_program_object(value: Any) -> bool:
    """An instance of a class of the program, or such a class."""
    return class_info(value if isinstance(value, type) else type(value)) is not None


def read(value: Any, name: str) -> Any:
    """`value.name`. AttributeError is CPython's own."""
    kind = type(value)
    if kind in METHODS and name in METHODS[kind]:
        return HostMethod(value, name)
    if name in ATTRIBUTES.get(kind, ()):
        return getattr(value, name)
    if isinstance(value, BaseException) and (name in _ERRORS or not name.startswith("_")):
        return getattr(value, name)
    if is_program_object(value):
        if name.startswith("__") and name.endswith("__") and name not in _ALLOWED:
            raise _refuse("an object", name)
        return getattr(value, name)
    if hasattr(value, name):
        raise _refuse(f"{'an' if kind.__name__[0] in 'aeiou' else 'a'} {kind.__name__}", name)
    raise AttributeError(f"'{kind.__name__}' object has no attribute '{name}'", name=name, obj=value)


def write(value: Any, name: str, content: Any) -> None:
    if name.startswith("__") and name.endswith("__"):
        raise _refuse("an object", name)
    if is_program_object(value) or isinstance(value, BaseException):
        setattr(value, name, content)
        return
    # CPython's own error: host types refuse attributes.
    setattr(value, name, content)


def delete(value: Any, name: str) -> None:
    if name.startswith("__") and name.endswith("__"):
        raise _refuse("an object", name)
    delattr(value, name)
