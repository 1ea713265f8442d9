"""Large lists and dicts in chunks, so that an append writes one chunk and not the list.

A list of more than 128 entries is a header page that names chunk pages, each a stretch of it; more than 128 chunks are
chunked in turn. Chunks may have any length up to 128 entries, so what comes before and behind a change stays as it is:
an append, a `pop(0)` and an insertion in the middle all write a chunk or two. Finding them compares pointers, O(n) of
them for a list that was touched.
"""

from __future__ import annotations

from itertools import islice
from operator import is_
from typing import Any

from .format import ENTRIES_MAX, ENTRIES_PLAIN, Chunk

Levels = list[list[Chunk]]  # leaves first; the header names the last level


def rechunk(container: list[Any] | dict[Any, Any], levels: Levels) -> list[Chunk]:
    """Bring `levels` up to date with the container. Returns the chunks that are new or have changed.

    No levels at all: the container is small enough to be in its page as it is.
    """
    if len(container) <= (ENTRIES_PLAIN if levels else ENTRIES_MAX):
        levels.clear()
        return []
    if type(container) is dict:
        items, size = [part for pair in container.items() for part in pair], 2 * ENTRIES_MAX
    else:
        items, size = container, ENTRIES_MAX  # type: ignore[assignment]
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
    if end > start and first and len(old[first - 1].items) < size:
        first -= 1  # there is room behind it: an append grows it
        start -= len(old[first].items)
    spare = old[first:last]
    if sum(len(chunk.items) for chunk in spare) == end - start:
        _replace(spare, items, start, changed)
        return old
    if len(old) - len(spare) > 2 * (len(items) // size + 4):  # many small ones: cut everything anew
        first, start, last, end, spare = 0, 0, len(old), len(items), old
    cuts = range(start, end, size)
    made = spare[: len(cuts)] + [Chunk([]) for _ in range(len(cuts) - len(spare))]
    for chunk, begin in zip(made, cuts, strict=True):
        _set(chunk, items[begin : min(begin + size, end)], changed)
    return old[:first] + made + old[last:]


def _replace(chunks: list[Chunk], items: list[Any], start: int, changed: list[Chunk]) -> None:
    """The same lengths with other items, somewhere."""
    for chunk in chunks:
        end = start + len(chunk.items)
        if not _same(chunk.items, items, start):
            _set(chunk, items[start:end], changed)
        start = end


def _set(chunk: Chunk, items: list[Any], changed: list[Chunk]) -> None:
    chunk.items = items
    changed.append(chunk)


def _same(stretch: list[Any], items: list[Any], start: int) -> bool:
    """Whether `items` have exactly these objects there."""
    return start + len(stretch) <= len(items) and all(
        map(
            is_,
            stretch,
            islice(items, start, start + len(stretch)) if start == 0 else items[start : start + len(stretch)],
        )
    )
