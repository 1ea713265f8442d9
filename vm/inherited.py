"""Methods that the program reaches on the host's classes: those that its own classes inherit.

    super().__init__(text)          what comes behind the class in the MRO, bound to the instance
    super().append(item)            of a class that extends a builtin type, a method of that
    Exception.__init__(self, text)  unbound
    error.__str__()                 found on the way through the classes of an instance

Only `object`, exceptions and the builtin types that a class may extend have any that a program may reach. The values
are natives, `HostMethod`s and `SuperMethod`s: a snapshot holds the class or the instance, and the name.
"""

from __future__ import annotations

from types import ClassMethodDescriptorType, FunctionType
from typing import Any

from waymark.stdlib.natives.methods import METHODS, unbound
from waymark.stdlib.values.descriptors import Super, SuperMethod
from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.named_tuples import Record
from waymark.stdlib.values.workflow import Plain, Workflow

from .special import ABSENT
from .values.classes import class_info
from .values.contents import base_of
from .values.functions import BoundMethod, HostMethod

_OF_OBJECT = frozenset(
    "__init__ __new__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __repr__ __str__ __format__ __setattr__ __delattr__ "
    "__getattribute__ __hash__ __init_subclass__".split()
)
_OF_ERRORS = _OF_OBJECT | {"add_note", "with_traceback", "derive", "split", "subgroup"}
_MAKING = frozenset({"__new__", "__init__"})


def method(owner: type, name: str, kind: type, instance: Any = None) -> Any:
    """The method of a host's class, as `kind` or an instance of it has it; None if a program may not reach it."""
    if owner is Record or isinstance(owner, EnumType):
        found = vars(owner)[name]
        if owner is Record and isinstance(found, classmethod):
            return BoundMethod(found.__func__, kind)
        if owner is Record and isinstance(found, FunctionType) and instance is not None:
            return BoundMethod(found, instance)
        return found.__get__(instance, kind) if hasattr(type(found), "__get__") else found
    base = base_of(kind)
    if base is not None and owner is not object and owner in base.__mro__:
        return of_builtin(base, name, kind, instance)
    names = _OF_OBJECT if owner is object else _OF_ERRORS if issubclass(owner, BaseException) else frozenset()
    if name not in names or name not in vars(owner):
        return None
    if name == "__init_subclass__":
        return SuperMethod(owner, name, kind)
    return SuperMethod(owner, name, None if name == "__new__" else instance)


def of_builtin(base: type, name: str, kind: type, instance: Any = None) -> Any:
    """The method of a builtin type; None if it has none of this name, or none for programs."""
    if name in _MAKING:
        return SuperMethod(base, name, None if name == "__new__" else instance)
    if name not in METHODS.get(base, ()):
        return None
    if isinstance(vars(base).get(name), ClassMethodDescriptorType) and base is not kind:
        return SuperMethod(base, name, kind)
    return unbound(base, name) if instance is None else HostMethod(instance, name)


def of_class(kind: type, name: str) -> Any:
    """`kind.name`, where that is a method of a host's class."""
    return _found(kind, name, None)


def of_instance(value: Any, name: str) -> Any:
    """`value.name`, where that is a method of a host's class."""
    return _found(type(value), name, value)


def _found(kind: type, name: str, instance: Any) -> Any:
    for base in kind.__mro__:
        if base is not Plain and name in vars(base):
            return None if class_info(base) is not None else method(base, name, kind, instance)
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
    assert value.owner is not None, "an unbound super finds nothing"
    bound = method(owner, name, value.owner, None if value.instance is value.owner else value.instance)
    if bound is not None:
        return bound
    return value.bind(found) if issubclass(owner, BaseException) and not name.startswith("_") else ABSENT


_MADE_BY_TYPE = frozenset({"__dict__", "__weakref__"})
