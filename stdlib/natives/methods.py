"""The gate for methods of host types: which names a program may reach on a str, a list, a dict ..., and nothing else.

An attribute that is not in these tables does not exist for a program: no `__dict__`, no frames, no `__globals__`. The
value says whether the method changes its object in place, so that the machine can mark the object's page as touched.
A method is a native, too, under the name of its class: `str.upper` as a value is `str.upper/1`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from functools import partial
from re import RegexFlag
from types import BuiltinFunctionType, ClassMethodDescriptorType, MethodType
from typing import Any

from ..values import iterators, lazy, policies, walks
from ..values.class_contents import ClassContents
from ..values.decimals import SignalDict
from ..values.descriptors import ClassMethod, Property, StaticMethod
from ..values.fields import Field
from ..values.iterators import iterate_as, reversed_as
from ..values.sets import FROZENSET_METHODS, SET_METHODS, OrderedFrozenSet, OrderedSet
from ..values.tracebacks import Traceback, with_traceback
from ..values.uuids import UUID
from ..values.views import DictItems, DictKeys, DictValues, MappingProxy
from . import growing, guards, numeric_methods, time_methods
from .formatting import format_map, format_text
from .hashing import hash_as
from .model import Native

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
    array: "count index tobytes tolist tounicode",
    memoryview: "cast count hex index release tobytes tolist toreadonly",
    tuple: "count index",
    dict: "copy fromkeys get items keys values",
    range: "count index",
    slice: "indices",
    OrderedFrozenSet: " ".join(FROZENSET_METHODS),
    DictKeys: "isdisjoint",
    DictItems: "isdisjoint",
    DictValues: "",
    MappingProxy: "copy get items keys values",
    ClassContents: "get",
    UUID: "",
    type(None): "",
    Property: "deleter getter setter",
}
_LIST = "append extend insert pop remove reverse clear"
_WRITES: dict[type, str] = {
    list: f"{_LIST} sort",
    bytearray: _LIST,
    array: "append byteswap extend frombytes fromlist fromunicode insert pop remove reverse",
    dict: "clear pop popitem setdefault update",
}
_DATA: dict[type, str] = {
    RegexFlag: "name value",
    Field: "name type default default_factory init repr hash compare metadata kw_only",
    int: "real imag numerator denominator",
    bool: "real imag numerator denominator",
    float: "real imag",
    complex: "real imag",
    range: "start stop step",
    slice: "start stop step",
    array: "typecode itemsize",
    memoryview: "c_contiguous contiguous f_contiguous format itemsize nbytes ndim obj readonly shape strides "
    "suboffsets",
    Traceback: "tb_lineno tb_next",
    UUID: "bytes bytes_le clock_seq clock_seq_hi_variant clock_seq_low fields hex int is_safe node time "
    "time_hi_version time_low time_mid urn variant version",
}

# Special methods that compute something and lead nowhere; under their names a program may call them, too.
_OPERATORS = "add and divmod floordiv lshift matmul mod mul or pow rshift sub truediv xor"
_SPECIAL = (
    "abs bool bytes ceil complex contains eq float floor format ge getitem gt hash index int invert iter le "
    "len length_hint lt ne neg next pos repr reversed round str trunc getnewargs"
)
_CHANGING = "delitem setitem next"
_SOURCES: tuple[Any, ...] = ([], (), "", "\u0100", b"", bytearray(), array("b"), range(0), range(1 << 70))
_ITERATORS = (
    *(type(iter(source)) for source in _SOURCES),
    *(walks.KeyWalk, walks.ValueWalk, walks.ItemWalk, walks.SetWalk),
    *(walks.ReverseKeyWalk, walks.ReverseValueWalk, walks.ReverseItemWalk),
    *(lazy.Enumerate, lazy.Map, lazy.Filter, lazy.Zip),
    *(iterators.Reversed, iterators.ListReverseIterator, iterators.CallableIterator, iterators.SequenceIterator),
)


for _table, _more in (
    *((_READS, each) for each in (numeric_methods.READS, time_methods.READS)),
    *((_WRITES, each) for each in (numeric_methods.WRITES, time_methods.WRITES)),
    *((_DATA, each) for each in (numeric_methods.DATA, time_methods.DATA, policies.DATA)),
):
    _table.update(_more)


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
    writes = [name for name in _WRITES.get(kind, "").split() if hasattr(kind, name)]
    return dict.fromkeys(reads, False) | dict.fromkeys(writes, True) | _special(kind)


METHODS: dict[type, dict[str, bool]] = {kind: _methods(kind) for kind in (*_READS, *_ITERATORS)}
METHODS |= {kind: {"__get__": False} for kind in (StaticMethod, ClassMethod)}
METHODS[Property] |= dict.fromkeys(("__get__", "__set__", "__delete__"), False)
METHODS[memoryview] |= {"__enter__": False, "__exit__": False}
METHODS[OrderedSet] = {name: name not in FROZENSET_METHODS for name in SET_METHODS} | _special(OrderedSet)
ATTRIBUTES: dict[type, frozenset[str]] = {kind: frozenset(names.split()) for kind, names in _DATA.items()}

# Attributes of the classes themselves.
CLASS_ATTRIBUTES: dict[type, frozenset[str]] = {
    **numeric_methods.CLASS_ATTRIBUTES,
    **time_methods.CLASS_ATTRIBUTES,
    RegexFlag: frozenset(RegexFlag.__members__) - {"DEBUG", "T", "TEMPLATE"},
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
    **numeric_methods.INSTEAD,
    **time_methods.INSTEAD,
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


_BOUND = (BuiltinFunctionType, MethodType)


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
    return method if isinstance(method, _BOUND) else partial(method, target)


def bound_to(base: type, target: Any, name: str) -> Callable[..., Any]:
    """What calls the method of the builtin type that the target's class extends, whatever that class has instead."""
    raw = vars(base).get(name)
    if isinstance(raw, staticmethod):  # `str.maketrans`, `bytes.maketrans`
        return getattr(base, name)  # type: ignore[no-any-return]
    if isinstance(raw, ClassMethodDescriptorType):
        made: Callable[..., Any] = raw.__get__(None, target if isinstance(target, type) else type(target))
        return made
    return partial(unbound(base, name), target)


_HOMES: dict[type, str] = {SignalDict: "decimal"}  # whose own `__module__` says something else


def natives() -> list[Native]:
    """Every method by the name of its class. What a class inherits is under the name of the base."""
    found: dict[Any, Native] = {}
    for kind, names in METHODS.items():
        if kind in _ITERATORS or kind is ClassContents:  # whose name is another one's
            continue
        for name, changes in sorted(names.items()):
            if any(name in vars(base) for base in kind.__mro__[:-1]):
                module = _HOMES.get(kind, kind.__module__)
                home = "" if module == "builtins" else f"{module}."
                key = f"{home}{kind.__name__}.{name}/1"
                guard = guards.OF_METHODS.get(name)
                native = Native(key, unbound(kind, name), (0,) if changes else (), guard=guard)
                found.setdefault(unbound(kind, name), native)
    return list(found.values())
