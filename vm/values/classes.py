"""Classes of the program: real Python classes, so that C code, `isinstance`, `except` and descriptors work.

Their methods are VM functions. A class made by a run belongs to that run: its snapshot is name, bases and namespace,
and restoring makes a new class of them. No class object is ever shared by two runs.

What a class may extend: classes of the program, `object`, exceptions of the host, and the base class of workflows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import ref

from waymark.stdlib.values.descriptors import ClassMethod, StaticMethod
from waymark.stdlib.values.workflow import Plain, Workflow

from ..errors import Uncatchable
from .errors import is_foreign, is_host
from .functions import VMFunction

# CPython makes these of plain functions by itself, which it would not recognise ours as.
_MADE_STATIC = frozenset({"__new__"})
_MADE_CLASS_METHODS = frozenset({"__init_subclass__", "__class_getitem__"})
# Names with a meaning for the making of the class, or for its layout, that is not built.
_REFUSED = ("__slots__", "__del__", "__init_subclass__", "__classcell__", "__prepare__")


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """What the class was made of; `names` are those that the class body left in its namespace, in its order."""

    name: str
    bases: tuple[type, ...]
    names: tuple[str, ...]


# By the identity of the class: asked for at every access to an attribute. Gone before the identity is used again.
_INFO: dict[int, tuple[ref[type], ClassInfo]] = {}


def make_class(name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
    """Build a class of the program. What CPython refuses (two bases that do not fit) is CPython's own TypeError."""
    made = type(name, _real_bases(bases), {key: _as_stored(key, value) for key, value in namespace.items()})
    place = id(made)
    _INFO[place] = ref(made, lambda _: _INFO.pop(place)), ClassInfo(name, bases, tuple(namespace))
    return made


def _real_bases(bases: tuple[type, ...]) -> tuple[type, ...]:
    """`Plain` in the place of `object`, unless another base brings a `__repr__` of its own."""
    if all(base is object or issubclass(base, Plain) for base in bases):
        return tuple(Plain if base is object else base for base in bases or (object,))
    return bases


def class_by_type(module: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> type:
    """`type(name, bases, namespace)`, in a function of `module`. A wrong argument is CPython's own TypeError."""
    if kwargs or len(args) != 3 or type(args[0]) is not str or type(args[1]) is not tuple or type(args[2]) is not dict:
        type(*args, **kwargs)  # refuses them
        raise Uncatchable("a workflow cannot make a class of these arguments of `type`")
    name, bases, namespace = args
    check_class(name, bases, namespace)
    return make_class(name, bases, {"__module__": module, **namespace})


def check_class(name: str, bases: tuple[Any, ...], namespace: dict[str, Any]) -> None:
    """End the run for a class that is none of those that a program may have."""
    for base in bases:
        if not isinstance(base, type):
            raise Uncatchable(
                f"class {name} extends a {type(base).__name__}, which is no class: there are no metaclasses"
            )
        if not is_base(base):
            raise Uncatchable(
                f"class {name} extends {base.__qualname__}, which a class of a workflow cannot extend yet"
            )
    for refused in _REFUSED:
        if refused in namespace:
            raise Uncatchable(f"class {name} has `{refused}`, which no class of a workflow can have yet")


def is_base(kind: type) -> bool:
    """Whether a class of the program may extend this one."""
    if kind in (object, Workflow) or class_info(kind) is not None:
        return True
    return issubclass(kind, BaseException) and (is_host(kind) or is_foreign(kind))


def class_info(candidate: type) -> ClassInfo | None:
    """What a class of the program was made of, or None for a host's class."""
    found = _INFO.get(id(candidate))
    return None if found is None else found[1]


def _as_stored(name: str, value: Any) -> Any:
    if isinstance(value, VMFunction):
        if name in _MADE_STATIC:
            return StaticMethod(value)
        if name in _MADE_CLASS_METHODS:
            return ClassMethod(value)
    return value
