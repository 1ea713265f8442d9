"""Methods that the program reaches on the host's classes: those that its own classes inherit.

    super().__init__(text)          what comes behind the class in the MRO, bound to the instance
    Exception.__init__(self, text)  unbound
    error.__str__()                 found on the way through the classes of an instance

Only `object` and exceptions have any that a program may reach. The values are `SuperMethod`s: a snapshot holds the
class and the name.
"""

from __future__ import annotations

from typing import Any

from waymark.stdlib.values.descriptors import Super, SuperMethod
from waymark.stdlib.values.workflow import Plain, Workflow

from .special import ABSENT
from .values.classes import class_info

_OF_OBJECT = frozenset(
    "__init__ __new__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __repr__ __str__ __format__ __setattr__ __delattr__ "
    "__getattribute__".split()
)
_OF_ERRORS = _OF_OBJECT | {"add_note", "with_traceback", "derive", "split", "subgroup"}


def method(owner: type, name: str, instance: Any = None) -> SuperMethod | None:
    """The method of a host's class, bound if there is an instance; None if a program may not reach it."""
    names = _OF_OBJECT if owner is object else _OF_ERRORS if issubclass(owner, BaseException) else frozenset()
    return SuperMethod(owner, name, instance) if name in names and name in vars(owner) else None


def of_class(kind: type, name: str) -> SuperMethod | None:
    """`kind.name`, where that is a method of a host's class."""
    return _found(kind, name, None)


def of_instance(value: Any, name: str) -> SuperMethod | None:
    """`value.name`, where that is a method of a host's class."""
    return _found(type(value), name, value)


def _found(kind: type, name: str, instance: Any) -> SuperMethod | None:
    for base in kind.__mro__:
        if base is not Plain and name in vars(base):
            return None if class_info(base) is not None else method(base, name, instance)
    return None


def of_super(value: Super, name: str) -> Any:
    """`super().name`. ABSENT: it is nothing that a program may reach."""
    place = value.find(name)
    if place is None:
        if hasattr(super, name):
            return ABSENT
        raise AttributeError(f"'super' object has no attribute '{name}'", name=name, obj=value)
    owner, found = place
    if class_info(owner) is not None:
        return ABSENT if name in _MADE_BY_TYPE else value.bind(found)
    if owner is Workflow:
        return found if name in ("name", "version") else ABSENT
    bound = method(owner, name, None if name == "__new__" else value.instance)
    if bound is not None:
        return bound
    return value.bind(found) if issubclass(owner, BaseException) and not name.startswith("_") else ABSENT


_MADE_BY_TYPE = frozenset({"__dict__", "__weakref__"})
