"""`isinstance` and `issubclass`, which know `typing.Protocol`: an object is of a protocol if it has what that has.

CPython does this in a metaclass, and a program's classes have none.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

from ..values.markers import RUNTIME, Alias, Generic, Protocol
from ..values.workflow import Plain
from .abstract import is_abstract, is_virtual, offers
from .model import Native
from .services import services

# What is in the namespace of a class and is no member of the protocol.
_NO_MEMBERS = frozenset(
    "__abstractmethods__ __annotations__ __dict__ __doc__ __init__ __module__ __new__ __slots__ __subclasshook__ "
    "__weakref__ __class_getitem__ __match_args__ __qualname__".split()
) | {RUNTIME}
_NOT_RUNTIME = "Instance and class checks can only be used with @runtime_checkable protocols"


def instance_of(*args: Any, **kwargs: Any) -> bool:
    if not kwargs and len(args) == 2 and _is_special(args[1]):
        return _any(args[1], lambda kind: _has_members(args[0], kind) or builtins.isinstance(args[0], kind))
    return builtins.isinstance(*args, **kwargs)


def subclass_of(*args: Any, **kwargs: Any) -> bool:
    if not kwargs and len(args) == 2 and _is_special(args[1]) and isinstance(args[0], type):
        return _any(args[1], lambda kind: _offers_members(args[0], kind) or builtins.issubclass(args[0], kind))
    return builtins.issubclass(*args, **kwargs)


def _is_special(kinds: Any) -> bool:
    if type(kinds) is tuple:
        return any(map(_is_special, kinds))
    return type(kinds) is Alias or (isinstance(kinds, type) and (Protocol in kinds.__mro__ or is_abstract(kinds)))


def _any(kinds: Any, test: Any) -> bool:
    if type(kinds) is tuple:
        return any(_any(kind, test) for kind in kinds)
    if type(kinds) is Alias:
        raise TypeError("Subscripted generics cannot be used with class and instance checks")
    return bool(test(kinds))


def _has_members(value: Any, kind: Any) -> bool:
    if not _is_protocol(kind):
        return is_virtual(type(value), kind)
    if not vars(kind).get(RUNTIME):
        raise TypeError(_NOT_RUNTIME)
    return all(_has(value, name) for name, _ in _members(kind))


def _offers_members(candidate: type, kind: Any) -> bool:
    if not _is_protocol(kind):
        return is_virtual(candidate, kind)
    if not vars(kind).get(RUNTIME):
        raise TypeError(_NOT_RUNTIME)
    members = list(_members(kind))
    if not all(method for _, method in members):
        raise TypeError("Protocols with non-method members don't support issubclass()")
    return all(offers(candidate, name) for name, _ in members)


def _is_protocol(kind: Any) -> bool:
    return isinstance(kind, type) and services.get().is_protocol(kind)


def _members(kind: type) -> Iterator[tuple[str, bool]]:
    """Names of a protocol's members, and whether each is a method."""
    for base in kind.__mro__:
        if base in (Protocol, Generic, Plain, object):
            continue
        annotated: Any = vars(base).get("__annotations__", ())
        for name in annotated[::3]:
            yield name, callable(vars(base).get(name))
        for name, value in vars(base).items():
            if name not in _NO_MEMBERS and name not in annotated[::3]:
                yield name, callable(value)


def _has(value: Any, name: str) -> bool:
    try:
        return services.get().read_attribute(value, name) is not None
    except AttributeError:
        return False


def natives() -> list[Native]:
    return [Native("isinstance/1", instance_of, flat=True), Native("issubclass/1", subclass_of, flat=True)]
