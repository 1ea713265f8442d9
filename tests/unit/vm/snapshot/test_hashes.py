"""Keys whose hash is the program's: it is asked for by nobody but the program, and kept as it was then."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from differential import assert_same, script

from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.vm.snapshot import BadSnapshot, Unsnapshotable, restore
from waymark.vm.snapshot import format as tag
from waymark.vm.snapshot.hashes import instead, stored_hashes
from waymark.vm.values.classes import make_class

from .test_hostile import no_page, with_register
from .world import HASH, World, registers, same, statics


class _Hashed:
    def __init__(self, said: int) -> None:
        self.said = said

    def __hash__(self) -> int:
        return self.said


def test_a_dict_gives_away_the_hashes_that_it_was_given() -> None:
    random = Random(5)
    edges = (0, 1, -2, 2**61 - 1, 2**61, 2**62, 2**63 - 1, -(2**63))
    for count in (0, 1, 2, 3, 7, 8, 200):
        keys = [_Hashed(random.getrandbits(64) - 2**63) for _ in range(count)] + [_Hashed(each) for each in edges]
        said = {id(key): [hash(key)] for key in keys}
        entries = dict.fromkeys(keys)
        for key in keys:
            key.said = 1
        assert stored_hashes(entries) == said


KEYS = """
    class Key:
        def __init__(self, number):
            self.number = number
        def __hash__(self):
            print('hash of', self.number)
            if self.number < 0:
                raise ValueError('no hash')
            return self.number
        def __eq__(self, other):
            print('eq of', self.number)
            return self is other
"""


def test_a_pause_asks_no_program_for_a_hash() -> None:
    assert_same(
        script(
            """
            key = Key(1)
            held = {key: 'a', (key, 'x'): 'b', 'plain': 'c', frozenset([Key(7)]): 'd'}
            tags = {key, (1, (key,))}
            await act()
            print(held[key], held[key, 'x'], key in tags, (1, (key,)) in tags)
            return list(held.values())
            """,
            above=KEYS,
        )
    )


def test_a_key_whose_hash_has_changed_or_raises_is_kept() -> None:
    assert_same(
        script(
            """
            key, other = Key(1), Key(2)
            held = {key: 'a', other: 'b', (other, key): 'c'}
            key.number = 1000004
            print(key in held)
            await act()
            print(key in held, [value for value in held.values()])
            key.number = -5
            await act()
            print(len(held), list(held.values()))
            try:
                held[key]
            except ValueError as error:
                print(error)
            await act()
            key.number = 1
            print(held[key], held[other, key])
            await act()
            del held[key]
            return len(held)
            """,
            above=KEYS,
        )
    )


def test_a_large_dict_and_a_large_set_of_such_keys_come_back() -> None:
    assert_same(
        script(
            """
            class Key:
                def __init__(self, number):
                    self.number = number
                def __hash__(self):
                    return self.number * 7
            keys = [Key(number) for number in range(300)]
            held = {key: key.number for key in keys}
            tags = set(keys)
            for key in keys[::3]:
                key.number += 1
            await act()
            print(sum(key in held for key in keys[1::3]), sum(key in tags for key in keys[2::3]))
            for key in keys[::3]:
                key.number -= 1
            await act()
            return sum(held[key] for key in keys) + len(tags & set(keys))
            """
        ),
        ticks=((1000,),),
    )


def test_a_change_of_one_entry_writes_one_chunk_of_such_keys() -> None:
    world = World()
    kind = make_class("Key", (), {"__module__": "shop", "__hash__": world.static()})
    keys = [object.__new__(kind) for _ in range(1000)]
    numbers = _Numbers()
    with instead(numbers):
        held: dict[Any, Any] = {key: [number] for number, key in enumerate(keys)}
    world.task(held)
    world.commit()
    with instead(numbers):
        held[keys[500]] = "changed"
    world.tracker.touch(held)
    assert len(world.commit().put) == 1
    again = world.restored()
    same(world.state, again.state)
    entries = registers(again.state.tasks[1])[0]
    with instead(_Numbers()):
        entries[next(iter(entries))] = "also"
    again.tracker.touch(entries)
    assert len(again.commit().put) == 1


class _Numbers:
    """Runs nothing: an instance says how many were asked before it."""

    def __init__(self) -> None:
        self.asked = 0
        self.said: dict[int, int] = {}

    def call_nested(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.asked += 1
        return self.said.setdefault(id(args[0]), self.asked)

    def next_nested(self, generator: Any) -> Any:
        raise AssertionError("no generator is asked for an item")


def test_elements_of_sets_keep_their_hashes_too() -> None:
    world = World()
    kind = make_class("Key", (), {"__module__": "shop", "__hash__": world.static()})
    keys = [object.__new__(kind) for _ in range(4)]
    numbers = _Numbers()
    with instead(numbers):
        held = [OrderedSet(keys), OrderedFrozenSet(keys[:2]), {OrderedFrozenSet(keys[:2]): 1}]
    world.task(held)
    world.commit()
    assert numbers.asked == 8, "nobody asks again"
    again = world.restored()
    same(world.state, again.state)
    found = registers(again.state.tasks[1])[0]
    assert sorted(stored_hashes(found[0].waymark_items).values()) == [[1], [2], [3], [4]]
    assert hash(found[1]) == hash(held[1])


def test_a_tuple_with_an_instance_that_was_never_asked_is_refused() -> None:
    world = World()
    kind = make_class("Key", (), {"__module__": "shop", "__hash__": world.static()})
    with instead(_Numbers()):
        world.task({(object.__new__(kind), 1): "a"})
    with pytest.raises(Unsnapshotable, match="order, a key: a key holds an instance of the program whose hash nobody"):
        world.tracker.delta(world.state)


def test_keys_without_the_hashes_that_they_need_are_refused() -> None:
    instance = [[tag.INSTANCE, [3]], [tag.CLASS, "Key", "Key", "shop", None, None, 0, "__hash__", [4]]]
    function = [[tag.FUNCTION, [5], 2], [tag.UNIT, HASH]]
    right = [[tag.DICT, [1], 1], [tag.KEY, [2], 77], *instance, *function]
    state, _ = restore(statics(), with_register(*right), no_page)
    assert list(stored_hashes(registers(state.tasks[1])[0]).values()) == [[77]]
    wrong = [[[tag.DICT, [2], 1], [tag.KEY, [2], 77]], [[tag.DICT, [1], 1], [tag.KEY, [2]]]]
    for first in wrong:
        with pytest.raises(BadSnapshot):
            restore(statics(), with_register(*first, *instance, *function), no_page)
