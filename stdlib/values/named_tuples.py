"""`collections.namedtuple` and `typing.NamedTuple`: what such a class extends here, and how one is made.

A class keeps `_fields` and `_field_defaults` as plain values, and everything else is `Record`'s; so it is stored and
comes back like any class of a program. Texts are CPython 3.11's.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from ..natives.services import services
from .fields import ANNOTATIONS, MISSING, Parameter, binder

_PROHIBITED = frozenset(
    "__new__ __init__ __slots__ __getnewargs__ _fields _field_defaults _field_types _make _replace _asdict "
    "_source".split()
)
FIELDS_MAX = 255  # of those that have a name in snapshots


class Item:
    """An item of a tuple under a name."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if not isinstance(instance, tuple):
            text = f"descriptor for index '{self.index}' for tuple subclasses doesn't apply to "
            raise TypeError(f"{text}'{type(instance).__name__}' object")
        return tuple.__getitem__(instance, self.index)

    def __set__(self, instance: Any, value: Any) -> None:
        raise AttributeError("can't set attribute")

    def __delete__(self, instance: Any) -> None:
        raise AttributeError("can't delete attribute")


ITEMS = tuple(map(Item, range(FIELDS_MAX)))
Item.__name__ = Item.__qualname__ = "_tuplegetter"
Item.__module__ = "_collections"

_BINDERS: WeakKeyDictionary[type, Callable[..., tuple[Any, ...]]] = WeakKeyDictionary()


class Record(tuple[Any, ...]):
    """What a named tuple extends; CPython gives each its own copy of this."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()
    _field_defaults: ClassVar[dict[str, Any]] = {}

    def __new__(_cls, /, *args: Any, **named: Any) -> Any:
        return tuple.__new__(_cls, _binder(_cls)(_cls, *args, **named))

    @classmethod
    def _make(cls, iterable: Iterable[Any]) -> Any:
        made = tuple.__new__(cls, iterable)
        count = len(cls._fields)
        if tuple.__len__(made) != count:
            raise TypeError(f"Expected {count} arguments, got {tuple.__len__(made)}")
        return made

    def _replace(self, /, **changes: Any) -> Any:
        made = type(self)._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"Got unexpected field names: {list(changes)!r}")
        return made

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=False))

    def __repr__(self) -> str:
        items = zip(self._fields, tuple.__iter__(self), strict=False)
        return f"{type(self).__name__}({', '.join(f'{name}={item!r}' for name, item in items)})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


# Those that a snapshot may find bound to an object or its class, under their persisted names.
METHODS_OF_RECORDS: dict[str, Any] = {
    "_make": vars(Record)["_make"].__func__,
    **{name: vars(Record)[name] for name in ("_replace", "_asdict", "__repr__", "__getnewargs__")},
}


def record_of(value: Any) -> type:
    """The named tuple that an object, or a class, is one of: CPython gives each its own methods."""
    lineage: tuple[type, ...] = (value if isinstance(value, type) else type(value)).__mro__
    return lineage[lineage.index(Record) - 1]


Record.__name__ = Record.__qualname__ = "tuple"
Record.__module__ = "builtins"


def _binder(kind: type) -> Callable[..., tuple[Any, ...]]:
    found = _BINDERS.get(kind)
    if found is None:
        home = next(base for base in kind.__mro__ if "_fields" in vars(base))
        names, defaults = vars(home)["_fields"], vars(home)["_field_defaults"]
        parameters = [Parameter(name, defaults.get(name, MISSING), False) for name in names]
        found = _BINDERS[kind] = binder(f"{home.__name__}.__new__", "_cls", parameters)
    return found


def named_tuple(
    typename: Any, field_names: Any, *, rename: Any = False, defaults: Any = None, module: Any = None
) -> type:
    """`collections.namedtuple`."""
    names = field_names.replace(",", " ").split() if isinstance(field_names, str) else field_names
    names = [str(name) for name in names]
    typename = str(typename)
    if rename:
        names = _renamed(names)
    _check_names(typename, names, bool(rename))
    given = () if defaults is None else tuple(defaults)
    if len(given) > len(names):
        raise TypeError("Got more default values than field names")
    held = dict(zip(names[len(names) - len(given) :], given, strict=True))
    own = {"__module__": services.get().module() if module is None else module, "__qualname__": typename}
    own["__doc__"] = f"{typename}({', '.join(names)})"
    return services.get().make_class(typename, (Record,), own | members(names, held))


named_tuple.__name__ = named_tuple.__qualname__ = "namedtuple"  # in messages about wrong arguments


def _renamed(names: list[str]) -> list[str]:
    seen: set[str] = set()
    made = []
    for index, name in enumerate(names):
        bad = not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_") or name in seen
        made.append(f"_{index}" if bad else name)
        seen.add(name)
    return made


def _check_names(typename: str, names: list[str], rename: bool) -> None:
    for name in [typename, *names]:
        if not name.isidentifier():
            raise ValueError(f"Type names and field names must be valid identifiers: {name!r}")
        if keyword.iskeyword(name):
            raise ValueError(f"Type names and field names cannot be a keyword: {name!r}")
    seen: set[str] = set()
    for name in names:
        if name.startswith("_") and not rename:
            raise ValueError(f"Field names cannot start with an underscore: {name!r}")
        if name in seen:
            raise ValueError(f"Encountered duplicate field name: {name!r}")
        seen.add(name)


def members(names: list[str], defaults: dict[str, Any]) -> dict[str, Any]:
    """What a named tuple has in its namespace for its fields."""
    if len(names) > FIELDS_MAX:
        raise ValueError(f"a named tuple of a workflow has at most {FIELDS_MAX} fields")
    fixed = {"__slots__": (), "__match_args__": tuple(names), "_fields": tuple(names), "_field_defaults": defaults}
    return fixed | dict(zip(names, ITEMS, strict=False))


class NamedTuple:
    """`typing.NamedTuple`: a base that is no class, and a call that makes one."""

    __slots__ = ()

    def __call__(self, typename: Any, fields: Any = None, /, **named: Any) -> type:
        if fields is None:
            fields = named.items()
        elif named:
            raise TypeError("Either list of fields or keywords can be provided to NamedTuple, not both")
        return named_tuple(typename, [name for name, _ in fields])

    def __repr__(self) -> str:
        return "<function NamedTuple>"


NAMED_TUPLE = NamedTuple()
NamedTuple.__name__ = NamedTuple.__qualname__ = "function"
NamedTuple.__module__ = "builtins"


def with_fields(name: str, bases: tuple[Any, ...], body: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Bases and namespace of `class Point(NamedTuple)`; those of any other class are as they are."""
    if not any(base is NAMED_TUPLE for base in bases):
        return bases, body
    if any(base is not NAMED_TUPLE and getattr(base, "__name__", "") != "Generic" for base in bases):
        raise TypeError("can only inherit from a NamedTuple type and Generic")
    names = list(body.get(ANNOTATIONS, ())[::3])
    held: dict[str, Any] = {}
    for each in names:
        if each in body:
            held[each] = body[each]
        elif held:
            fields = "fields" if len(held) > 1 else "field"
            raise TypeError(f"Non-default namedtuple field {each} cannot follow default {fields} {', '.join(held)}")
    _check_names(name, names, False)
    for key in body:
        if key in _PROHIBITED:
            raise AttributeError(f"Cannot overwrite NamedTuple attribute {key}")
    rest = {key: value for key, value in body.items() if key not in names and key != ANNOTATIONS}
    if "__doc__" not in rest:
        rest["__doc__"] = f"{name}({', '.join(names)})"
    generic = tuple(base for base in bases if base is not NAMED_TUPLE)
    return (Record, *generic), members(names, held) | rest
