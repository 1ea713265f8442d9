"""A list that is extended by what reads from it: `items.extend(iter(items))` finds no end.

CPython fills the memory and raises MemoryError then. Here that comes after `ITEMS_MAX` items.
"""

from __future__ import annotations

from typing import Any

from ..values.iterators import Lazy
from . import guards
from .services import Excess

ITEMS_MAX = 1 << 20
_ITERATOR: type = type(iter([]))


def reads_from(iterator: Any, items: list[Any]) -> bool:
    """Whether a step of the iterator takes an item of this list."""
    if type(iterator) is _ITERATOR:
        return any(each is items for each in iterator.__reduce__()[1])
    return isinstance(iterator, Lazy) and any(reads_from(each, items) for each in iterator.reads())


def extend(*args: Any, **named: Any) -> None:
    """`list.extend(items, more)`."""
    if not args:
        return list.extend(*args, **named)  # which says what is missing
    items, *more = args
    guards.check_extension(items, *more)
    if len(more) != 1 or named or not isinstance(items, list) or not reads_from(more[0], items):
        return list.extend(items, *more, **named)
    for count, item in enumerate(more[0]):
        if count == ITEMS_MAX:
            raise Excess(MemoryError())
        list.append(items, item)
    return None


def add_in_place(*args: Any, **named: Any) -> Any:
    """`list.__iadd__(items, more)`."""
    if not args:
        return list.__iadd__(*args, **named)  # which says what is missing
    items, *more = args
    if len(more) != 1 or named or not isinstance(items, list):
        return list.__iadd__(items, *more, **named)
    extend(items, *more)
    return items


for _function, _method in ((extend, list.extend), (add_in_place, list.__iadd__)):
    _function.__name__, _function.__qualname__ = _method.__name__, _method.__qualname__
