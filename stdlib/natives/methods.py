"""The gate for methods of host types: which names a program may reach on a str, a list, a dict ..., and nothing else.

An attribute that is not in these tables does not exist for a program: no `__dict__`, no frames, no `__globals__`. The
value says whether the method changes its object in place, so that the machine can mark the object's page as touched.
A method is a native, too, under the name of its class: `str.upper` as a value is `str.upper/1`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from types import BuiltinFunctionType, ClassMethodDescriptorType
from typing import Any

from ..values import iterators, lazy, walks
from ..values.descriptors import Property
from ..values.fields import Field
from ..values.iterators import iterate_as, reversed_as
from ..values.sets import FROZENSET_METHODS, SET_METHODS, OrderedFrozenSet, OrderedSet
from ..values.tracebacks import Traceback, with_traceback
from ..values.uuids import UUID
from ..values.views import DictItems, DictKeys, DictValues, MappingProxy
from . import growing, guards
from .formatting import format_map, format_text
from .hashing import hash_as
from .model import Native
from .times import moved_to_zone, timestamp

_TEXT = (
    "capitalize center count endswith expandtabs find index isalnum isalpha isascii isdigit islower isspace istitle "
    "isupper join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit "
    "rstrip split splitlines startswith strip swapcase title translate upper zfill maketrans"
)
_STR = "casefold encode format format_map isdecimal isidentifier isnumeric isprintable"
_INT = "as_integer_ratio bit_count bit_length conjugate from_bytes is_integer to_bytes"
_READS: dict[type, str] = {
    str: f"{_TEXT} {_STR}",
    bytes: f"{_TEXT} decode fromhex hex",
    bytearray: f"{_TEXT} decode fromhex hex copy",
    int: _INT,
    bool: _INT,
    float: "as_integer_ratio conjugate fromhex hex is_integer",
    complex: "conjugate",
    list: "copy count index",
    tuple: "count index",
    dict: "copy fromkeys get items keys values",
    range: "count index",
    slice: "indices",
    OrderedFrozenSet: " ".join(FROZENSET_METHODS),
    DictKeys: "isdisjoint",
    DictItems: "isdisjoint",
    DictValues: "",
    MappingProxy: "copy get items keys values",
    datetime: "astimezone combine ctime date dst fromisocalendar fromisoformat fromordinal isoformat isoweekday "
    "replace strftime strptime time timestamp timetz toordinal tzname utcoffset weekday",
    date: "ctime fromisocalendar fromisoformat fromordinal isoformat isoweekday replace strftime toordinal weekday",
    time: "dst fromisoformat isoformat replace strftime tzname utcoffset",
    timedelta: "total_seconds",
    timezone: "dst fromutc tzname utcoffset",
    UUID: "",
    type(None): "",
    Property: "deleter getter setter",
}
_LIST = "append extend insert pop remove reverse clear"
_WRITES: dict[type, str] = {
    list: f"{_LIST} sort",
    bytearray: _LIST,
    dict: "clear pop popitem setdefault update",
}
_DATA: dict[type, str] = {
    Field: "name type default default_factory init repr hash compare metadata kw_only",
    int: "real imag numerator denominator",
    bool: "real imag numerator denominator",
    float: "real imag",
    complex: "real imag",
    range: "start stop step",
    slice: "start stop step",
    datetime: "year month day hour minute second microsecond tzinfo fold min max resolution",
    date: "year month day min max resolution",
    time: "hour minute second microsecond tzinfo fold min max resolution",
    timedelta: "days seconds microseconds min max resolution",
    timezone: "utc min max",
    Traceback: "tb_lineno tb_next",
    UUID: "bytes bytes_le clock_seq clock_seq_hi_variant clock_seq_low fields hex int node time time_hi_version "
    "time_low time_mid urn variant version",
}

# Special methods that compute something and lead nowhere; under their names a program may call them, too.
_OPERATORS = "add and divmod floordiv lshift matmul mod mul or pow rshift sub truediv xor"
_SPECIAL = (
    "abs bool bytes ceil complex contains eq float floor format ge getitem gt hash index int invert iter le "
    "len length_hint lt ne neg next pos repr reversed round str trunc getnewargs"
)
_CHANGING = "delitem setitem next"
_SOURCES: tuple[Any, ...] = ([], (), "", "\u0100", b"", bytearray(), range(0), range(1 << 70))
_ITERATORS = (
    *(type(iter(source)) for source in _SOURCES),
    *(walks.KeyWalk, walks.ValueWalk, walks.ItemWalk, walks.SetWalk),
    *(walks.ReverseKeyWalk, walks.ReverseValueWalk, walks.ReverseItemWalk),
    *(lazy.Enumerate, lazy.Map, lazy.Filter, lazy.Zip),
    *(iterators.Reversed, iterators.ListReverseIterator, iterators.CallableIterator, iterators.SequenceIterator),
)


def _named(names: str) -> Iterator[str]:
    return (f"__{name}__" for name in names.split())


def _special(kind: type) -> dict[str, bool]:
    reads = [*_named(_SPECIAL), *_named(_OPERATORS), *(f"__r{name}__" for name in _OPERATORS.split())]
    changes = [*_named(_CHANGING), *(f"__i{name}__" for name in _OPERATORS.split())]
    found = {name: name in changes for name in (*reads, *changes) if getattr(kind, name, None) is not None}
    if "__iter__" in found:
        found.pop("__getnewargs__", None)
    return found


def _methods(kind: type) -> dict[str, bool]:
    reads = [name for name in _READS.get(kind, "").split() if hasattr(kind, name)]
    return dict.fromkeys(reads, False) | dict.fromkeys(_WRITES.get(kind, "").split(), True) | _special(kind)


METHODS: dict[type, dict[str, bool]] = {kind: _methods(kind) for kind in (*_READS, *_ITERATORS)}
METHODS[OrderedSet] = {name: name not in FROZENSET_METHODS for name in SET_METHODS} | _special(OrderedSet)
ATTRIBUTES: dict[type, frozenset[str]] = {kind: frozenset(names.split()) for kind, names in _DATA.items()}

# Attributes of the classes themselves.
CLASS_ATTRIBUTES: dict[type, frozenset[str]] = {
    datetime: frozenset(("min", "max", "resolution")),
    date: frozenset(("min", "max", "resolution")),
    time: frozenset(("min", "max", "resolution")),
    timedelta: frozenset(("min", "max", "resolution")),
    timezone: frozenset(("utc", "min", "max")),
}

# Of every exception that has them (`split` and its like are of groups).
ERROR_METHODS: dict[str, bool] = {
    "add_note": True,
    "with_traceback": True,
    "derive": False,
    "split": False,
    "subgroup": False,
}

# Methods that are not the host's own: called with the object in front.
_INSTEAD: dict[type, dict[str, Callable[..., Any]]] = {
    str: {"format": format_text, "format_map": format_map},
    dict: {},
    datetime: {"astimezone": moved_to_zone, "timestamp": timestamp},
}


def _view(name: str, make: Callable[[dict[Any, Any]], Any]) -> Callable[..., Any]:
    def view(*args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != 1 or not isinstance(args[0], dict):
            getattr(dict, name)(*args, **kwargs)
        return make(args[0])

    view.__name__ = name
    view.__qualname__ = f"dict.{name}"
    return view


def _one(name: str, kind: type, make: Callable[[type, Any], Any]) -> Callable[..., Any]:
    def special(*args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != 1 or not isinstance(args[0], kind):
            getattr(kind, name)(*args, **kwargs)
        return make(kind, args[0])

    special.__name__ = name
    special.__qualname__ = f"{kind.__name__}.{name}"
    return special


for _text in (str, bytes, bytearray):
    for _name, _check in guards.METHODS.items():
        _INSTEAD.setdefault(_text, {})[_name] = guards.guarded(_check, getattr(_text, _name))
_INSTEAD.setdefault(list, {}).update(extend=growing.extend, __iadd__=growing.add_in_place)
_INSTEAD.setdefault(bytearray, {})["extend"] = guards.guarded(guards.check_extension, bytearray.extend)
for _whole in (int, bool):
    _INSTEAD.setdefault(_whole, {})["to_bytes"] = guards.guarded(guards.check_length, int.to_bytes)
for _name, _make in (("keys", DictKeys), ("values", DictValues), ("items", DictItems)):
    _INSTEAD[dict][_name] = _view(_name, _make)
for _kind, _names in METHODS.items():
    _instead = _INSTEAD.setdefault(_kind, {})
    if "__iter__" in _names and _kind not in _ITERATORS:
        _instead["__iter__"] = _one("__iter__", _kind, iterate_as)
    if "__reversed__" in _names:
        _instead["__reversed__"] = _one("__reversed__", _kind, reversed_as)
    if "__hash__" in _names:
        _instead["__hash__"] = _one("__hash__", _kind, hash_as)


def unbound(kind: type, name: str) -> Any:
    """`kind.name`, a method as a value: what a program gets for `str.upper` or `dict.fromkeys`."""
    return _INSTEAD[kind].get(name) or getattr(kind, name)


def bound(target: Any, name: str) -> Callable[..., Any]:
    """What calls `target.name`, with CPython's words for wrong arguments."""
    kind = type(target)
    if name == "with_traceback":
        return partial(with_traceback, target)
    instead = _INSTEAD.get(kind)
    if instead is None:
        return getattr(target, name)  # type: ignore[no-any-return]
    method = instead.get(name) or getattr(kind, name)
    # A class method or static method is bound already, or needs no object.
    return method if isinstance(method, BuiltinFunctionType) else partial(method, target)


def bound_to(base: type, target: Any, name: str) -> Callable[..., Any]:
    """What calls the method of the builtin type that the target's class extends, whatever that class has instead."""
    raw = vars(base).get(name)
    if isinstance(raw, staticmethod):  # `str.maketrans`, `bytes.maketrans`
        return getattr(base, name)  # type: ignore[no-any-return]
    if isinstance(raw, ClassMethodDescriptorType):
        made: Callable[..., Any] = raw.__get__(None, target if isinstance(target, type) else type(target))
        return made
    return partial(unbound(base, name), target)


def natives() -> list[Native]:
    """Every method by the name of its class. What a class inherits is under the name of the base."""
    found: dict[Any, Native] = {}
    for kind, names in METHODS.items():
        if kind in _ITERATORS:
            continue
        for name, changes in sorted(names.items()):
            if any(name in vars(base) for base in kind.__mro__[:-1]):
                home = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
                key = f"{home}{kind.__name__}.{name}/1"
                found.setdefault(unbound(kind, name), Native(key, unbound(kind, name), (0,) if changes else ()))
    return list(found.values())
