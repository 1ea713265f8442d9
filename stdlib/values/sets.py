"""Sets that iterate in insertion order: a legal refinement of Python's, so that a restore cannot change an iteration.

They are dicts without values. Results are in the order of the left operand; which of two equal elements a result holds
is as in CPython.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .standing import stands_for

_HOST_SETS = (set, frozenset)


class SetLike:
    """What set and frozenset share."""

    __slots__ = ("__weakref__", "items")
    items: dict[Any, None]

    def __len__(self) -> int:
        return len(self.items)

    # For C code; a program's `iter()` gets a `SetIterator`, which can be stored.
    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __contains__(self, item: Any) -> bool:
        try:
            return item in self.items
        except TypeError as unhashable:
            error = unhashable
        return _as_key(item, error) in self.items

    def __eq__(self, other: object) -> bool:
        items = _items_of(other)
        return NotImplemented if items is None else self.items.keys() == items.keys()

    def __ne__(self, other: object) -> bool:
        items = _items_of(other)
        return NotImplemented if items is None else self.items.keys() != items.keys()

    def __le__(self, other: object) -> bool:
        items = _items_of(other)
        return NotImplemented if items is None else self.items.keys() <= items.keys()

    def __lt__(self, other: object) -> bool:
        items = _items_of(other)
        return NotImplemented if items is None else self.items.keys() < items.keys()

    def __ge__(self, other: object) -> bool:
        items = _items_of(other)
        return NotImplemented if items is None else self.items.keys() >= items.keys()

    def __gt__(self, other: object) -> bool:
        items = _items_of(other)
        return NotImplemented if items is None else self.items.keys() > items.keys()

    def __or__(self, other: Any) -> Any:
        return _union(self, other) if isinstance(other, SetLike) else NotImplemented

    def __and__(self, other: Any) -> Any:
        return _intersection(self, other) if isinstance(other, SetLike) else NotImplemented

    def __sub__(self, other: Any) -> Any:
        return _difference(self, other) if isinstance(other, SetLike) else NotImplemented

    def __xor__(self, other: Any) -> Any:
        return _symmetric_difference(self, other) if isinstance(other, SetLike) else NotImplemented

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        if isinstance(other, SetLike):
            small, large = sorted((self, other), key=lambda held: len(held.items))
            return not any(item in large.items for item in small.items)
        return not any(item in self.items for item in other)

    def issubset(self, other: Iterable[Any]) -> bool:
        return self.items.keys() <= _gathered(other).keys()

    def issuperset(self, other: Iterable[Any]) -> bool:
        if isinstance(other, SetLike):
            return self.items.keys() >= other.items.keys()
        return all(item in self.items for item in other)

    def union(self, *others: Iterable[Any]) -> Any:
        return _union(self, *others)

    def intersection(self, *others: Iterable[Any]) -> Any:
        result = _of(_plain(self), dict(self.items)) if not others else self
        for other in others:
            result = _intersection(result, other)
        return result

    def difference(self, *others: Iterable[Any]) -> Any:
        result = _of(_plain(self), dict(self.items))
        for other in others:
            _remove_all(result.items, other)
        return result

    def symmetric_difference(self, other: Iterable[Any]) -> Any:
        return _symmetric_difference(self, other)


class OrderedSet(SetLike):
    """Python's `set`."""

    __slots__ = ("taken",)
    __hash__ = None  # type: ignore[assignment]

    taken: int  # by `pop`, since the dict was tidy

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        made = object.__new__(cls)
        made.items = {}
        made.taken = 0
        return made

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs or len(args) > 1:
            set(*args, **kwargs)
        items = _gathered(args[0], copied=True) if args else {}
        if self.items:  # called again: what iterates over the dict goes on over this very one
            self._become(items)
        else:
            self.items = items
        self.taken = 0

    def __repr__(self) -> str:
        return _shown(self)

    def add(self, item: Any) -> None:
        self.items[item] = None

    def clear(self) -> None:
        self.items.clear()

    def copy(self) -> Any:
        return _of(OrderedSet, dict(self.items))

    def remove(self, item: Any) -> None:
        if not _taken_out(self, item):
            raise KeyError(item)

    def discard(self, item: Any) -> None:
        _taken_out(self, item)

    def pop(self) -> Any:
        """The oldest element. A dict finds its first key by looking over the places of all that were before it."""
        if not self.items:
            raise KeyError("pop from an empty set")
        item = next(iter(self.items))
        del self.items[item]
        self.taken += 1
        if self.taken > len(self.items) + 8:
            kept = dict(self.items)
            self.items.clear()
            self.items.update(kept)
            self.taken = 0
        return item

    def update(self, *others: Iterable[Any]) -> None:
        for other in others:
            _add_all(self.items, other)

    def intersection_update(self, *others: Iterable[Any]) -> None:
        kept: SetLike = self.intersection(*others)
        self._become(kept.items)

    def difference_update(self, *others: Iterable[Any]) -> None:
        for other in others:
            if other is self:
                self.items.clear()
            else:
                _remove_all(self.items, other)

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        self._become(_symmetric_difference(self, other).items)

    def _become(self, items: dict[Any, None]) -> None:
        items = dict(items)
        self.items.clear()
        self.items.update(items)

    def __ior__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self.items.update(other.items)
        return self

    def __iand__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self._become(_intersection(self, other).items)
        return self

    def __isub__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self._become(_difference(self, other).items)
        return self

    def __ixor__(self, other: Any) -> Any:
        if not isinstance(other, SetLike):
            return NotImplemented
        self._become(_symmetric_difference(self, other).items)
        return self


class OrderedFrozenSet(SetLike):
    """Python's `frozenset`."""

    __slots__ = ("hashed",)
    hashed: int | None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) > 1:
            frozenset(*args, **kwargs)
        if cls is OrderedFrozenSet and args and type(args[0]) is OrderedFrozenSet:
            return args[0]
        return _of(cls, _gathered(args[0], copied=True) if args else {})

    # A set hashes by the hashes of its elements, as the host's does. Never stored: those of texts differ by process.
    def __hash__(self) -> int:
        if self.hashed is None:
            self.hashed = hash(frozenset(self.items))
        return self.hashed

    def __repr__(self) -> str:
        return _shown(self)

    def copy(self) -> OrderedFrozenSet:
        return self if type(self) is OrderedFrozenSet else _of(OrderedFrozenSet, self.items)


def _of(kind: type[Any], items: dict[Any, None]) -> Any:
    """A set that has this very dict."""
    made = object.__new__(kind)
    made.items = items
    if issubclass(kind, OrderedSet):
        made.taken = 0
    else:
        made.hashed = None
    return made


def _plain(held: SetLike) -> type[SetLike]:
    """What an operation on a set gives: of a subclass, CPython makes no more than a set."""
    return OrderedSet if isinstance(held, OrderedSet) else OrderedFrozenSet


def empty(kind: type[Any]) -> Any:
    """A set that a restore fills."""
    return _of(kind, {})


def _items_of(value: Any) -> dict[Any, None] | None:
    """The elements of a set, ours or (at the edges) the host's."""
    if isinstance(value, SetLike):
        return value.items
    return dict.fromkeys(value) if isinstance(value, _HOST_SETS) else None


def _gathered(source: Iterable[Any], *, copied: bool = False) -> dict[Any, None]:
    """The elements of anything, once each."""
    if isinstance(source, SetLike):
        return dict(source.items) if copied else source.items
    return dict.fromkeys(source)


def _add_all(items: dict[Any, None], source: Iterable[Any]) -> None:
    if isinstance(source, SetLike):
        items.update(source.items)
        return
    for item in source:  # one by one: those before an unhashable one are in the set
        items[item] = None


def _remove_all(items: dict[Any, None], source: Iterable[Any]) -> None:
    for item in source.items if isinstance(source, SetLike) else source:
        _drop(items, item)


def _union(left: SetLike, *others: Iterable[Any]) -> Any:
    result = _of(_plain(left), dict(left.items))
    for other in others:
        if other is not left:
            _add_all(result.items, other)
    return result


def _difference(left: SetLike, other: SetLike) -> Any:
    return _of(_plain(left), {item: None for item in left.items if item not in other.items})


def _intersection(left: SetLike, other: Iterable[Any]) -> Any:
    """CPython takes the elements of the smaller set, and of the right one if it is no set."""
    mine = left.items
    if isinstance(other, SetLike) and len(other.items) > len(mine):
        return _of(_plain(left), {item: None for item in mine if item in other.items})
    found: dict[Any, Any] = {}
    for item in other.items if isinstance(other, SetLike) else other:
        if item in mine:
            found.setdefault(item, item)
    return _of(_plain(left), {found[item]: None for item in mine if item in found})


def _symmetric_difference(left: SetLike, other: Iterable[Any]) -> Any:
    theirs = _gathered(other)
    result: dict[Any, None] = {item: None for item in left.items if item not in theirs}
    result.update({item: None for item in theirs if item not in left.items})
    return _of(_plain(left), result)


def _drop(items: dict[Any, None], item: Any) -> bool:
    """Take an element out; whether it was there. An empty dict would not ask for the hash."""
    if not items:
        hash(item)
    return items.pop(item, False) is None


def _taken_out(held: OrderedSet, item: Any) -> bool:
    try:
        return _drop(held.items, item)
    except TypeError as unhashable:
        error = unhashable
    return held.items.pop(_as_key(item, error), False) is None


def _as_key(item: Any, error: TypeError) -> OrderedFrozenSet:
    """A set is looked for as the frozenset that equals it; whatever else has no hash is an error."""
    if not isinstance(item, OrderedSet):
        raise error
    found: OrderedFrozenSet = _of(OrderedFrozenSet, item.items)
    return found


_showing: set[int] = set()


def _shown(held: SetLike) -> str:
    if id(held) in _showing:  # it holds, by way of something else, itself
        return f"{type(held).__name__}(...)"
    _showing.add(id(held))
    try:
        shown = f"{{{repr(list(held.items))[1:-1]}}}" if held.items else ""
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
