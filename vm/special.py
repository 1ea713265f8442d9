"""Special methods, looked up as CPython looks them up: on the type, past the instance and past `__getattr__`."""

from __future__ import annotations

from types import FunctionType, MethodDescriptorType
from typing import Any
from weakref import ref

from waymark.stdlib.values.descriptors import ClassMethod, StaticMethod
from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.workflow import Plain

from .errors import operate
from .values.classes import class_info
from .values.functions import BoundMethod, VMFunction


class _Absent:
    """No class in the MRO has the name."""

    __slots__ = ()


ABSENT = _Absent()

# `+` and `*` of sequences are not of the number protocol: they come after the right operand's methods.
_OF_SEQUENCES = frozenset(
    vars(kind)[name]
    for kind in (list, tuple, str, bytes, bytearray)
    for name in ("__add__", "__mul__", "__rmul__", "__iadd__", "__imul__")
    if name in vars(kind)
)


def find(kind: type, name: str) -> Any:
    """What the class or one of its bases has under the name, as it is; else ABSENT."""
    for base in kind.__mro__:
        contents = base.__dict__
        if name in contents and base is not Plain:
            return contents[name]
    return ABSENT


def find_special(kind: type, name: str) -> Any:
    """The same past `object`, whose methods are what an operation does anyway."""
    for base in kind.__mro__[:-1]:
        contents = base.__dict__
        if name in contents and base is not Plain:
            found = contents[name]
            return ABSENT if _is_of_sequences(found) else found
    return ABSENT


def is_own(kind: type, *names: str) -> bool:
    """Whether operations by these names are the program's to carry out.

    They are those of every class of the program, but for one that extends a builtin type and leaves all of the names to
    that: C does there what it does for the type itself.
    """
    info = class_info(kind)
    if info is None:
        return False
    if info.base is None:
        return True
    return any(type(find_special(kind, name)) not in _OF_HOST for name in names)


class Known:
    """What is known of a class of the program, so that an access to an attribute need not look it up again."""

    __slots__ = ("absent", "hooks", "is_enum", "ref")

    def __init__(self, kind: type) -> None:
        place = id(kind)
        self.ref = ref(kind, lambda _: _known.pop(place, None))
        # Those of `_HOOKS` that it has.
        self.hooks = frozenset(name for name in _HOOKS if _is_own(find_special(kind, name)))
        self.is_enum = isinstance(kind, EnumType)  # its members may be ones that all runs share
        self.absent: set[str] = set()  # names that no class in the MRO has; `classes_changed` empties it


# Methods that take part in every access to an attribute.
_HOOKS = ("__getattribute__", "__getattr__", "__setattr__", "__delattr__")
_known: dict[int, Known] = {}  # by identity of the class; gone before that is used again


def known_of(kind: type) -> Known | None:
    """What is known of a class of the program. None: it is the host's."""
    known = _known.get(id(kind))
    if known is None and class_info(kind) is not None:
        known = _known[id(kind)] = Known(kind)
    return known


def reads_by_hand(value: Any) -> bool:
    """Whether code of the program looks up the value's attributes."""
    known = known_of(type(value))
    return known is not None and not known.hooks.isdisjoint(("__getattribute__", "__getattr__"))


def find_known(known: Known, kind: type, name: str) -> Any:
    """`find`, which remembers what is not there."""
    if name in known.absent:
        return ABSENT
    found = find(kind, name)
    if found is ABSENT:
        known.absent.add(name)
    return found


def classes_changed() -> None:
    """An attribute of some class was set or deleted."""
    _known.clear()


def forget_classes() -> None:
    """A native has given a class methods, perhaps one that takes part in every access."""
    _known.clear()


def _is_own(found: Any) -> bool:
    """Whether a method is the program's: of exceptions, the host's are `object`'s again."""
    return found is not ABSENT and type(found) is not _SLOT_WRAPPER


def _is_of_sequences(found: Any) -> bool:
    return type(found) is _SLOT_WRAPPER and found in _OF_SEQUENCES


_SLOT_WRAPPER = type(list.__add__)
_OF_HOST = frozenset((_SLOT_WRAPPER, MethodDescriptorType, FunctionType, _Absent))


def bind(found: Any, instance: Any, owner: type) -> Any:
    """What `found`, of a class, is when it is looked up through an instance (None: through the class itself)."""
    kind = type(found)
    if kind is VMFunction:
        return found if instance is None else BoundMethod(found, instance)
    if kind is StaticMethod:
        return found.function
    if kind is ClassMethod and type(found.function) is VMFunction:
        return BoundMethod(found.function, owner)
    getter = getattr(kind, "__get__", None)
    return found if getter is None else operate(getter, found, instance, owner)
