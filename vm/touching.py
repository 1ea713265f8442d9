"""Iterators move when a host operation reads them: the tracker has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values.frames import Generator
from .values.iterators import ITERATORS, Lazy

if TYPE_CHECKING:
    from .interp import Interpreter

MOVING: frozenset[type] = frozenset((*ITERATORS, Generator))


def consumed(vm: Interpreter, *values: Any) -> None:
    """A host operation gets these, and reads those that are iterators."""
    for value in values:
        if type(value) in MOVING:
            vm.tracker.touch(value)
            if isinstance(value, Lazy):
                consumed(vm, *value.reads())


def consumed_pairs(vm: Interpreter, *values: Any) -> None:
    """A dict is made of these, so the pairs inside may be iterators, too."""
    for value in values:
        base = list if issubclass(type(value), list) else tuple if issubclass(type(value), tuple) else None
        if base is not None:  # of a subclass, `iter` may be the program's
            consumed(vm, *base.__iter__(value))
