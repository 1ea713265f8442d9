"""Large lists, dicts and sets in chunks, so that an append writes one chunk and not the list.

A list of more than 128 entries is a header page that names chunk pages, each a stretch of it; more than 128 chunks are
chunked in turn. Chunks may have any length up to 128 entries, so what is between two changes stays as it is: an append,
a `pop(0)` and an insertion in the middle all write a chunk or two. What is appended is in short chunks, eight of which
become one: so an append writes 8 entries on average, and every entry is written once more. Finding what has changed
compares pointers, O(n) of them for a list that was touched.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any

from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet, SetLike

from . import format as tag
from .format import ENTRIES_MAX, ENTRIES_PLAIN, Chunk

TAILS_MAX = 8  # short chunks at the end of a list, each an eighth of a full one
FAILURES_MAX = 1000  # of comparisons that a list may cost on top of one walk through it
# Those that are in chunks, and the tag of their header.
CHUNKED: dict[type, int] = {
    list: tag.CHUNKED_LIST,
    dict: tag.CHUNKED_DICT,
    OrderedSet: tag.CHUNKED_SET,
    OrderedFrozenSet: tag.CHUNKED_FROZENSET,
}

Levels = list[list[Chunk]]  # leaves first; the header names the last level


def rechunk(
    container: list[Any] | dict[Any, Any] | SetLike, levels: Levels, contents: Callable[[Any], list[Any]]
) -> list[Chunk]:
    """Bring `levels` up to date with the container. Returns the chunks that are new or have changed.

    No levels at all: the container is small enough to be in its page as it is. `contents` gives those of a dict or set.
    """
    if len(container) <= (ENTRIES_PLAIN if levels else ENTRIES_MAX):
        levels.clear()
        return []
    items: list[Any]
    if isinstance(container, dict):
        items, size = contents(container), 2 * ENTRIES_MAX
    elif isinstance(container, SetLike):
        items, size = contents(container), ENTRIES_MAX
    else:
        items, size = container, ENTRIES_MAX
    changed: list[Chunk] = []
    depth = 0
    while True:
        if depth == len(levels):
            levels.append([])
        levels[depth] = _cut(items, levels[depth], size, changed)
        if len(levels[depth]) <= ENTRIES_MAX:
            del levels[depth + 1 :]
            return changed
        items, size = list(levels[depth]), ENTRIES_MAX
        depth += 1


def _cut(items: list[Any], old: list[Chunk], size: int, changed: list[Chunk]) -> list[Chunk]:
    """The chunks of `items`: those that fit stay, the others are used again for what has come in their place."""
    first, start = 0, 0
    while first < len(old) and _same(old[first].items, items, start):
        start += len(old[first].items)
        first += 1
    last, end = len(old), len(items)
    while last > first and end - len(old[last - 1].items) >= start:
        before = end - len(old[last - 1].items)
        if not _same(old[last - 1].items, items, before):
            break
        end = before
        last -= 1
    cutting = _Cutting(items, size, old[:first], start, changed)
    cutting.match(old[first:last], end)
    cutting.close_gap(end)
    made = cutting.made + old[last:]
    if len(made) > 2 * (len(items) // size + 4):  # many small ones
        cutting = _Cutting(items, size, [], 0, changed)
        cutting.spare = old
        cutting.close_gap(len(items))
        made = cutting.made
    return made


class _Cutting:
    """Chunks made so far, and the gap behind them: items that no chunk has yet, and chunks that are free for them."""

    def __init__(self, items: list[Any], size: int, made: list[Chunk], start: int, changed: list[Chunk]) -> None:
        self.items = items
        self.size = size
        self.made = made
        self.start = start
        self.spare: list[Chunk] = []
        self.changed = changed

    def match(self, old: list[Chunk], end: int) -> None:
        """Keep those of the old chunks that are still somewhere before `end`, in their order."""
        if not old:
            return
        places: dict[int, int] = {}
        for place in range(len(old) - 1, -1, -1):
            places[id(old[place].items[0])] = place
        at, taken, failures = self.start, 0, 0
        while at < end and failures < FAILURES_MAX:
            place = places.get(id(self.items[at]), -1)
            if place < taken:
                at += 1
            elif at + len(old[place].items) <= end and _same(old[place].items, self.items, at):
                self.spare += old[taken:place]
                self.close_gap(at)
                self.made.append(old[place])
                at = self.start = at + len(old[place].items)
                taken = place + 1
            else:
                at += 1
                failures += 1
        self.spare += old[taken:]

    def close_gap(self, end: int) -> None:
        """Put the items up to `end` into chunks."""
        at_end = end == len(self.items)
        room = self.size // TAILS_MAX if at_end else self.size
        if end > self.start and self.made and len(self.made[-1].items) < room:
            self.spare.insert(0, self.made.pop())  # there is room in it: an append grows the last chunk
            self.start -= len(self.spare[0].items)
        spare = iter(self.spare)
        step = self._step(end)
        for begin in range(self.start, end, step):
            chunk = next(spare, None) or Chunk([])
            stretch = self.items[begin : min(begin + step, end)]
            if len(stretch) != len(chunk.items) or not _same(stretch, chunk.items, 0):
                chunk.items = stretch
                self.changed.append(chunk)
            self.made.append(chunk)
        self.start, self.spare = end, []
        if at_end:
            self._join_tails()

    def _join_tails(self) -> None:
        """An append writes a short chunk; as many of them as make a full one become that."""
        short = self.size // TAILS_MAX
        last = len(self.made) - (bool(self.made) and len(self.made[-1].items) < short)
        tails = self.made[max(last - TAILS_MAX, 0) : last]
        if len(tails) == TAILS_MAX and all(len(chunk.items) == short for chunk in tails):
            joined = tails[0]
            joined.items = [item for chunk in tails for item in chunk.items]
            self.made[last - TAILS_MAX : last] = [joined]
            left_out = {id(chunk) for chunk in tails}
            self.changed[:] = [*(chunk for chunk in self.changed if id(chunk) not in left_out), joined]

    def _step(self, end: int) -> int:
        """Full chunks at the end, where a list grows; in the middle equal ones, with room for what comes there next."""
        if end == len(self.items) or end - self.start <= self.size:
            return self.size
        count = -(-(end - self.start) // self.size)
        return -(-(end - self.start) // count) + 1 & ~1  # even: a key stays beside its value


def _same(stretch: list[Any], items: list[Any], start: int) -> bool:
    """Whether `items` have exactly these objects there."""
    end = start + len(stretch)
    return end <= len(items) and all(map(is_, stretch, items[start:end]))
