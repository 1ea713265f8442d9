"""Classes of the program: real Python classes, so that C code, `isinstance`, `except` and descriptors work.

Their methods are VM functions. A class made by a run belongs to that run: its snapshot is name, bases, slots and
namespace, and restoring makes a new class of them. No class object is ever shared by two runs.

What a class may extend: classes of the program, `object`, builtin types, exceptions of the host, the base class of
workflows, and what `abc` and `typing` have for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType, MappingProxyType, MemberDescriptorType, MethodType
from typing import Any
from weakref import ref

from waymark.stdlib.natives.abstract import note_number
from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, making
from waymark.stdlib.values.enum_bodies import EnumNamespace
from waymark.stdlib.values.enum_making import Plan
from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.markers import ABC, ABSTRACT, MARKERS, Abstracted, Protocol
from waymark.stdlib.values.named_tuples import Record
from waymark.stdlib.values.sets import OrderedSet
from waymark.stdlib.values.typed_dicts import TypedDict
from waymark.stdlib.values.workflow import Plain, Workflow

from ..errors import Uncatchable
from .contents import BASES, base_of
from .errors import is_foreign, is_host
from .functions import BoundMethod, VMFunction

# CPython makes these of plain functions by itself, which it would not recognise ours as.
_MADE_STATIC = frozenset({"__new__"})
_MADE_CLASS_METHODS = frozenset({"__init_subclass__", "__class_getitem__"})
# Names with a meaning for the making of the class that is not built.
_REFUSED = ("__del__", "__classcell__", "__prepare__", "__mro_entries__")
# In the namespace of a class of the prelude that CPython has in C: messages name it with its module. A program that
# asks for its `__name__` gets the last part (`vm/telling.py`).
NAMED_IN_FULL = "__waymark_named_in_full__"
_FREE_BASES = frozenset((object, Record, TypedDict, Workflow, *MARKERS, *BASES))


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """What the class was made of; `names` are those that the class body left in its namespace, in its order."""

    name: str
    held: tuple[ref[type], ...]  # its bases, which the class itself holds: this must not, or none of them would ever go
    names: tuple[str, ...]
    base: type | None = None  # the builtin type that its instances have the contents of
    slots: tuple[str, ...] | None = None  # those that `__slots__` of the class itself names; None without
    own: tuple[MemberDescriptorType, ...] = ()  # what reads and sets them
    members: tuple[MemberDescriptorType, ...] = ()  # the same with those of its bases, which come first

    @property
    def bases(self) -> tuple[type, ...]:
        """Those that its statement names."""
        found = (each() for each in self.held)
        return tuple(each for each in found if each is not None)


# By the identity of the class: asked for at every access to an attribute. Gone before the identity is used again.
_INFO: dict[int, tuple[ref[type], ClassInfo]] = {}


def make_class(
    name: str, bases: tuple[type, ...], namespace: dict[str, Any], slots: tuple[str, ...] | None = None
) -> type:
    """Build a class of the program. What CPython refuses (two bases that do not fit) is CPython's own TypeError.

    `slots` are those of a class that is made again; else `__slots__` of the namespace says them.
    """
    members_of_enum = Plan(name, bases, namespace) if isinstance(namespace, EnumNamespace) else None
    bound = tuple(namespace)
    if members_of_enum is not None:
        namespace = members_of_enum.namespace
    if slots is None and "__slots__" in namespace:
        slots = _slots(namespace["__slots__"])
    stored = {key: _as_stored(key, value) for key, value in namespace.items()}
    # CPython would call `__set_name__` at once, and not by frames: they are called when the class is there.
    later = {key: value for key, value in stored.items() if has_set_name(value)}
    first = {key: value for key, value in stored.items() if key not in later} if later else stored
    made = _make(name, _real_bases(bases), first if slots is None else {**first, "__slots__": slots})
    for key, value in later.items():
        type.__setattr__(made, key, value)
    if "__slots__" in stored:
        type.__setattr__(made, "__slots__", stored["__slots__"])
    if NAMED_IN_FULL in namespace:
        type.__setattr__(made, "__name__", f"{made.__module__}.{name}")
    own = tuple(value for value in vars(made).values() if isinstance(value, MemberDescriptorType))
    inherited = (info.own for base in reversed(made.__mro__) if (info := class_info(base)) is not None)
    members = (*(member for each in inherited for member in each), *own)
    info = ClassInfo(name, tuple(map(ref, bases)), bound, base_of(made), slots, own, members)
    place = id(made)
    _INFO[place] = ref(made, lambda _: _INFO.pop(place)), info
    if Abstracted in made.__mro__:
        note_number(made)
    abstract = abstract_names(made)
    if abstract:
        type.__setattr__(made, "__abstractmethods__", frozenset(abstract))
    if members_of_enum is not None:
        members_of_enum.finish(made)  # its bases have made it an enum
    return made


def _make(name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
    token = making.set(True)  # `__init_subclass__` is called when all of the class is there
    try:
        return type(name, bases, namespace)
    finally:
        making.reset(token)


def _slots(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def has_set_name(value: Any) -> bool:
    """Whether the class is to tell the value its name, by a method of the program."""
    kind = type(value)
    return class_info(kind) is not None and any("__set_name__" in vars(base) for base in kind.__mro__)


def members_to_name(made: type) -> list[tuple[str, Any]]:
    """The members with a `__set_name__` of the program, in the order of the class body."""
    info = class_info(made)
    assert info is not None
    present = vars(made)
    names = dict.fromkeys((*info.names, *present))  # of a class that was restored meanwhile, only the latter
    return [(name, present[name]) for name in names if name in present and has_set_name(present[name])]


def has_hooks(made: type) -> bool:
    """Whether code of the program is to be told that the class is there."""
    bases = made.__mro__[1:-1]
    return bool(members_to_name(made)) or any("__init_subclass__" in vars(base) for base in bases)


def _real_bases(bases: tuple[type, ...]) -> tuple[type, ...]:
    """`Plain` in the place of `object`, unless another base brings a `__repr__` of its own."""
    if all(base is object or issubclass(base, Plain) for base in bases):
        return tuple(Plain if base is object else base for base in bases or (object,))
    return bases


def class_by_type(module: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> type:
    """`type(name, bases, namespace)`, in a function of `module`. A wrong argument is CPython's own TypeError."""
    if len(args) != 3 or type(args[0]) is not str or type(args[1]) is not tuple or type(args[2]) is not dict:
        type(*args, **kwargs)  # refuses them
        raise Uncatchable("a workflow cannot make a class of these arguments of `type`")
    name, bases, namespace = args
    if not all(isinstance(base, type) for base in bases):
        type(name, bases, {})  # refuses them
    check_class(name, bases, namespace)
    return make_class(name, bases, {"__module__": module, **namespace})


def check_class(name: str, bases: tuple[Any, ...], namespace: dict[str, Any]) -> None:
    """End the run for a class that is none of those that a program may have."""
    if not all(type(key) is str for key in namespace):
        raise Uncatchable(f"class {name} has a member whose name is no str, which no class of a workflow can have")
    for base in bases:
        if not isinstance(base, type):
            _refuse_value(name, bases, base)
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
    hook = namespace.get("__init_subclass__", _NO_HOOK)
    if not isinstance(hook, VMFunction | ClassMethod | StaticMethod):
        raise Uncatchable(f"class {name} has an `__init_subclass__` that is no function")
    if namespace.get("__slots__") and any(issubclass(base, BaseException) for base in bases):
        raise Uncatchable(f"class {name} is an exception with `__slots__`, which no class of a workflow can be yet")


def _refuse_value(name: str, bases: tuple[Any, ...], base: Any) -> None:
    """CPython calls the type of a base that is no class to make the class, which a value's type will not do."""
    kinds: dict[type, Any] = {VMFunction: FunctionType, BoundMethod: MethodType, OrderedSet: set}
    if base is None or type(base) in kinds or type(base) in BASES:
        kinds.get(type(base), type(base))(name, bases, {})


_NO_HOOK = StaticMethod(None)


def is_base(kind: type) -> bool:
    """Whether a class of the program may extend this one."""
    if kind in _FREE_BASES or isinstance(kind, EnumType) or class_info(kind) is not None:
        return True
    return issubclass(kind, BaseException) and (is_host(kind) or is_foreign(kind))


def class_info(candidate: type) -> ClassInfo | None:
    """What a class of the program was made of, or None for a host's class."""
    found = _INFO.get(id(candidate))
    return None if found is None else found[1]


def held_by(value: Any) -> dict[str, Any]:
    """The instance's own attributes, whatever its class makes of looking one up."""
    try:
        held: dict[str, Any] = object.__getattribute__(value, "__dict__")
    except AttributeError:  # its class has slots alone
        return NOTHING_HELD  # type: ignore[return-value]
    return held


NOTHING_HELD: Mapping[str, Any] = MappingProxyType({})


def _as_stored(name: str, value: Any) -> Any:
    if isinstance(value, VMFunction):
        if name in _MADE_STATIC:
            return StaticMethod(value)
        if name in _MADE_CLASS_METHODS:
            return ClassMethod(value)
    return value


# --- abstract classes and protocols ---


def abstract_names(kind: type) -> set[str]:
    """The abstract methods that the class has or inherits, and has not overridden."""
    if not any(marker in kind.__mro__ for marker in (ABC, Abstracted, Protocol)):
        return set()
    names = {name for name, value in vars(kind).items() if is_abstract(value)}
    for base in kind.__mro__[1:]:
        for name in vars(base).get("__abstractmethods__", ()):
            found = next((vars(each)[name] for each in kind.__mro__ if name in vars(each)), None)
            if is_abstract(found):
                names.add(name)
    return names


def is_abstract(value: Any) -> bool:
    """Whether a member is marked by `abstractmethod`, itself or what it wraps."""
    kind = type(value)
    if kind is VMFunction:
        return value.attributes is not None and bool(value.attributes.get(ABSTRACT))
    if kind is StaticMethod or kind is ClassMethod:
        return is_abstract(value.function)
    if kind.__module__ == "functools" and class_info(kind) is not None:  # a method of several types, a partial one
        return is_abstract(held_by(value).get("func"))
    return kind is Property and any(map(is_abstract, (value.fget, value.fset, value.fdel)))


def is_protocol(kind: type) -> bool:
    """Whether the class is a protocol itself; one that extends a protocol is not."""
    info = class_info(kind)
    return info is not None and Protocol in info.bases
