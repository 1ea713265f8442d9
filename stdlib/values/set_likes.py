"""What sets and frozensets share: their operations, on dicts without values.

Results are in the order of the left operand; which of two equal elements a result holds is as in CPython.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_HOST_SETS = (set, frozenset)


class SetLike:
    """What set and frozenset share."""

    # Classes of programs extend this, and have names of their own.
    __slots__ = ("__weakref__", "waymark_items")
    waymark_items: dict[Any, None]

    def __len__(self) -> int:
        return len(self.waymark_items)

    # For C code; a program's `iter()` gets a `SetIterator`, which can be stored.
    def __iter__(self) -> Iterator[Any]:
        return iter(self.waymark_items)

    def __contains__(self, item: Any) -> bool:
        try:
            return item in self.waymark_items
        except TypeError as unhashable:
            error = unhashable
        return as_key(item, error) in self.waymark_items

    def __eq__(self, other: object) -> bool:
        items = items_of(other)
        return NotImplemented if items is None else self.waymark_items.keys() == items.keys()

    def __ne__(self, other: object) -> bool:
        items = items_of(other)
        return NotImplemented if items is None else self.waymark_items.keys() != items.keys()

    def __le__(self, other: object) -> bool:
        items = items_of(other)
        return NotImplemented if items is None else self.waymark_items.keys() <= items.keys()

    def __lt__(self, other: object) -> bool:
        items = items_of(other)
        return NotImplemented if items is None else self.waymark_items.keys() < items.keys()

    def __ge__(self, other: object) -> bool:
        items = items_of(other)
        return NotImplemented if items is None else self.waymark_items.keys() >= items.keys()

    def __gt__(self, other: object) -> bool:
        items = items_of(other)
        return NotImplemented if items is None else self.waymark_items.keys() > items.keys()

    def __or__(self, other: Any) -> Any:
        return union(self, other) if isinstance(other, SetLike) else NotImplemented

    def __and__(self, other: Any) -> Any:
        return intersection(self, other) if isinstance(other, SetLike) else NotImplemented

    def __sub__(self, other: Any) -> Any:
        return difference(self, other) if isinstance(other, SetLike) else NotImplemented

    def __xor__(self, other: Any) -> Any:
        return symmetric_difference(self, other) if isinstance(other, SetLike) else NotImplemented

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        if isinstance(other, SetLike):
            small, large = sorted((self, other), key=lambda held: len(held.waymark_items))
            return not any(item in large.waymark_items for item in small.waymark_items)
        return not any(item in self.waymark_items for item in other)

    def issubset(self, other: Iterable[Any]) -> bool:
        return self.waymark_items.keys() <= gathered(other).keys()

    def issuperset(self, other: Iterable[Any]) -> bool:
        if isinstance(other, SetLike):
            return self.waymark_items.keys() >= other.waymark_items.keys()
        return all(item in self.waymark_items for item in other)

    def union(self, *others: Iterable[Any]) -> Any:
        return union(self, *others)

    def intersection(self, *others: Iterable[Any]) -> Any:
        result = of(plain_kind(self), dict(self.waymark_items)) if not others else self
        for other in others:
            result = intersection(result, other)
        return result

    def difference(self, *others: Iterable[Any]) -> Any:
        result = of(plain_kind(self), dict(self.waymark_items))
        for other in others:
            remove_all(result.waymark_items, other)
        return result

    def symmetric_difference(self, other: Iterable[Any]) -> Any:
        return symmetric_difference(self, other)


# The two kinds, and what a new one of each begins with: filled by `sets.py`.
KINDS: dict[type, tuple[str, Any]] = {}


def of(kind: type[Any], items: dict[Any, None]) -> Any:
    """A set that has this very dict."""
    made = object.__new__(kind)
    made.waymark_items = items
    slot, beginning = KINDS[kind if kind in KINDS else _base(kind)]
    setattr(made, slot, beginning)
    return made


def plain_kind(held: SetLike) -> type[SetLike]:
    """What an operation on a set gives: of a subclass, CPython makes no more than a set."""
    kind = type(held)
    return kind if kind in KINDS else _base(kind)


def _base(kind: type) -> type:
    return next(base for base in kind.__mro__ if base in KINDS)


def items_of(value: Any) -> dict[Any, None] | None:
    """The elements of a set, ours or (at the edges) the host's."""
    if isinstance(value, SetLike):
        return value.waymark_items
    return dict.fromkeys(value) if isinstance(value, _HOST_SETS) else None


def gathered(source: Iterable[Any], *, copied: bool = False) -> dict[Any, None]:
    """The elements of anything, once each."""
    if isinstance(source, SetLike):
        return dict(source.waymark_items) if copied else source.waymark_items
    return dict.fromkeys(source)


def add_all(items: dict[Any, None], source: Iterable[Any]) -> None:
    if isinstance(source, SetLike):
        items.update(source.waymark_items)
        return
    for item in source:  # one by one: those before an unhashable one are in the set
        items[item] = None


def remove_all(items: dict[Any, None], source: Iterable[Any]) -> None:
    for item in source.waymark_items if isinstance(source, SetLike) else source:
        drop(items, item)


def union(left: SetLike, *others: Iterable[Any]) -> Any:
    result = of(plain_kind(left), dict(left.waymark_items))
    for other in others:
        if other is not left:
            add_all(result.waymark_items, other)
    return result


def difference(left: SetLike, other: SetLike) -> Any:
    return of(plain_kind(left), {item: None for item in left.waymark_items if item not in other.waymark_items})


def intersection(left: SetLike, other: Iterable[Any]) -> Any:
    """CPython takes the elements of the smaller set, and of the right one if it is no set."""
    mine = left.waymark_items
    if isinstance(other, SetLike) and len(other.waymark_items) > len(mine):
        return of(plain_kind(left), {item: None for item in mine if item in other.waymark_items})
    found: dict[Any, Any] = {}
    for item in other.waymark_items if isinstance(other, SetLike) else other:
        if item in mine:
            found.setdefault(item, item)
    return of(plain_kind(left), {found[item]: None for item in mine if item in found})


def symmetric_difference(left: SetLike, other: Iterable[Any]) -> Any:
    theirs = gathered(other)
    result: dict[Any, None] = {item: None for item in left.waymark_items if item not in theirs}
    result.update({item: None for item in theirs if item not in left.waymark_items})
    return of(plain_kind(left), result)


def drop(items: dict[Any, None], item: Any) -> bool:
    """Take an element out; whether it was there. An empty dict would not ask for the hash."""
    if not items:
        hash(item)
    return items.pop(item, False) is None


def taken_out(held: SetLike, item: Any) -> bool:
    try:
        return drop(held.waymark_items, item)
    except TypeError as unhashable:
        error = unhashable
    return held.waymark_items.pop(as_key(item, error), False) is None


def as_key(item: Any, error: TypeError) -> SetLike:
    """A set is looked for as the frozenset that equals it; whatever else has no hash is an error."""
    if not isinstance(item, SetLike) or _base(type(item)).__hash__ is not None:
        raise error
    frozen = next(kind for kind in KINDS if kind.__hash__ is not None)
    found: SetLike = of(frozen, item.waymark_items)
    return found
