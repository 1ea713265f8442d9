"""What a class says of its bases: `__bases__`, `__base__` and `__mro__`, as CPython would have them.

Between a class of the program and `object` stands one of ours, and `set` is ours too; neither is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waymark.stdlib.values.markers import Abstracted
from waymark.stdlib.values.sets import SetLike
from waymark.stdlib.values.standing import HOSTS
from waymark.stdlib.values.workflow import Plain

from .special import ABSENT
from .values.classes import class_info
from .values.contents import BASES

NAMES = frozenset({"__bases__", "__base__", "__mro__"})

_LAYERS: tuple[type, ...] = (Plain, SetLike, Abstracted)
_KNOWN = frozenset((*BASES, object))


def lineage(kind: type, name: str) -> Any:
    """One of `NAMES`. ABSENT: it would lead to a class that no program may reach."""
    return _of_host(kind, name) if class_info(kind) is None else _OF_PROGRAM[name](kind)


def _of_host(kind: type, name: str) -> Any:
    """Of a type that has no more behind it than CPython's."""
    found = getattr(HOSTS.get(kind, kind), name)
    host = HOSTS.get(kind)
    for part in found if isinstance(found, tuple) else (found,):
        if part not in _KNOWN and part not in (kind, host) and not issubclass(part or object, BaseException):
            return ABSENT
    return tuple(kind if part is host else part for part in found) if isinstance(found, tuple) else found


def _bases(kind: type) -> tuple[type, ...]:
    info = class_info(kind)
    assert info is not None
    return tuple(base for base in info.bases if base is not Abstracted) or (object,)


def _base(kind: type) -> type:
    base = kind.__base__
    return object if base is None or base in _LAYERS else base


_OF_PROGRAM: dict[str, Callable[[type], Any]] = {
    "__bases__": _bases,
    "__base__": _base,
    "__mro__": lambda kind: tuple(base for base in kind.__mro__ if base not in _LAYERS),
}
