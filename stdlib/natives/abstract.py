"""Who is of an abstract class without extending it. CPython's `ABCMeta` knows; a program's classes have no metaclass.

isinstance([], Sequence)     CPython's own classes answer for CPython's own types
isinstance(box, Sized)       an object of the program that has the methods of `__waymark_methods__`
Shape.register(Square)       pairs that the run keeps
"""

from __future__ import annotations

import numbers
from collections import abc
from typing import Any

from ..values.markers import ABC, Abstracted
from .model import Native
from .services import Refusal, services

# In the namespace of a class of the prelude.
STRUCTURE = "__waymark_methods__"  # whoever has these methods is of it, as its `__subclasshook__` would say
COUNTERPART = "__waymark_abc__"  # the class of `collections.abc` or `numbers` that it stands for
VIRTUAL = "__waymark_virtual__"  # the class of `collections.abc` that CPython has registered it with


def counterpart(name: str) -> type:
    """CPython's class of this name."""
    found: type = getattr(numbers, name, None) or getattr(abc, name)
    return found


def note_number(made: type) -> None:
    """Tell the host's own numbers of a class of the program that is one: they ask `numbers`, and not us."""
    for base in made.__mro__[1:]:
        kind = _of_numbers(base)
        if kind is not None:
            kind.register(made)
            return


def _of_numbers(kind: type) -> Any:
    """The class of `numbers` that it stands for."""
    return getattr(numbers, vars(kind).get(COUNTERPART, ""), None)


def _check_numbers(owner: type, member: type) -> None:
    """The host's own numbers are told of a class when it is made: what they are told later is not stored."""
    if _of_numbers(owner) not in (None, numbers.Number) and services.get().host_of(member) is None:
        raise Refusal(f"extend `numbers.{owner.__name__}`: fractions would not know after a restart what is registered")


def is_abstract(kind: type) -> bool:
    """Whether CPython would ask `ABCMeta` who is of the class."""
    mro = kind.__mro__
    return ABC in mro or Abstracted in mro or STRUCTURE in vars(kind)


def is_virtual(candidate: type, kind: Any) -> bool:
    """Whether the candidate is of an abstract class that it does not extend."""
    if not isinstance(kind, type):
        return False
    of_host = services.get().host_of(candidate)
    structure = vars(kind).get(STRUCTURE, ())
    if structure and of_host is None and all(offers(candidate, name) for name in structure):
        return True
    if COUNTERPART in vars(kind) and _is_known(candidate, of_host, counterpart(vars(kind)[COUNTERPART]), structure):
        return True
    return any(
        issubclass(owner, kind)
        and (issubclass(candidate, member) or (is_abstract(member) and is_virtual(candidate, member)))
        for owner, member in services.get().registered()
    )


def _is_known(candidate: type, of_host: type | None, counterpart: type, structure: tuple[str, ...]) -> bool:
    """Whether CPython says so, of a type of its own or of what a class of the program extends."""
    if of_host is not None:
        return issubclass(of_host, counterpart)
    if structure:
        return False
    for base in candidate.__mro__[1:]:
        if VIRTUAL in vars(base) and issubclass(getattr(abc, vars(base)[VIRTUAL]), counterpart):
            return True
        host = services.get().host_of(base)
        if host is not None and issubclass(host, counterpart):
            return True
    return VIRTUAL in vars(candidate) and issubclass(getattr(abc, vars(candidate)[VIRTUAL]), counterpart)


def offers(candidate: type, name: str) -> bool:
    """Whether instances of the class have a method."""
    found = next((vars(base)[name] for base in candidate.__mro__ if name in vars(base)), None)
    return found is not None


def register(*args: Any, **kwargs: Any) -> Any:
    """`Shape.register(Square)`."""
    if kwargs or len(args) != 2:
        ABC_METHOD(*args[1:], **kwargs)
    owner, member = args
    if not isinstance(member, type):
        raise TypeError("Can only register classes")
    if issubclass(member, owner) or is_virtual(member, owner):
        return member
    if issubclass(owner, member) or (is_abstract(member) and is_virtual(owner, member)):
        raise RuntimeError("Refusing to create an inheritance cycle")
    _check_numbers(owner, member)
    services.get().register(owner, member)
    return member


class _Empty(abc.Sized):
    """CPython's own, for its words about wrong arguments."""


ABC_METHOD: Any = _Empty.register


def natives() -> list[Native]:
    return [Native("abc.ABC.register/1", register)]
