"""What values of the host say of themselves: names, documentation, what a method is bound to.

    [].append.__name__    [].append.__self__    (1).__doc__    staticmethod(f).__func__

What is not told here is decided by the gate (`vm/gate.py`).
"""

from __future__ import annotations

from types import WrapperDescriptorType
from typing import Any

from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, SuperMethod
from waymark.stdlib.values.markers import ABSTRACT
from waymark.stdlib.values.standing import HOSTS, Method

from .special import ABSENT
from .values.classes import NAMED_IN_FULL, class_info, is_abstract
from .values.frames import Coroutine, Generator
from .values.functions import BoundMethod, HostMethod, VMFunction

_PARTS: dict[type, dict[str, str]] = {
    StaticMethod: {"__func__": "function", "__wrapped__": "function"},
    ClassMethod: {"__func__": "function", "__wrapped__": "function"},
    Property: {"fget": "fget", "fset": "fset", "fdel": "fdel"},
    SuperMethod: {"__name__": "name", "__self__": "instance"},
}
_NAMES = frozenset(("__name__", "__qualname__", "__module__", "__doc__", "__self__", ABSTRACT)).union(*_PARTS.values())
_OWN = (VMFunction, BoundMethod)  # told by `vm/functions.py`
_WITHOUT_DOC = (Coroutine, Generator)


def tell(value: Any, name: str) -> Any:
    """`value.name`. ABSENT: it is none of these."""
    if name not in _NAMES:
        return ABSENT
    kind = type(value)
    if kind is HostMethod:
        return _of_method(value, name)
    part = _PARTS.get(kind, {}).get(name)
    if part is not None:
        return getattr(value, part)
    if name == "__doc__":
        return _doc(value, kind)
    if name == "__name__" and issubclass(kind, type) and NAMED_IN_FULL in vars(value):
        return value.__name__.rpartition(".")[2]
    if name == ABSTRACT and kind in (Property, StaticMethod, ClassMethod):
        return is_abstract(value)
    return ABSENT


def _of_method(method: HostMethod, name: str) -> Any:
    host = HOSTS.get(type(method.instance), type(method.instance))
    found = getattr(host, method.name, None)
    wraps = isinstance(found, WrapperDescriptorType) or method.name == "__call__"
    match name:
        case "__name__":
            return method.name
        case "__self__":
            return method.instance
        case "__qualname__":
            qualname: Any = getattr(found, "__qualname__", None)
            return qualname if wraps and qualname else f"{host.__qualname__}.{method.name}"
        case "__doc__":
            return getattr(found, "__doc__", None)
        case "__module__" if not wraps:
            return None
    return ABSENT


def _doc(value: Any, kind: type) -> Any:
    if kind in _OWN or class_info(value if issubclass(kind, type) else kind) is not None:
        return ABSENT
    if kind is Property:
        return _doc_of_property(value)
    if kind in _WITHOUT_DOC:
        return None
    if issubclass(kind, type):
        return HOSTS.get(value, value).__doc__
    if kind is Method:
        return getattr(value.host, value.name).__doc__
    if kind is SuperMethod:
        return getattr(value.owner, value.name).__doc__
    return value.__doc__


def _doc_of_property(value: Property) -> Any:
    if value.doc is not None or value.fget is None:
        return value.doc
    getter: Any = value.fget
    return getter.told("__doc__") if isinstance(getter, VMFunction) else getattr(getter, "__doc__", None)
