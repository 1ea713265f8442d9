"""Sets that iterate in insertion order: a legal refinement of Python's, so that a restore cannot change an iteration.

They are dicts without values; what one does with another is in `set_likes.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .set_likes import (
    KINDS,
    SetLike,
    add_all,
    difference,
    gathered,
    intersection,
    of,
    remove_all,
    symmetric_difference,
    taken_out,
)
from .standing import stands_for

__all__ = ["FROZENSET_METHODS", "SET_METHODS", "OrderedFrozenSet", "OrderedSet", "SetLike", "empty"]


class OrderedSet(SetLike):
    """Python's `set`."""

    __slots__ = ("waymark_taken",)
    __hash__ = None  # type: ignore[assignment]

    waymark_taken: int  # by `pop`, since the dict was tidy

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        made = object.__new__(cls)
        made.waymark_items = {}
        made.waymark_taken = 0
        return made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs or len(args) > 1:
            set(*args, **kwargs)
        items = gathered(args[0], copied=True) if args else {}
        if self.waymark_items:  # called again: what iterates over the dict goes on over this very one
            self.waymark_become(items)
        else:
            self.waymark_items = items
        self.waymark_taken = 0

    def __repr__(self) -> str:
        return _shown(self)

    def add(self, item: Any) -> None:
        self.waymark_items[item] = None

    def clear(self) -> None:
        self.waymark_items.clear()

    def copy(self) -> Any:
        return of(OrderedSet, dict(self.waymark_items))

    def remove(self, item: Any) -> None:
        if not taken_out(self, item):
            raise KeyError(item)

    def discard(self, item: Any) -> None:
        taken_out(self, item)

    def pop(self) -> Any:
        """The oldest element. A dict finds its first key by looking over the places of all that were before it."""
        if not self.waymark_items:
            raise KeyError("pop from an empty set")
        item = next(iter(self.waymark_items))
        del self.waymark_items[item]
        self.waymark_taken += 1
        if self.waymark_taken > len(self.waymark_items) + 8:
            kept = dict(self.waymark_items)
            self.waymark_items.clear()
            self.waymark_items.update(kept)
            self.waymark_taken = 0
        return item

    def update(self, *others: Iterable[Any]) -> None:
        for other in others:
            add_all(self.waymark_items, other)

    def intersection_update(self, *others: Iterable[Any]) -> None:
        kept: SetLike = self.intersection(*others)
        self.waymark_become(kept.waymark_items)

    def difference_update(self, *others: Iterable[Any]) -> None:
        for other in others:
            if other is self:
                self.waymark_items.clear()
            else:
                remove_all(self.waymark_items, other)

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        self.waymark_become(symmetric_difference(self, other).waymark_items)

    def waymark_become(self, items: dict[Any, None]) -> None:
        items = dict(items)
        self.waymark_items.clear()
        self.waymark_items.update(items)

    def __ior__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self.waymark_items.update(other.waymark_items)
        return self

    def __iand__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self.waymark_become(intersection(self, other).waymark_items)
        return self

    def __isub__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self.waymark_become(difference(self, other).waymark_items)
        return self

    def __ixor__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self.waymark_become(symmetric_difference(self, other).waymark_items)
        return self


class OrderedFrozenSet(SetLike):
    """Python's `frozenset`."""

    __slots__ = ("waymark_hashed",)
    waymark_hashed: int | None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) > 1:
            frozenset(*args, **kwargs)
        if cls is OrderedFrozenSet and args and type(args[0]) is OrderedFrozenSet:
            return args[0]
        return of(cls, gathered(args[0], copied=True) if args else {})

    # A set hashes by the hashes of its elements, as the host's does. Never stored: those of texts differ by process.
    def __hash__(self) -> int:
        if self.waymark_hashed is None:
            self.waymark_hashed = hash(frozenset(self.waymark_items))
        return self.waymark_hashed

    def __repr__(self) -> str:
        return _shown(self)

    def copy(self) -> OrderedFrozenSet:
        return self if type(self) is OrderedFrozenSet else of(OrderedFrozenSet, self.waymark_items)


KINDS.update({OrderedSet: ("waymark_taken", 0), OrderedFrozenSet: ("waymark_hashed", None)})


def empty(kind: type[Any]) -> Any:
    """A set that a restore fills."""
    return of(kind, {})


_showing: set[int] = set()


def _shown(held: SetLike) -> str:
    if id(held) in _showing:  # it holds, by way of something else, itself
        return f"{type(held).__name__}(...)"
    _showing.add(id(held))
    try:
        shown = f"{{{repr(list(held.waymark_items))[1:-1]}}}" if held.waymark_items else ""
        if type(held) is OrderedSet:
            return shown or "set()"
        return f"{type(held).__name__}({shown})"
    finally:
        _showing.discard(id(held))


ANY = (0, None)
_SHARED = {
    **dict.fromkeys(("union", "intersection", "difference"), ANY),
    **dict.fromkeys(("isdisjoint", "issubset", "issuperset", "symmetric_difference"), (1, 1)),
    "copy": (0, 0),
}
SET_METHODS = {
    **_SHARED,
    **dict.fromkeys(("add", "discard", "remove", "symmetric_difference_update"), (1, 1)),
    **dict.fromkeys(("clear", "pop"), (0, 0)),
    **dict.fromkeys(("update", "intersection_update", "difference_update"), ANY),
}
stands_for(set, OrderedSet, SET_METHODS)
stands_for(frozenset, OrderedFrozenSet, _SHARED)
FROZENSET_METHODS = _SHARED
