"""Large instances of classes that extend list, dict or set: what they hold is stored as a dict or list, in chunks.

    counts = Counter(...)      the node of the instance names a dict of its own; both hold the same entries
    rows = Rows(...)           ... a list of its own, with the same items
    seen = Seen(...)           ... a list of its elements; of keys and values, if a hash of a dict's is the program's

That shadow is no value of the program. It is brought up to date when the instance was touched, before pages are walked,
so only the chunks that differ are written. A second dict cannot stand in where a hash is the program's: the way into it
could ask the program whether two keys are equal. A list of them asks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Any

from waymark.stdlib.values.sets import SetLike

from ..values.contents import KEYED
from .format import ENTRIES_MAX, ENTRIES_PLAIN
from .hashes import PLAIN_KEYS

Shadow = dict[Any, Any] | list[Any]
SHADOWING = frozenset((list, *KEYED))  # what the classes extend


class Shadows:
    """Of one run."""

    def __init__(self) -> None:
        # What an instance of a class that extends dict or a set holds, as it is written: see `Forms`.
        self.contents: Callable[[Any], list[Any]] = list
        self._held: dict[int, tuple[Any, Shadow]] = {}  # by the id of the instance, which this keeps
        self._stale: set[int] = set()

    def of(self, value: Any) -> Shadow | None:
        """The shadow of an instance; None if it has none: what it holds is in its own page."""
        found = self._held.get(id(value))
        if _size(value) <= (ENTRIES_MAX if found is None else ENTRIES_PLAIN):
            self._held.pop(id(value), None)
            return None
        if found is None or type(found[1]) is not _kind(value):
            found = self._held[id(value)] = value, self._made(value)
        return found[1]

    def _made(self, value: Any) -> Shadow:
        if issubclass(type(value), list):
            return list.copy(value)
        return dict(dict.items(value)) if _kind(value) is dict else self.contents(value)

    def adopt(self, value: Any, shadow: Shadow) -> None:
        """Both have been restored."""
        self._held[id(value)] = value, shadow

    def touch(self, value: Any) -> None:
        """The instance may have changed."""
        if id(value) in self._held:
            self._stale.add(id(value))

    def touch_all(self) -> None:
        self._stale.update(self._held)

    def refresh(self) -> Iterator[Shadow]:
        """Bring those up to date whose instances were touched."""
        stale, self._stale = self._stale, set()
        for place in sorted(stale & self._held.keys()):
            value, before = self._held[place]
            shadow = self.of(value)
            if shadow is not None and shadow is before:
                made = self._made(value)
                shadow.clear()
                if isinstance(shadow, list):
                    shadow += made
                else:
                    shadow.update(made)
                yield shadow

    def keep(self, alive: Container[int]) -> None:
        """Forget those of instances that no page has."""
        for place in [place for place in self._held if place not in alive]:
            del self._held[place]


def _size(value: Any) -> int:
    if isinstance(value, SetLike):
        return len(value.waymark_items)
    return list.__len__(value) if issubclass(type(value), list) else dict.__len__(value)


def _kind(value: Any) -> type:
    """Of its shadow."""
    if not issubclass(type(value), dict):
        return list
    return dict if PLAIN_KEYS.issuperset(map(type, dict.__iter__(value))) else list
