"""What `copy` in the prelude (`stdlib/prelude/copy.py`) leaves to C: what an object is made of, and what was copied.

_copy.find(copied, x)        (its copy,), or None if it was not copied yet
_copy.note(copied, x, y)     y is the copy of x; `copied` is a list of both, which a snapshot holds like any other
_copy.form(x)                "same", "exact", "value", "method", "error" or "program": what is done with it
_copy.is_own(cls, name)      whether the program has written this method
_copy.method(x, name)        that method of it
_copy.new_arguments(x)       what `object.__reduce_ex__` gives to `__new__`, or to the class
_copy.state(x)               what `object.__getstate__` gives
"""

from __future__ import annotations

import copy
from array import array
from datetime import date, datetime, time, timedelta, timezone
from types import ClassMethodDescriptorType, FunctionType, MethodDescriptorType, WrapperDescriptorType
from typing import Any

from ..values import library
from ..values.sets import OrderedFrozenSet, OrderedSet
from ..values.tracebacks import TRACE
from ..values.uuids import UUID
from .model import Native
from .services import Refusal, services

_EXACT = frozenset((list, dict, OrderedSet, bytearray, tuple, OrderedFrozenSet))
_SAME = (int, float, complex, str, bytes, type(None), bool, range, type, type(Ellipsis), type(NotImplemented))
_VALUES = frozenset((date, datetime, time, timedelta, timezone, UUID, slice, object, array))
_UNPICKLABLE = frozenset("generator coroutine async_generator dict_keys dict_values dict_items".split())
# `__new__` of a class that extends one of these gets its value.
_GIVEN: tuple[type, ...] = (int, float, complex, str, bytes)

_OF_HOSTS = frozenset((FunctionType, MethodDescriptorType, WrapperDescriptorType, ClassMethodDescriptorType))

_last: tuple[list[Any], int, dict[int, Any]] = ([], 0, {})  # of the list that was asked about last: by id, the copies


def _copies(copied: list[Any]) -> dict[int, Any]:
    global _last
    held, count, found = _last
    if held is not copied or count > len(copied):
        count, found = 0, {}
    for place in range(count, len(copied) - 1, 2):
        found[id(copied[place])] = copied[place + 1]
    _last = copied, len(copied), found
    return found


def find(copied: list[Any], value: Any) -> tuple[Any] | None:
    found, place = _copies(copied), id(value)
    return (found[place],) if place in found else None


def note(copied: list[Any], value: Any, made: Any) -> None:
    copied += (value, made)


def form(value: Any) -> str:
    kind = type(value)
    if services.get().is_instance(value):
        return "same" if hasattr(kind, "_member_map_") else "program"
    if kind in _EXACT:
        return "exact"
    if kind in _SAME or isinstance(value, type) or callable(value):
        return "method" if kind.__name__ == "method" else "same"
    if isinstance(value, BaseException):
        return "error"
    if kind in _VALUES or kind in library.FORMS:
        return "value"
    if kind is memoryview:
        raise TypeError("cannot pickle memoryview objects")
    if kind.__name__ in _UNPICKLABLE:
        raise TypeError(f"cannot pickle '{kind.__name__}' object")
    raise Refusal(f"a workflow cannot copy a {kind.__name__}: make a new one")


def is_own(kind: type, name: str) -> bool:
    found = next((vars(base)[name] for base in kind.__mro__ if name in vars(base)), None)
    return found is not None and type(found) not in _OF_HOSTS


def method(value: Any, name: str) -> Any:
    return object.__getattribute__(value, name)


def copy_value(value: Any) -> Any:
    """A copy of a value of the host that cannot change."""
    return copy.copy(value)


def new_arguments(value: Any) -> tuple[bool, tuple[Any, ...]]:
    """Whether the class itself is called, and with what."""
    if isinstance(value, BaseException):
        return True, value.args
    if isinstance(value, OrderedSet | OrderedFrozenSet):
        return True, (list(value.waymark_items),)
    if isinstance(value, bytearray):
        return True, (bytes(bytearray.__getitem__(value, slice(None))),)
    if isinstance(value, tuple):
        items = tuple(tuple.__iter__(value))
        return False, items if hasattr(type(value), "_fields") else (items,)
    base: Any = next((base for base in _GIVEN if isinstance(value, base)), None)
    if base is None:
        return False, ()
    return False, (base.__getnewargs__(value)[0] if base is not complex else complex(value.real, value.imag),)


def state(value: Any) -> Any:
    held = vars(value) if hasattr(type(value), "__dict__") and hasattr(value, "__dict__") else None
    if held is not None and TRACE in held:  # where an exception has been, its copy has not
        held = {name: each for name, each in held.items() if name != TRACE}
    names = _slot_names(type(value))
    slots = {name: getattr(value, name) for name in names if _is_set(value, name)}
    if not names:
        return held or None
    return (held or None, slots) if slots else (held or None)


def _slot_names(kind: type) -> list[str]:
    """Of the class and its bases, as `copyreg` finds them."""
    names = []
    for base in kind.__mro__:
        given = vars(base).get("__slots__", ())
        for name in [given] if isinstance(given, str) else given:
            if name in ("__dict__", "__weakref__"):
                continue
            hidden = name.startswith("__") and not name.endswith("__") and base.__name__.strip("_")
            names.append(f"_{base.__name__.lstrip('_')}{name}" if hidden else name)
    return names


def _is_set(value: Any, name: str) -> bool:
    try:
        object.__getattribute__(value, name)
    except AttributeError:
        return False
    return True


def natives() -> list[Native]:
    return [
        Native("_copy.find/1", find),
        Native("_copy.note/1", note, mutates=(0,)),
        Native("_copy.form/1", form),
        Native("_copy.is_own/1", is_own),
        Native("_copy.method/1", method),
        Native("_copy.copy_value/1", copy_value),
        Native("_copy.new_arguments/1", new_arguments),
        Native("_copy.state/1", state, mutates=(0,)),  # its `__dict__` is a value from here on
        Native("copy.Error/1", copy.Error),
    ]
