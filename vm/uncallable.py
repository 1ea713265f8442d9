"""Types that a program can get hold of by `type(x)`, and that make no instances when they are called, as in CPython."""

from __future__ import annotations

from typing import Any

from waymark.stdlib.values.descriptors import SuperMethod
from waymark.stdlib.values.iterators import CallableIterator, ListReverseIterator, SequenceIterator
from waymark.stdlib.values.standing import Method
from waymark.stdlib.values.views import DictItems, DictKeys, DictValues

from .errors import Thrown, Uncatchable
from .values.frames import Coroutine, Frame, Generator
from .values.functions import BoundMethod, Cell, HostMethod, VMFunction
from .values.futures import Future, Handle, Task, Turn
from .values.iterators import WALKS

_VIEWS: tuple[type, ...] = (DictKeys, DictValues, DictItems)
_ITERATORS: tuple[type, ...] = (*WALKS.values(), CallableIterator, SequenceIterator, ListReverseIterator)
_CALLED: tuple[type, ...] = (Generator, Coroutine, HostMethod, SuperMethod, Method, Frame)
_MAKES_NOTHING: frozenset[type] = frozenset((*_VIEWS, *_ITERATORS, *_CALLED))
# CPython's make some; here they belong to the machine.
_OF_MACHINE: frozenset[type] = frozenset({VMFunction, Cell, Future, Task, Handle, Turn})


def check(kind: type) -> None:
    """Refuse a call of a type that a program cannot call."""
    if kind in _MAKES_NOTHING:
        raise Thrown(TypeError(f"cannot create '{kind.__name__}' instances"))
    if kind in _OF_MACHINE:
        raise Uncatchable(f"a workflow cannot make a {kind.__name__} by calling its type")


def make_method(args: tuple[Any, ...], kwargs: dict[str, Any]) -> BoundMethod:
    """`type(x.method)(function, instance)`."""
    if kwargs:
        raise Thrown(TypeError("method() takes no keyword arguments"))
    if len(args) != 2:
        raise Thrown(TypeError(f"method expected 2 arguments, got {len(args)}"))
    function, instance = args
    if not callable(function):
        raise Thrown(TypeError("first argument must be callable"))
    if instance is None:
        raise Thrown(TypeError("instance must not be None"))
    return BoundMethod(function, instance)
