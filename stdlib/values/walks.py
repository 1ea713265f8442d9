"""Iterators over dicts, views and sets: CPython's own lose what they iterate over when they are pickled.

Each holds the host's iterator, so that what a program sees while it changes the dict is CPython's doing, and beside it
what a restore needs: the number of entries behind it, the size that the dict must have, how many items are to come.
"""

from __future__ import annotations

from typing import Any

from .sets import OrderedSet
from .standing import ORDERED, stands_for

_END: Any = object()


class Walk:
    """Goes through the entries of a dict. Subclasses say what of an entry, and in which direction."""

    __slots__ = ("__weakref__", "host", "left", "passed", "size", "source")

    def __init__(self, source: Any) -> None:
        self.source: Any = source  # None: exhausted
        self.size = self._count()  # -1: it was found to have changed, which it does not recover from
        self.left = self.size
        self.host: Any = self._begin(source)
        self.passed = 0  # while there is no host's iterator: where it begins

    # A subclass of dict may have other ideas of its length and its keys; it is the dict itself that counts.
    def _count(self) -> int:
        return dict.__len__(self.source)

    def _keys(self) -> Any:
        return dict.__iter__(self.source)

    @staticmethod
    def _begin(source: Any) -> Any:
        raise AssertionError("a subclass says where it begins")

    def _too_many(self) -> None:
        """There is another item, but no more should be: one was taken out and another one put in."""
        raise RuntimeError("dictionary keys changed during iteration")

    def _changed(self) -> RuntimeError:
        if hasattr(type(self.source), ORDERED):
            return RuntimeError("OrderedDict mutated during iteration")
        return RuntimeError("dictionary changed size during iteration")

    def __iter__(self) -> Walk:
        return self

    def __next__(self) -> Any:
        source = self.source
        if source is None:
            raise StopIteration
        if self._count() != self.size:
            self.size = -1
            raise self._changed()
        try:
            item = next(self.host or self._resumed(), _END)
        except RuntimeError:  # as below, found out by the host
            self.source = self.host = None
            raise
        if item is _END:
            self.source = self.host = None
            raise StopIteration
        if self.left <= 0:
            self.source = self.host = None
            self._too_many()
        self.left -= 1
        return item

    def __length_hint__(self) -> int:
        return self.left if self.source is not None and self._count() == self.size else 0

    def position(self) -> int:
        """How many of the entries that there are now are behind it."""
        if self.source is None or self.host is None:
            return self.passed
        if self._count() != self.size:
            return max(0, min(self._count(), self.size - self.left))
        try:
            rest: Any = self.host.__reduce__()[1][0]
        except RuntimeError:  # it has more entries before it than items to give: keys were exchanged
            return self._found()
        return self._count() - len(rest)

    def _found(self) -> int:
        """Where it is, by what comes next; and another host's iterator there."""
        if self.left <= 0:
            return self._count() - 1
        key = self._key(next(self.host))
        self.passed = next(place for place, each in enumerate(self._keys()) if each is key)
        found = self.passed
        self._resumed()
        return found

    @staticmethod
    def _key(entry: Any) -> Any:
        return entry

    def resume(self) -> None:
        """Take its place in a source that has just been restored."""
        if self.source is not None and self._count() == self.size:
            self._resumed()

    def _resumed(self) -> Any:
        found = self._begin(self.source)
        for _ in range(self.passed):
            next(found, None)
        self.host = found
        self.passed = 0
        return found


class KeyWalk(Walk):
    __slots__ = ()

    @staticmethod
    def _begin(source: dict[Any, Any]) -> Any:
        return dict.__iter__(source)


class ValueWalk(Walk):
    __slots__ = ()

    @staticmethod
    def _begin(source: dict[Any, Any]) -> Any:
        return iter(dict.items(source))

    @staticmethod
    def _key(entry: Any) -> Any:
        return entry[0]

    def __next__(self) -> Any:
        return super().__next__()[1]


class ItemWalk(Walk):
    __slots__ = ()

    @staticmethod
    def _begin(source: dict[Any, Any]) -> Any:
        return iter(dict.items(source))

    @staticmethod
    def _key(entry: Any) -> Any:
        return entry[0]


class _ReverseWalk(Walk):
    """CPython does not count the items of these: they end where the entries begin."""

    __slots__ = ()

    def _too_many(self) -> None:
        raise StopIteration


class ReverseKeyWalk(_ReverseWalk):
    __slots__ = ()

    @staticmethod
    def _begin(source: dict[Any, Any]) -> Any:
        return dict.__reversed__(source)


class ReverseValueWalk(_ReverseWalk):
    __slots__ = ()

    @staticmethod
    def _begin(source: dict[Any, Any]) -> Any:
        return reversed(dict.values(source))


class ReverseItemWalk(_ReverseWalk):
    __slots__ = ()

    @staticmethod
    def _begin(source: dict[Any, Any]) -> Any:
        return reversed(dict.items(source))


class SetWalk(Walk):
    """`iter()` of a set. What is put in for something that was taken out may be met, as in CPython; it always ends."""

    __slots__ = ()

    def _count(self) -> int:
        return len(self.source.waymark_items)

    def _keys(self) -> Any:
        return iter(self.source.waymark_items)

    @staticmethod
    def _begin(source: OrderedSet) -> Any:
        return iter(source.waymark_items)

    def _too_many(self) -> None:
        raise StopIteration

    def _changed(self) -> RuntimeError:
        return RuntimeError("Set changed size during iteration")


_EMPTY: dict[Any, Any] = {}
for _host, _made in (
    (iter(_EMPTY), KeyWalk),
    (iter(_EMPTY.values()), ValueWalk),
    (iter(_EMPTY.items()), ItemWalk),
    (reversed(_EMPTY), ReverseKeyWalk),
    (reversed(_EMPTY.values()), ReverseValueWalk),
    (reversed(_EMPTY.items()), ReverseItemWalk),
    (iter(set()), SetWalk),
):
    stands_for(type(_host), _made)
