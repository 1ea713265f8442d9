"""Texts without addresses: `repr` of an iterator, of `object()`, of a builtin method says where it is in this process.

No run may see that: it would be another text when the run resumes elsewhere. So what a native made is searched for the
addresses of the objects that it was made of, and says the same without them: `<list_iterator object>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from types import BuiltinFunctionType, FunctionType
from typing import Any

from ..values.sets import OrderedFrozenSet, OrderedSet
from ..values.views import View

MARK = " at 0x"  # a text without it has no address

_MANY = (list, tuple, OrderedSet, OrderedFrozenSet, View)


def without_addresses(text: str, function: Any, args: Iterable[Any], named: Iterable[Any] = ()) -> str:
    """The text that a native made of these arguments."""
    pending = [*args, *named, *(function.args if isinstance(function, partial) else ())]
    seen: set[int] = set()
    while pending and MARK in text:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            pending += dict.keys(value)
            pending += dict.values(value)
        elif isinstance(value, _MANY):
            pending += value
        elif isinstance(value, BaseException):
            pending += value.args
        elif isinstance(value, slice):
            pending += (value.start, value.stop, value.step)
        elif isinstance(value, FunctionType):
            text = text.replace(repr(value), _shown(value))
        else:
            at = value.__self__ if isinstance(value, BuiltinFunctionType) else value
            text = text.replace(f" at {id(at):#x}>", ">")
    return text


def _shown(function: FunctionType) -> str:
    """A function that stands in for a builtin one, or for a method of a builtin type."""
    owner, _, name = function.__qualname__.rpartition(".")
    if not owner:
        return f"<built-in function {name}>"
    kind = "slot wrapper" if name.startswith("__") else "method"
    return f"<{kind} '{name}' of '{owner}' objects>"
