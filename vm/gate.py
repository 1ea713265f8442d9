"""The one gate for attributes: what a program may read and write on an object, and nothing else.

For host types the tables of `stdlib/natives/methods.py` decide, for the machine's own values `vm/objects.py`, for
functions of the program `vm/functions.py`. For instances and classes of the program it is everything but reserved
names. A name that CPython has and the gate has not is a fault of the program that no `except` sees: pretending an
AttributeError would change the program. A name that CPython does not have either is CPython's AttributeError.
"""

from __future__ import annotations

import types
from typing import Any

from waymark.stdlib.natives.abstract import is_abstract, register
from waymark.stdlib.natives.methods import ATTRIBUTES, CLASS_ATTRIBUTES, ERROR_METHODS, METHODS, unbound
from waymark.stdlib.values.class_contents import ClassContents
from waymark.stdlib.values.descriptors import Super
from waymark.stdlib.values.standing import HOSTS, Method
from waymark.stdlib.values.tracebacks import keep_apart, traceback_of

from . import inherited, lineage, objects, owners, telling
from .counterparts import COUNTERPARTS, is_program_object, refused
from .errors import Uncatchable
from .kinds import is_instance
from .special import ABSENT
from .values.classes import NOTHING_HELD, class_info, held_by
from .values.contents import BASES
from .values.fixed import check_own
from .values.frames import AsyncGenerator, Coroutine, Generator
from .values.functions import BoundMethod, HostMethod
from .values.futures import Future
from .values.library_bases import LIBRARY_BASES

# What dunder names a program may read on its own instances and classes. The rest would lead out of the program.
_ALLOWED = frozenset({"__name__", "__qualname__", "__module__", "__doc__", "__notes__", "__init__", "__members__"})
_ERRORS = frozenset({"args", "__cause__", "__context__", "__suppress_context__", "__notes__", "value"})
_BASES = frozenset(BASES)
NAMES = frozenset({"__name__", "__qualname__", "__module__"})


_CALLABLES = (types.BuiltinFunctionType, types.FunctionType, types.MethodDescriptorType, Method)


def is_error_class(value: Any) -> bool:
    return issubclass(type(value), type) and issubclass(value, BaseException)


def host_method(value: Any, name: str) -> bool | None:
    """Whether the method `value.name` of a host type changes its object; None if it is no such method."""
    found = METHODS.get(type(value), {}).get(name)
    if found is None and (info := class_info(type(value))) is not None and info.base is not None:
        return METHODS.get(info.base, {}).get(name)
    if found is None and issubclass(type(value), BaseException) and name in ERROR_METHODS:
        mine = any(name in vars(base) for base in type(value).__mro__ if class_info(base) is not None)
        if not mine and hasattr(type(value), name):
            return ERROR_METHODS[name]
    return found


def read(value: Any, name: str) -> Any:
    """`value.name`. AttributeError is CPython's own."""
    kind = type(value)
    if name == "__class__":
        return kind
    told = telling.tell(value, name)
    if told is not ABSENT:
        return told
    if (class_info(kind) is None or issubclass(kind, BaseException)) and host_method(value, name) is not None:
        return HostMethod(value, name)
    if name in ATTRIBUTES.get(kind, ()):
        return getattr(value, name)
    if name == "__init__" and kind in _BASES:
        return inherited.of_builtin(kind, name, kind, value)
    if issubclass(type(value), BaseException) and (name in _ERRORS or not name.startswith("_")):
        return _plainly(value, name)
    if name == "__traceback__" and issubclass(type(value), BaseException):
        return traceback_of(value)
    if kind is Super:
        return _reached(inherited.of_super(value, name), value, name)
    if is_program_object(value):
        return _read_of_program(value, name)
    if (value is object or kind is object or issubclass(type(value), BaseException) or is_error_class(value)) and (
        found := _inherited(value, name)
    ) is not None:
        return found
    if kind in COUNTERPARTS:
        return _read_own(value, name)
    if issubclass(type(value), type):
        if value in _BASES and (found := inherited.of_builtin(value, name, value)) is not None:
            return found
        if name in lineage.NAMES:
            return _reached(lineage.lineage(value, name), value, name)
        if name in NAMES or name in CLASS_ATTRIBUTES.get(value, ()):
            return getattr(value, name)
        if name in METHODS.get(value, ()):
            return unbound(value, name)
        host = COUNTERPARTS.get(value) or HOSTS.get(value)
        if host is not None and hasattr(host, name):
            raise refused(value, name)
    elif kind in HOSTS:  # it has the names of what it stands for, and none of its own
        if not hasattr(HOSTS[kind], name):
            raise AttributeError(f"'{kind.__name__}' object has no attribute '{name}'", name=name, obj=value)
        raise refused(value, name)
    elif kind in _CALLABLES and name in NAMES:
        return getattr(value, name)
    if hasattr(value, name):
        raise refused(value, name)
    return getattr(value, name)  # raises AttributeError, in CPython's words


def _read_of_program(value: Any, name: str) -> Any:
    """Of an instance or a class of the program."""
    is_class = issubclass(type(value), type)
    kind = value if is_class else type(value)
    info = class_info(kind)
    assert info is not None
    if name == "__annotations__":  # they are never evaluated: whether there are any, nobody knows
        raise Uncatchable(refused(value, name).args[0])
    if name in lineage.NAMES and is_class:
        return lineage.lineage(value, name)
    if name == "__dict__":
        return ClassContents(value) if is_class else _attributes_of(value)
    if (is_reserved(name) or info.base is not None) and (found := _inherited(value, name)) is not None:
        return found
    if name == "register" and is_class and is_abstract(value) and not hasattr(value, name):
        return BoundMethod(register, value)  # as CPython's `ABCMeta` has it, whose instances are the classes
    if info.base in LIBRARY_BASES and _is_kept_back(kind, info.base, name):
        raise refused(value, name)
    found = _plainly(value, name)  # or AttributeError, in CPython's words
    if isinstance(found, _OF_LAYOUT) or (
        is_reserved(name)
        and name not in _ALLOWED
        and not (is_class and name == "__class__")
        and not _is_the_programs(kind, value, name)
    ):
        raise refused(value, name)
    if is_class and type(found) in _CHANGEABLE:
        check_own(kind, name)
    return found


def _is_kept_back(kind: type, base: Any, name: str) -> bool:
    """Whether a type of the library has the name, and no program may reach it: `now` of a class that extends one."""
    owner = next((each for each in kind.__mro__ if name in vars(each)), None)
    if owner is None or owner is object or class_info(owner) is not None or name.startswith("__"):
        return False
    return name not in ATTRIBUTES.get(base, ()) and name not in METHODS[base]


_CHANGEABLE = frozenset((dict, list))  # which hang on static classes for the classes' own use


def _is_the_programs(kind: type, value: Any, name: str) -> bool:
    """Whether a class of the program, or the instance itself, has something under a reserved name."""
    if value is not kind and name in held_by(value):
        return True
    return any(name in vars(base) and class_info(base) is not None for base in kind.__mro__)


def _attributes_of(value: Any) -> dict[str, Any]:
    held = held_by(value)
    if held is NOTHING_HELD:
        raise AttributeError(f"'{type(value).__name__}' object has no attribute '__dict__'", name="__dict__", obj=value)
    check_own(value, "__dict__")
    if issubclass(type(value), BaseException):
        keep_apart(value)
    return held


# What a class has for its instances' layout: no value of a program.
_OF_LAYOUT = (types.GetSetDescriptorType, types.MemberDescriptorType, types.MappingProxyType)


def _plainly(value: Any, name: str) -> Any:
    """Past a `__getattribute__` and a `__getattr__` of the program."""
    return object.__getattribute__(value, name) if is_instance(value) else getattr(value, name)


def _inherited(value: Any, name: str) -> Any:
    """A method of `object` or of an exception, where `value.name` leads to one."""
    if issubclass(type(value), type):
        return inherited.of_class(value, name)
    return inherited.of_instance(value, name)


def _reached(found: Any, value: Any, name: str) -> Any:
    if found is ABSENT:
        raise refused(value, name)
    return found


def _read_own(value: Any, name: str) -> Any:
    """An attribute of one of the machine's own values."""
    if objects.find(value, name) is not None:
        return HostMethod(value, name)
    held = objects.attribute(value, name)
    if held is not None:
        return held(value)
    counterpart = COUNTERPARTS[type(value)]
    if isinstance(value, Coroutine | Generator | AsyncGenerator) and hasattr(counterpart, name):
        told = owners.read(value, name)
        if told is not ABSENT:
            return told
    if hasattr(counterpart, name):
        raise refused(value, name)
    shown = f"_asyncio.{counterpart.__name__}" if isinstance(value, Future) else counterpart.__name__
    raise AttributeError(f"'{shown}' object has no attribute '{name}'", name=name, obj=value)


def is_reserved(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
