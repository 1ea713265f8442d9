"""Sets, views, lazy iterators, bytearrays and times come back as they were, at every position they can stand at."""

from __future__ import annotations

import operator
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.values.iterators import CallableIterator, Reversed, iterate
from waymark.stdlib.values.lazy import Enumerate, Filter, Map, Zip
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.views import DictItems, DictKeys, DictValues

from .test_values import come_back
from .world import World, registers, same

MAPPING = {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    "value",
    [
        *(OrderedSet(), OrderedSet([3, 1, 2]), OrderedSet(["a", (1, "b"), None, 2.5]), OrderedSet(range(1000))),
        *(OrderedFrozenSet(), OrderedFrozenSet("ba"), OrderedFrozenSet(map(str, range(1000)))),
        OrderedSet([OrderedFrozenSet([OrderedFrozenSet([1, "x"]), (OrderedFrozenSet("y"),)])]),
        {OrderedFrozenSet([1, "x"]): "deep", (OrderedFrozenSet(),): 2},
        *(DictKeys({"a": [1]}), DictValues({"a": [1]}), DictItems({"a": [1]})),
        *(bytearray(), bytearray(b"abc"), bytearray(range(256)) * 100),
        *(datetime(2026, 1, 2, 3, 4, 5, 6), datetime(2026, 1, 2, tzinfo=UTC, fold=1), date(2026, 1, 2)),
        *(time(1, 2, 3, 4), time(1, tzinfo=timezone(timedelta(hours=-5, seconds=1), "EST"))),
        *(timedelta(-1, 5, 7), timezone(timedelta(minutes=30)), UTC, uuid.UUID(int=5), object()),
        *(
            str.upper,
            NATIVES["dict.fromkeys/1"].call,
            OrderedSet.add,
            type(iterate({})),
            type(DictKeys({})),
            type(iter([])),
        ),
    ],
    ids=lambda value: f"{type(value).__name__}-{ascii(value)[:30]}",
)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    first, held, again, *_ = come_back(value, [value], value)
    assert first is held[0] and first is again and type(first) is type(value)
    if type(value) is not object:
        assert first == value or isinstance(value, DictValues)


SOURCES: dict[str, Callable[[], Any]] = {
    "keys": lambda: iterate(dict(MAPPING)),
    "values": lambda: iterate(DictValues(dict(MAPPING))),
    "items": lambda: iterate(DictItems(dict(MAPPING))),
    "keys backwards": lambda: Reversed(dict(MAPPING)),
    "values backwards": lambda: Reversed(DictValues(dict(MAPPING))),
    "items backwards": lambda: Reversed(DictItems(dict(MAPPING))),
    "set": lambda: iterate(OrderedSet("abc")),
    "frozenset": lambda: iterate(OrderedFrozenSet("abc")),
    "bytearray": lambda: iter(bytearray(b"abc")),
    "list backwards": lambda: Reversed([1, 2, 3]),
    "tuple backwards": lambda: Reversed((1, 2, 3)),
    "str backwards": lambda: Reversed("abc"),
    "range backwards": lambda: Reversed(range(3)),
    "enumerate": lambda: Enumerate("abc", 7),
    "map": lambda: Map(operator.add, [1, 2, 3], [4, 5, 6]),
    "filter": lambda: Filter(None, [1, 0, 2, 3, 0]),
    "zip": lambda: Zip([1, 2, 3], dict(MAPPING), Enumerate("xyz"), strict=True),
    "zip of nothing": lambda: Zip(),
    "until": lambda: CallableIterator(int, 0),
}


@pytest.mark.parametrize("taken", range(5))
@pytest.mark.parametrize("name", SOURCES)
def test_an_iterator_goes_on_where_it_was(name: str, taken: int) -> None:
    whole = list(SOURCES[name]())
    iterator = SOURCES[name]()
    for _ in range(taken):
        next(iterator, None)
    again, held, *_ = come_back(iterator, [iterator])
    assert held[0] is again and type(again) is type(iterator)
    assert operator.length_hint(again) == operator.length_hint(iterator)
    assert list(again) == whole[taken:] and list(again) == []


def test_two_iterators_share_their_source() -> None:
    source = iter([1, 2, 3, 4, 5, 6])
    pairs = Zip(source, source)
    next(pairs)
    again, held, *_ = come_back(pairs, source)
    assert next(held) == 3 and next(again) == (4, 5)


def test_a_dict_that_has_changed_is_found_out_behind_a_restore() -> None:
    mapping = dict(MAPPING)
    walk = iterate(mapping)
    next(walk)
    mapping["d"] = 4
    again, held, *_ = come_back(walk, mapping)
    for _ in range(2):  # and for good
        with pytest.raises(RuntimeError, match=r"^dictionary changed size during iteration$"):
            next(again)
        held.pop("d", None)
    fresh, restored, *_ = come_back(iterate(mapping), mapping)
    next(fresh)
    assert next(fresh) == "b" and restored == mapping


def test_a_dict_whose_size_was_put_right_is_iterated_further() -> None:
    mapping = dict(MAPPING)
    walk = iterate(mapping)
    next(walk)
    mapping["d"] = 4
    again, held, *_ = come_back(walk, mapping)
    del held["d"]
    assert list(again) == ["b", "c"]


def test_keys_that_were_exchanged_are_found_out_behind_a_restore() -> None:
    mapping = dict(MAPPING)
    walk = iterate(mapping)
    next(walk)
    del mapping["a"]
    mapping["d"] = 4
    again, *_ = come_back(walk, mapping)
    assert [next(again), next(again)] == ["b", "c"]
    with pytest.raises(RuntimeError, match=r"^dictionary keys changed during iteration$"):
        next(again)


def test_an_iterator_follows_what_is_done_to_its_dict_later() -> None:
    world = World()
    mapping = dict(MAPPING)
    walk = iterate(mapping)
    next(walk)
    next(walk)
    task = world.task(walk, mapping)
    for number in range(60):
        world.task(number, "x" * 60)
    world.commit()
    del mapping["a"]
    mapping["d"] = 4
    world.tracker.touch(mapping)
    world.commit()
    same(world.state, world.restored().state)
    again = World()
    again.root, again.rows = world.root, world.rows
    assert next(registers(world.restored().state.tasks[task.number])[0]) == "c"


def test_an_element_added_to_a_large_set_writes_a_chunk_and_the_header() -> None:
    world = World()
    held = OrderedSet(range(10_000))
    world.task(held)
    world.commit()
    held.add("new")
    world.tracker.touch(held)
    put = world.commit().put
    assert sum(map(len, put.values())) < 2_000
    same(world.state, world.restored().state)


def test_stepping_a_lazy_iterator_writes_what_it_reads_from() -> None:
    world = World()
    source = iter([1, 2, 3, 4])
    other = world.task(source)
    world.task(Map(str, Zip(source)))
    for number in range(60):
        world.task(number, "x" * 60)
    world.commit()
    lazy = registers(world.state.tasks[2])[0]
    assert next(lazy) == "(1,)"
    world.tracker.touch(lazy)
    world.commit()
    assert next(registers(world.restored().state.tasks[other.number])[0]) == 2
