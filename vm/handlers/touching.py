"""Iterators move when a host operation reads them: the tracker has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..values.frames import Generator
from ..values.iterators import HOST_ITERATORS, DictIterator

if TYPE_CHECKING:
    from ..interp import Interpreter

_ITERATORS = frozenset((*HOST_ITERATORS, DictIterator, Generator))


def consumed(vm: Interpreter, *values: Any) -> None:
    """A host operation gets these, and reads those that are iterators."""
    for value in values:
        if type(value) in _ITERATORS:
            vm.tracker.touch(value)


def consumed_pairs(vm: Interpreter, *values: Any) -> None:
    """A dict is made of these, so the pairs inside may be iterators, too."""
    for value in values:
        if isinstance(value, list | tuple):
            consumed(vm, *value)
