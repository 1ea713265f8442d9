"""Natives that the compiler emits for `match`, and for targets with a star. Texts are those of the CPython that runs.

What may run code of the program, such as reading an attribute, stands in `stdlib/prelude/patterns.wrl` around them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from ..values.sets import OrderedFrozenSet, OrderedSet
from .model import Native
from .protocols import instance_of
from .services import services

# CPython marks its types by these flags, and a class inherits them.
_SEQUENCE = 1 << 5
_MAPPING = 1 << 6
_MATCHES_SELF = 1 << 22
FLAGS = "__abc_tpflags__"  # by which CPython's classes of `collections.abc` say which of the two they are
_A_CLASS = "a class" if sys.version_info >= (3, 12) else "a type"


def is_sequence(value: Any) -> bool:
    """Whether `case [...]` looks into the value."""
    return bool(_flags(type(value)) & _SEQUENCE)


def is_mapping(value: Any) -> bool:
    """Whether `case {...}` looks into the value."""
    return bool(_flags(type(value)) & _MAPPING)


def _flags(kind: type) -> int:
    """Those of the first base that has one: the host knows of its own, those of `collections` in the prelude say so.

    Whoever was registered with one of these has the flag of that, whatever it had.
    """
    machine = services.get(None)
    for owner, member in reversed(machine.registered() if machine is not None else ()):
        if member in kind.__mro__ and (told := _told(owner)):
            return told
    if any(FLAGS in vars(base) for base in kind.__mro__):
        return next(filter(None, map(_own, kind.__mro__)), 0)
    return kind.__flags__


def _told(kind: type) -> int:
    return next((int(vars(base)[FLAGS]) for base in kind.__mro__ if FLAGS in vars(base)), 0)


def _own(kind: type) -> int:
    """Of a class itself: one of the program inherits the host's in another order."""
    if FLAGS in vars(kind):
        return int(vars(kind)[FLAGS])
    host = services.get().host_of(kind)
    return 0 if host is None else host.__flags__ & (_SEQUENCE | _MAPPING)


def matches_class(value: Any, kind: Any) -> bool:
    """Whether `case kind(...)` looks into the value."""
    if not isinstance(kind, type):
        raise TypeError(f"called match pattern must be {_A_CLASS}")
    return instance_of(value, kind)


def positional_names(kind: type, count: int) -> tuple[Any, ...] | None:
    """What `__match_args__` says of the first `count` sub-patterns; None: the only one is for the value itself."""
    names = getattr(kind, "__match_args__", None)
    if names is None and not hasattr(kind, "__match_args__"):
        itself = kind.__flags__ & _MATCHES_SELF or issubclass(kind, OrderedSet | OrderedFrozenSet)
        names = ()
        allowed = 1 if itself else 0
    elif type(names) is not tuple:
        raise TypeError(f"{kind.__name__}.__match_args__ must be a tuple (got {type(names).__name__})")
    else:
        itself, allowed = False, len(names)
    if allowed < count:
        plural = "" if allowed == 1 else "s"
        raise TypeError(f"{kind.__name__}() accepts {allowed} positional sub-pattern{plural} ({count} given)")
    return None if itself else names[:count]


def check_attribute(kind: type, name: Any, seen: dict[str, Any]) -> None:
    """Refuse what cannot name an attribute, and a second sub-pattern for one."""
    if type(name) is not str:
        raise TypeError(f"__match_args__ elements must be strings (got {type(name).__name__})")
    if name in seen:
        raise TypeError(f"{kind.__name__}() got multiple sub-patterns for attribute {name!r}")


def unpack_star(value: Iterable[Any], before: int, after: int) -> tuple[Any, ...]:
    """The items for `a, *b, c = value`, the starred ones as a list."""
    kind = type(value)
    if not hasattr(kind, "__iter__") and not hasattr(kind, "__getitem__"):
        raise TypeError(f"cannot unpack non-iterable {kind.__name__} object")
    items = list(value)
    if len(items) < before + after:
        raise ValueError(f"not enough values to unpack (expected at least {before + after}, got {len(items)})")
    end = len(items) - after
    return (*items[:before], items[before:end], *items[end:])


def natives() -> list[Native]:
    return [
        Native("is_sequence/1", is_sequence),
        Native("is_mapping/1", is_mapping),
        Native("matches_class/1", matches_class),
        Native("positional_names/1", positional_names),
        Native("check_attribute/1", check_attribute),
        Native("unpack_star/1", unpack_star),
    ]
