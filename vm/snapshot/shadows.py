"""Large instances of classes that extend dict: their entries are stored as those of a plain dict, which is in chunks.

    counts = Counter(...)      the node of the instance names a dict of its own; both hold the same entries

That dict, the shadow, is no value of the program. It is brought up to date when the instance was touched, before pages
are walked, so only the chunks that differ are written. Keys whose hash is the program's stay with the instance, whose
page is then written whole: the way into a second dict could ask the program whether two of them are equal.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from .format import ENTRIES_MAX, ENTRIES_PLAIN
from .hashes import PLAIN_KEYS


class Shadows:
    """Of one run."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Any, dict[Any, Any]]] = {}  # by the id of the instance, which this keeps
        self._stale: set[int] = set()

    def of(self, value: dict[Any, Any]) -> dict[Any, Any] | None:
        """The shadow of an instance; None if it has none: its entries are in its own page."""
        found = self._held.get(id(value))
        least = ENTRIES_MAX if found is None else ENTRIES_PLAIN
        if dict.__len__(value) <= least or not PLAIN_KEYS.issuperset(map(type, dict.__iter__(value))):
            self._held.pop(id(value), None)
            return None
        if found is None:
            found = self._held[id(value)] = value, dict(dict.items(value))
        return found[1]

    def adopt(self, value: Any, shadow: dict[Any, Any]) -> None:
        """Both have been restored."""
        self._held[id(value)] = value, shadow

    def touch(self, value: Any) -> None:
        """The instance may have changed."""
        if id(value) in self._held:
            self._stale.add(id(value))

    def touch_all(self) -> None:
        self._stale.update(self._held)

    def refresh(self) -> Iterator[dict[Any, Any]]:
        """Bring those up to date whose instances were touched."""
        stale, self._stale = self._stale, set()
        for place in sorted(stale & self._held.keys()):
            value, _ = self._held[place]
            shadow = self.of(value)
            if shadow is not None:
                shadow.clear()
                shadow.update(dict.items(value))
                yield shadow

    def keep(self, alive: Container[int]) -> None:
        """Forget those of instances that no page has."""
        for place in [place for place in self._held if place not in alive]:
            del self._held[place]
