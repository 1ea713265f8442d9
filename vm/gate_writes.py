"""The gate's other side: what a program may set and delete on an object. It is what belongs to the run.

Of anything else, only what CPython itself refuses to change goes through, for CPython's words.
"""

from __future__ import annotations

from typing import Any

from waymark.stdlib.values.descriptors import Property
from waymark.stdlib.values.standing import HOSTS
from waymark.stdlib.values.tracebacks import Traceback, set_traceback

from . import owners
from .counterparts import COUNTERPARTS, is_program_object, refused, shown
from .errors import Uncatchable
from .gate import NAMES, is_reserved
from .kinds import is_instance
from .special import classes_changed
from .values.fixed import check_own
from .values.frames import AsyncGenerator, Coroutine, Generator

# Of every exception; a program may set them, too.
_OF_ERRORS = frozenset({"__cause__", "__context__", "__suppress_context__", "__notes__", "__traceback__"})
_IMMUTABLE_TYPE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE


def write(value: Any, name: str, content: Any) -> None:
    """`value.name = content`, past a `__setattr__` of the program."""
    if name in owners.NAMES and type(value) in (Coroutine, Generator, AsyncGenerator):
        owners.rename(value, name, content)
        return
    _check_change(value, name)
    if name == "__traceback__":
        set_traceback(value, content)
        return
    if is_instance(value):
        object.__setattr__(value, name, content)
        return
    setattr(value, name, content)
    if issubclass(type(value), type):
        classes_changed()


def delete(value: Any, name: str) -> None:
    """`del value.name`, past a `__delattr__` of the program."""
    if name in owners.NAMES and type(value) in (Coroutine, Generator, AsyncGenerator):
        owners.rename(value, name, None)
    _check_change(value, name)
    if name == "__traceback__":
        raise TypeError("__traceback__ may not be deleted")
    if is_instance(value):
        object.__delattr__(value, name)
        return
    delattr(value, name)
    if issubclass(type(value), type):
        classes_changed()


def _check_change(value: Any, name: str) -> None:
    """Only what belongs to the run is changed; of the rest, only what CPython itself refuses to change goes through."""
    check_own(value, name)
    of_errors = name in _OF_ERRORS and issubclass(type(value), BaseException)
    own = name in NAMES and is_instance(value)  # of an instance, they are like any other
    if is_reserved(name) and not of_errors and not own and (name in _FIXED or not is_program_object(value)):
        raise refused(value, name)
    if name == "tb_next" and type(value) is Traceback:  # a traceback's links may be another one's
        raise refused(value, name)
    if is_program_object(value) or issubclass(type(value), BaseException):
        return
    kind = type(value)
    if kind in HOSTS:
        if kind is Property and name in ("fget", "fset", "fdel"):
            raise AttributeError("readonly attribute")
        problem = "attribute '{1}' is read-only" if hasattr(HOSTS[kind], name) else "has no attribute '{1}'"
        raise AttributeError(f"'{{0}}' object {problem}".format(kind.__name__, name))
    counterpart = COUNTERPARTS.get(kind)
    if counterpart is not None and not counterpart.__dictoffset__ and not hasattr(counterpart, name):
        raise AttributeError(f"'{counterpart.__name__}' object has no attribute '{name}'")
    if issubclass(type(value), type):
        shared = not value.__flags__ & _IMMUTABLE_TYPE
    else:
        shared = type(value) in COUNTERPARTS or hasattr(value, "__dict__")
    if shared:
        raise Uncatchable(f"a workflow cannot change `{name}` of {shown(value)}: it does not belong to the run")


# Names by which a class or an object would become another one.
_FIXED = frozenset(
    "__class__ __dict__ __bases__ __base__ __mro__ __slots__ __weakref__ __abstractmethods__ __init_subclass__ __new__ "
    "__class_getitem__ __set_name__ __del__ __prepare__ __mro_entries__ __subclasshook__ __instancecheck__ "
    "__subclasscheck__ __name__ __qualname__ __module__ __annotations__ __classcell__ __getattribute__ __getattr__ "
    "__setattr__ __delattr__".split()
)
