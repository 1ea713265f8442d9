"""The small machines under the snapshots, each against a slow and obvious one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from waymark.vm.snapshot.chunks import Levels, rechunk
from waymark.vm.snapshot.dominators import immediate_dominators
from waymark.vm.snapshot.format import ENTRIES_MAX, Chunk
from waymark.vm.snapshot.pageset import PageSet, page_set


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    count = draw(st.integers(1, 12))
    return draw(st.lists(st.lists(st.integers(0, count - 1), max_size=4), min_size=count, max_size=count))


def reached(graph: list[list[int]], without: int = -1) -> set[int]:
    """What node 0 leads to, if one node is taken out."""
    if without == 0:
        return set()
    seen, pending = {0}, [0]
    while pending:
        for target in graph[pending.pop()]:
            if target not in seen and target != without:
                seen.add(target)
                pending.append(target)
    return seen


@given(graphs())
def test_a_dominator_is_what_every_way_leads_through(graph: list[list[int]]) -> None:
    there = reached(graph)
    strict = {node: {other for other in there if node not in reached(graph, other)} - {node} for node in there}
    found = immediate_dominators(graph)
    for node in range(len(graph)):
        if node not in there:
            assert found[node] == -1
        elif node == 0:
            assert found[0] == 0
        else:
            assert found[node] in strict[node]
            assert strict[node] - {found[node]} <= strict[found[node]]


@given(st.sets(st.integers(0, 2000) | st.integers(0, 1 << 40)), st.lists(st.integers(0, 2000)))
def test_a_set_of_pages_is_what_its_bytes_say(numbers: set[int], flips: list[int]) -> None:
    pages = PageSet(numbers)
    for number in flips:
        if number in pages:
            pages.discard(number)
            numbers.discard(number)
        else:
            pages.add(number)
            numbers.add(number)
        assert list(page_set(pages.to_bytes())) == sorted(numbers)
    assert list(pages) == list(page_set(pages.to_bytes())) == sorted(numbers)
    assert len(pages) == len(page_set(pages.to_bytes())) == len(numbers)


@given(st.binary(max_size=40))
def test_bytes_of_no_set_are_a_value_error(data: bytes) -> None:
    try:
        found = page_set(data)
    except ValueError:
        return
    assert found.to_bytes() == data or list(page_set(found.to_bytes())) == list(found)


def flat(levels: Levels, container: Any) -> list[Any]:
    items = levels[-1] if levels else container
    for _ in levels:
        items = [item for chunk in items for item in chunk.items]
    return list(items)


@given(
    st.integers(0, 1500),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1 << 16), st.integers(1, 300)), max_size=12),
    st.booleans(),
)
def test_chunks_are_the_list_after_every_change(count: int, changes: list[tuple[int, int, int]], small: bool) -> None:
    items: list[Any] = [number % 3 if small else [number] for number in range(count)]
    levels: Levels = []
    rechunk(items, levels, list)
    for kind, at, length in changes:
        before = {id(chunk): list(chunk.items) for level in levels for chunk in level}
        place = at % (len(items) + 1)
        if kind == 0:
            items[place:place] = [[at] for _ in range(length)]
        elif kind == 1:
            del items[place : place + length]
        elif kind == 2:
            items.append(at)
        else:
            items[place : place + 1] = [at]
        changed = rechunk(items, levels, list)
        assert all(a is b for a, b in zip(flat(levels, items), items, strict=True))
        for level in levels:
            for chunk in level:
                assert 0 < len(chunk.items) <= ENTRIES_MAX
                if chunk not in changed:
                    assert all(a is b for a, b in zip(before[id(chunk)], chunk.items, strict=True))
        assert (len(items) > ENTRIES_MAX) <= bool(levels)


def pairs(mapping: dict[Any, Any]) -> list[Any]:
    return [part for pair in mapping.items() for part in pair]


@given(st.integers(100, 600), st.lists(st.tuples(st.booleans(), st.integers(0, 700)), max_size=12))
def test_chunks_of_a_dict_keep_keys_beside_their_values(count: int, changes: list[tuple[bool, int]]) -> None:
    mapping: dict[int, Any] = {number: [number] for number in range(count)}
    levels: Levels = []
    rechunk(mapping, levels, pairs)
    for remove, key in changes:
        if remove:
            mapping.pop(key, None)
        else:
            mapping[key] = [key]
        rechunk(mapping, levels, pairs)
        if levels:
            items = flat(levels, None)
            assert items[::2] == list(mapping) and items[1::2] == list(mapping.values())
            assert all(type(chunk) is Chunk and len(chunk.items) % 2 == 0 for chunk in levels[0])
