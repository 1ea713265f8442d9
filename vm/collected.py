"""`deque`, `OrderedDict`, `defaultdict` and `Counter` at the edges: in a run they are classes of the prelude.

deque          maxlen, its items
the dicts      name of the default factory or None, a dict
"""

from __future__ import annotations

import collections
from typing import Any

from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet

from .values.classes import class_info

COLLECTION = "collection"
_HOMES = {**dict.fromkeys(("deque", "OrderedDict", "defaultdict"), "_collections"), "Counter": "collections"}
_OUTSIDE: dict[str, Any] = {name: getattr(collections, name) for name in _HOMES}
_FACTORIES: dict[str, Any] = {
    kind.__name__: kind for kind in (list, dict, tuple, int, float, complex, str, bytes, bytearray, bool)
}
_FACTORY = "default_factory"
_DEQUE = ("first", "items", "maxlen")


def is_collection(kind: type) -> bool:
    known = kind.__module__ == "collections" and kind.__qualname__ in _HOMES
    return known and (class_info(kind) is not None or kind is _OUTSIDE[kind.__qualname__])


def collected(value: Any) -> tuple[Any, Any]:
    """What it is made of. Raises `ValueError`."""
    kind = type(value)
    name = kind.__qualname__
    if name == "deque":
        if class_info(kind) is None:
            return value.maxlen, list(value)
        first, items, maxlen = (
            object.__getattribute__(value, f"_deque__{part}") for part in ("first", "items", "maxlen")
        )
        return maxlen, [items[first + place] for place in range(len(items))]
    if getattr(value, "__dict__", None):
        raise ValueError(f"the {name} has attributes of its own, which do not cross")
    factory = object.__getattribute__(value, _FACTORY) if name == "defaultdict" else None
    pairs = value.items() if class_info(kind) is None else dict.items(value)
    return None if factory is None else _name_of(factory), dict(pairs)


def _name_of(factory: Any) -> str:
    if factory in (set, OrderedSet):
        return "set"
    if factory in (frozenset, OrderedFrozenSet):
        return "frozenset"
    known: Any = _FACTORIES.get(getattr(factory, "__name__", ""))
    if known is not factory:
        raise ValueError("its default factory is no builtin type, and does not cross: set it where it arrives")
    return str(known.__name__)


def home_of(name: str) -> str:
    """The module of the prelude that has the class."""
    return _HOMES[name.partition(":")[2]]


def check(name: str, part: tuple[Any, ...]) -> None:
    """Raise `ValueError` for what no such value is made of."""
    module, _, qualname = name.partition(":")
    if module != "collections" or qualname not in _HOMES or len(part) != 2:
        raise ValueError(f"there is no collection {name!r:.60}")
    extra, contents = part
    expected = (int, list) if qualname == "deque" else (str, dict)
    if not (extra is None or type(extra) is expected[0]) or type(contents) is not expected[1]:
        raise ValueError(f"a {qualname} is not made of what its form says")


def bare(name: str, kind: Any, extra: Any) -> Any:
    """An empty one; `kind` is the class of the prelude, None outside of a run."""
    qualname = name.partition(":")[2]
    if kind is None:
        if qualname == "deque":
            return collections.deque(maxlen=extra)
        return (
            collections.defaultdict(_factory(extra, inside=False))
            if qualname == "defaultdict"
            else _OUTSIDE[qualname]()
        )
    if qualname == "deque":
        made = object.__new__(kind)
        for part, value in (("first", 0), ("items", {}), ("maxlen", extra), ("state", 0)):
            object.__setattr__(made, f"_deque__{part}", value)
        return made
    made = dict.__new__(kind)
    if qualname == "defaultdict":
        object.__setattr__(made, _FACTORY, _factory(extra, inside=True))
    return made


def _factory(name: Any, *, inside: bool) -> Any:
    if name is None:
        return None
    if name in ("set", "frozenset"):
        return {"set": (set, OrderedSet), "frozenset": (frozenset, OrderedFrozenSet)}[name][inside]
    if name not in _FACTORIES:
        raise ValueError(f"there is no default factory {name!r:.60}")
    return _FACTORIES[name]


def fill(made: Any, contents: Any) -> None:
    """Put the contents in. An `OrderedDict` of the host's keeps an order of its own, so it is filled as programs do."""
    ours = class_info(type(made)) is not None
    if type(contents) is dict and ours:
        dict.update(made, contents)
    elif type(contents) is dict:
        for key, value in contents.items():
            made[key] = value
    elif ours:
        object.__getattribute__(made, "_deque__items").update(enumerate(contents))
    else:
        made.extend(contents)
