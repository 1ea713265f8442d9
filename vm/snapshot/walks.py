"""Iterators over dicts and sets: where one stands depends on what is put into the dict and taken out of it.

So touching a dict touches the iterators that go through it. Those that are part of the state are noted here, by what
they go through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakSet

from ..values.iterators import Walk


class Walks:
    """The iterators over dicts and sets that a snapshot has met."""

    def __init__(self) -> None:
        self.of_sources: dict[int, WeakSet[Walk]] = {}  # by the id of what they go through
        self._limit = 64  # with so many entries, those of iterators that are gone are looked for

    def note(self, walk: Walk) -> None:
        if walk.source is None:
            return
        self.of_sources.setdefault(id(walk.source), WeakSet()).add(walk)
        if len(self.of_sources) > self._limit:
            self.of_sources = {key: walks for key, walks in self.of_sources.items() if walks}
            self._limit = 2 * len(self.of_sources) + 64

    def over(self, value: Any) -> Iterable[Walk]:
        return self.of_sources.get(id(value), ())
