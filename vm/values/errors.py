"""Exceptions as data: what a builtin exception is made of, and classes that this process does not have.

    class      host's     builtin, or asyncio's, by its name; what `args` does not say of a C layout is in named fields
               foreign    a class of somebody else's module, known by the names of its MRO alone
               program's  see `classes.py`; not dealt with here
    instance   args, __cause__, __context__, __suppress_context__, fields of its builtin bases, its `__dict__`
               (where `__notes__` is); never `__traceback__`, which pins frames of the host

An error that crosses into a process without its class gets a *foreign* class: a synthetic subclass of the nearest
host's ones, made once for each list of names, so that `except`, type names and texts read as they did at home.
"""

from __future__ import annotations

import builtins
from asyncio import exceptions as asyncio_exceptions
from collections.abc import Iterator, Sequence
from dataclasses import FrozenInstanceError
from typing import Any, cast
from weakref import WeakValueDictionary

from waymark.stdlib.values.hosted_errors import HOSTED_ERRORS
from waymark.stdlib.values.library_errors import LIBRARY_ERRORS

HOST_ERRORS: dict[str, type[BaseException]] = {
    f"{value.__module__}:{name}": value
    for name, value in (*vars(builtins).items(), *vars(asyncio_exceptions).items())
    if isinstance(value, type) and issubclass(value, BaseException) and value.__name__ == name
} | {"dataclasses:FrozenInstanceError": FrozenInstanceError, **LIBRARY_ERRORS, **HOSTED_ERRORS}
NAMES_MAX = 100  # of the MRO of a foreign class

# In the instance's `__dict__`: the text of a foreign error, which its own class's `__str__` made at home.
TEXT = "__waymark_text__"
GROUP_FIELDS = ("message", "exceptions")  # of a group: set by its `__new__` alone

_NAMES = "__waymark_names__"
_FIELDS: dict[type[BaseException], tuple[str, ...]] = {
    StopIteration: ("value",),
    SystemExit: ("code",),
    ImportError: ("msg", "name", "path"),
    OSError: ("errno", "strerror", "filename", "filename2", "characters_written"),
    SyntaxError: (
        *("msg", "filename", "lineno", "offset", "text"),
        *("end_lineno", "end_offset", "print_file_and_line"),
    ),
    UnicodeEncodeError: ("encoding", "object", "start", "end", "reason"),
    UnicodeDecodeError: ("encoding", "object", "start", "end", "reason"),
    UnicodeTranslateError: ("object", "start", "end", "reason"),
    AttributeError: ("name", "obj"),
    NameError: ("name",),
    BaseExceptionGroup: GROUP_FIELDS,
}
# C code reads these without looking at their types.
_TYPES: dict[tuple[type[BaseException], str], type] = {
    (owner, field): kind
    for owner, text in ((UnicodeEncodeError, str), (UnicodeDecodeError, bytes), (UnicodeTranslateError, str))
    for field, kind in (("encoding", str), ("object", text), ("start", int), ("end", int), ("reason", str))
}
_foreign: WeakValueDictionary[tuple[str, ...], type[BaseException]] = WeakValueDictionary()


def class_names(kind: type[BaseException]) -> tuple[str, ...]:
    """`module:qualname` of the class and its bases, nearest first; what a foreign class was made from."""
    names = vars(kind).get(_NAMES)
    if names is not None:
        return cast(tuple[str, ...], names)
    return tuple(f"{each.__module__}:{each.__qualname__}" for each in kind.__mro__ if each is not object)


def is_foreign(kind: type) -> bool:
    return _NAMES in vars(kind)


def class_of_names(names: Sequence[str]) -> type[BaseException]:
    """The host's class of these names, or the foreign one, always the same. `ValueError` for names that make none."""
    first = HOST_ERRORS.get(names[0]) if names else None
    if first is not None:
        return first
    key = tuple(names)
    found = _foreign.get(key)
    if found is None:
        found = _foreign[key] = _make_foreign(key)
    return found


def is_host(kind: type) -> bool:
    return HOST_ERRORS.get(f"{kind.__module__}:{kind.__qualname__}") is kind


def allocate(kind: type[BaseException]) -> BaseException:
    """A bare instance: no code of a program's class runs."""
    base: Any = kind
    while not is_host(base):  # not the nearest in the MRO: of several bases, one decides the layout
        base = base.__base__
    return cast(BaseException, base.__new__(kind))


def allocate_group(kind: type[BaseException], message: str, members: Sequence[BaseException]) -> BaseException:
    """A group can only be made with what it holds. Raises `ValueError` or `TypeError` for what CPython refuses."""
    make = cast(Any, BaseExceptionGroup.__new__)
    return cast(BaseException, make(kind, message, tuple(members)))  # a tuple is not copied: the program may have it


def is_group(kind: type) -> bool:
    return issubclass(kind, BaseExceptionGroup)


def fields_of(error: BaseException) -> Iterator[tuple[str, Any]]:
    """What the C layout holds besides `args`. None and absent are the same to CPython, so None is left out."""
    for owner, names in _FIELDS.items():
        if isinstance(error, owner):
            for name in names:
                # The descriptor itself: a subclass may use the name for something else.
                value = _read(owner, name, error)
                if value is not None:
                    yield name, value


def set_field(error: BaseException, name: str, value: Any) -> None:
    """Raises `ValueError` for a field that the class does not have, or a value that it must not hold.

    `GROUP_FIELDS` are not for this: see `allocate_group`.
    """
    owner = next((owner for owner, names in _FIELDS.items() if isinstance(error, owner) and name in names), None)
    if owner is None:
        raise ValueError(f"{type(error).__name__} has no field {name!r}")
    expected = _TYPES.get((owner, name))
    if expected is not None and type(value) is not expected:
        raise ValueError(f"{type(error).__name__}.{name} is {expected.__name__}, not {type(value).__name__}")
    try:
        vars(owner)[name].__set__(error, value)
    except (TypeError, AttributeError, OverflowError) as refused:
        raise ValueError(f"{type(error).__name__}.{name}: {refused}") from None


def args_of(error: BaseException) -> tuple[Any, ...]:
    return cast(tuple[Any, ...], _ARGS.__get__(error))


def set_args(error: BaseException, args: tuple[Any, ...]) -> None:
    _ARGS.__set__(error, args)


_ARGS: Any = vars(BaseException)["args"]


def _read(owner: type[BaseException], name: str, error: BaseException) -> Any:
    try:
        return vars(owner)[name].__get__(error)
    except (AttributeError, TypeError):  # never set
        return None


def _make_foreign(names: tuple[str, ...]) -> type[BaseException]:
    bases = _nearest([base for base in map(HOST_ERRORS.get, names) if base is not None])
    if not bases or len(names) > NAMES_MAX:
        raise ValueError(f"no exception class has these {len(names)} names: {', '.join(names[:3])!r:.100}")
    module, _, qualname = names[0].partition(":")
    namespace = {
        "__module__": module,
        "__qualname__": qualname,
        "__doc__": None,
        "__str__": _foreign_text,
        _NAMES: names,
    }
    try:
        return type(qualname.rpartition(".")[2], bases, namespace)
    except (TypeError, ValueError) as refused:  # of names that come from outside
        raise ValueError(f"{names[0]!r:.100}: {refused}") from None


def _nearest(known: list[type[BaseException]]) -> tuple[type[BaseException], ...]:
    """Those that no other one inherits from, in the order of the MRO."""
    return tuple(
        kind
        for kind in dict.fromkeys(known)
        if not any(kind is not other and issubclass(other, kind) for other in known)
    )


def _foreign_text(error: BaseException) -> str:
    text = vars(error).get(TEXT)
    return text if isinstance(text, str) else _inherited_text(error)


def _inherited_text(error: BaseException) -> str:
    nearest: Any = next(base for base in type(error).__mro__ if not is_foreign(base))
    return cast(str, nearest.__str__(error))
