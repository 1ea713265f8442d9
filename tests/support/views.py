"""A value as a text that says all a program can see of it: types, contents, and which containers are the same object.

    both = []; (both, both, {"k": both})    ->   (&1 [], *1, {'k': *1})

`&1` names an object that is met again, `*1` is where. The two worlds make the same text of the same value: functions,
classes, instances, iterators and sets of the VM are told by the names that a program knows them by. Sets are shown
sorted, because their order is no promise of Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta, timezone
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from waymark.stdlib.values import library

_TIMES = frozenset((date, datetime, time, timedelta, timezone))
_PLAIN = (bool, int, complex, str, bytes, type(None), type(Ellipsis), type(NotImplemented), range)
_NAMED_FIELDS = ("name", "value", "code")  # of NameError and AttributeError, StopIteration, SystemExit


def view(value: object) -> str:
    """The text of a value; an exception is shown with its whole chain."""
    return _View().text(value)


class _View:
    """One walk. Objects get a number when they are met for the second time."""

    def __init__(self) -> None:
        self._met: dict[int, list[str]] = {}
        self._numbers = 0
        self._alive: list[object] = []  # what `id` was taken of

    def text(self, value: object) -> str:
        parts: list[list[str]] = []
        self._put(parts, value)
        return "".join(part[0] for part in parts)

    def _put(self, parts: list[list[str]], value: object) -> None:
        if type(value) in _PLAIN or (type(value) is float and value == value):
            parts.append([repr(value)])
            return
        known = self._met.get(id(value))
        if known is not None:
            if not known[0]:
                self._numbers += 1
                known[0] = f"&{self._numbers} "
            parts.append([f"*{known[0][1:].rstrip()}"])
            return
        self._alive.append(value)
        mark = self._met[id(value)] = [""]
        parts.append(mark)
        self._contents(parts, value)

    def _contents(self, parts: list[list[str]], value: Any) -> None:
        kind = type(value)
        name = kind.__qualname__.rpartition(".")[2]  # the machine names some classes with their modules
        if kind is float:
            parts.append(["nan"])
        elif kind in library.IMMUTABLE or kind in _TIMES:
            parts.append([repr(value)])
        elif isinstance(value, BaseException):
            self._error(parts, value)
        elif isinstance(value, type):
            parts.append([f"<class {value.__qualname__}>"])
        elif kind is list:
            self._items(parts, "[", value, "]")
        elif kind is tuple:
            self._items(parts, "(", value, ",)" if len(value) == 1 else ")")
        elif kind is slice:
            self._items(parts, "slice(", (value.start, value.stop, value.step), ")")
        elif kind is dict:
            self._pairs(parts, value.items())
        elif name in ("set", "frozenset"):
            self._items(parts, f"{name}{{", sorted(value, key=view), "}")
        elif name == "bytearray":
            parts.append([repr(value)])
        elif name in _CALLABLES:
            _CALLABLES[name](self, parts, value)
        elif hasattr(value, "__dict__") and kind.__module__ != "builtins":
            parts.append([f"<{kind.__qualname__} "])
            self._pairs(parts, vars(value).items())
            parts.append([">"])
        else:
            parts.append([f"<{name}>"])

    def _items(self, parts: list[list[str]], opening: str, items: Iterable[object], closing: str) -> None:
        parts.append([opening])
        for index, item in enumerate(items):
            if index:
                parts.append([", "])
            self._put(parts, item)
        parts.append([closing])

    def _pairs(self, parts: list[list[str]], pairs: Iterable[tuple[object, object]]) -> None:
        parts.append(["{"])
        for index, (key, item) in enumerate(pairs):
            if index:
                parts.append([", "])
            self._put(parts, key)
            parts.append([": "])
            self._put(parts, item)
        parts.append(["}"])

    def _error(self, parts: list[list[str]], error: BaseException) -> None:
        kind = type(error)
        self._items(parts, f"{kind.__qualname__}(", error.args, ")")
        text = text_of(error)
        if text is not None:
            parts.append([f" {text!r}"])
        for field in _NAMED_FIELDS:
            owner = next((owner for owner in kind.__mro__ if field in vars(owner)), None)
            if owner is not None and owner.__module__ == "builtins":
                parts.append([f" {field}="])
                self._put(parts, getattr(error, field))
        if attributes := {key: item for key, item in vars(error).items() if not key.startswith("__waymark")}:
            parts.append([" with "])
            self._pairs(parts, attributes.items())
        for label, other in (("from", error.__cause__), ("while handling", error.__context__)):
            if other is not None:
                parts.append([f" {label} "])
                self._put(parts, other)
        if error.__suppress_context__:
            parts.append([" (context suppressed)"])

    def _function(self, parts: list[list[str]], value: Any) -> None:
        loaded = getattr(value, "loaded", None)
        parts.append([f"<function {value.__qualname__ if loaded is None else loaded.qualname}>"])

    def _method(self, parts: list[list[str]], value: Any) -> None:
        of_python = isinstance(value, MethodType)
        parts.append(["<method "])
        self._put(parts, value.__func__ if of_python else value.function)
        parts.append([" of "])
        self._put(parts, value.__self__ if of_python else value.instance)
        parts.append([">"])


_CALLABLES: dict[str, Callable[[_View, list[list[str]], Any], None]] = {
    FunctionType.__name__: _View._function,
    MethodType.__name__: _View._method,
}
assert BuiltinFunctionType.__name__ not in _CALLABLES, "natives are shown by their type alone"


def text_of(error: BaseException) -> str | None:
    """`str(error)`, unless the program's own code would have to run for it: outside of a run it cannot."""
    owner = next(owner for owner in type(error).__mro__ if "__str__" in vars(owner))
    if owner.__module__ != "builtins" or not all(map(_is_plain, error.args)):
        return None
    return str(error)


def _is_plain(value: object, depth: int = 5) -> bool:
    if type(value) in (list, tuple):
        return depth > 0 and all(_is_plain(item, depth - 1) for item in value)  # type: ignore[attr-defined]
    if type(value) is dict:
        return depth > 0 and all(_is_plain(item, depth - 1) for pair in value.items() for item in pair)
    return type(value) in _PLAIN or type(value) is float
