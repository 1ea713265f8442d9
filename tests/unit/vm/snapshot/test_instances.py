"""Instances with slots, with the contents of a builtin type, or with a `__dict__` that is a value, come back whole."""

from __future__ import annotations

import math
import threading
from typing import Any

import pytest

from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.vm.snapshot import BadSnapshot, Unsnapshotable, restore
from waymark.vm.snapshot import format as tag
from waymark.vm.values.classes import make_class

from .test_hostile import no_page, with_register
from .world import World, registers, statics


def come_back(*values: Any) -> list[Any]:
    world = World()
    task = world.task(*values)
    world.commit()
    return registers(world.restored().state.tasks[task.number])[: len(values)]


def kind(name: str, *bases: type, **namespace: Any) -> Any:
    return make_class(name, bases, {"__module__": "shop", **namespace})


def test_slots_come_back_those_of_bases_among_them_and_empty_ones_stay_empty() -> None:
    point = kind("Point", __slots__=("x", "__hidden"))
    deep = kind("Deep", point, __slots__=("z", "none"))
    made = deep()
    made.x, made.z, made._Point__hidden = 1, made, [2]
    again, shared = come_back(made, made._Point__hidden)
    assert (again.x, again.z is again, again._Point__hidden is shared, hasattr(again, "none")) == (1, True, True, False)
    assert not hasattr(again, "__dict__") and type(again).__slots__ == ("z", "none")


@pytest.mark.parametrize(
    ("base", "contents"),
    [
        (int, 1 << 80),
        (float, -0.0),
        (float, math.nan),
        (complex, complex(1, -0.0)),
        (str, "x" * 9000 + "\ud800"),
        (bytes, b"y" * 9000),
        (bytearray, b"z" * 9000),
        (list, [1, [2]]),
        (tuple, (1, [2])),
        (dict, {1: [2], "a": 3}),
        (OrderedSet, [1, "a"]),
        (OrderedFrozenSet, [1, "a"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_contents_come_back(base: type, contents: Any) -> None:
    made = kind("Mine", base)(contents)
    made.extra = [made]
    (again,) = come_back(made)
    assert repr(again) == repr(made) and isinstance(again, base) and type(again).__name__ == "Mine"
    assert again.extra[0] is again


def test_a_tuple_that_leads_to_itself_comes_back() -> None:
    items: list[Any] = []
    made = kind("Pair", tuple)((1, items))
    items.append(made)
    (again,) = come_back(made)
    assert again[1][0] is again


def test_a_dict_that_is_a_value_stays_the_one_of_its_instance() -> None:
    made = kind("Open")()
    made.x = 1
    again, held = come_back(made, made.__dict__)
    held["y"] = 2
    assert again.y == 2 and again.__dict__ is held
    lone = kind("Open")()
    lone.x = 1
    assert come_back(lone)[0].x == 1


CLASS = [tag.CLASS, "A", "A", "m", None, None]
LIST = [[*CLASS, 1, [2]], [tag.NATIVE, "list/1"]]
SLOTTED = [[tag.CLASS, "A", "A", "m", "x y", None, 0]]


def test_the_nodes_of_this_test_can_be_right() -> None:
    state, _ = restore(statics(), with_register([tag.EXTENDED, [1], "list", 2, 5, 6, 0, 0], *LIST), no_page)
    assert registers(state.tasks[1])[0] == [5, 6]
    state, _ = restore(statics(), with_register([tag.EXTENDED, [1], None, 0, 2, 5, 6, None], *SLOTTED), no_page)
    assert registers(state.tasks[1])[0].y == 6


@pytest.mark.parametrize(
    "nodes",
    [
        [[tag.EXTENDED, [1], "list", 9, 5, 6, 0, 0], *LIST],
        [[tag.EXTENDED, [1], "list", -1, 5, 6, 0, 0], *LIST],
        [[tag.EXTENDED, [1], "dict", 2, 5, 6, 0, 0], *LIST],
        [[tag.EXTENDED, [1], "os", 0, 0, 0], *LIST],
        [[tag.EXTENDED, [2], "list", 0, 0, 0], *LIST],
        [[tag.EXTENDED, [1], "list", 0, 0, 2, 1, 1], *LIST],
        [[tag.EXTENDED, [1], "list", 0, 0, 1, "a"], *LIST],
        [[tag.EXTENDED, [1], "list", 0], *LIST],
        [[tag.EXTENDED, [1], "list"], *LIST],
        [[tag.EXTENDED, [1], None, 0, 1, 5, None], *SLOTTED],
        [[tag.EXTENDED, [1], None, 0, 2, 5, 6, 7], *SLOTTED],
        [[tag.EXTENDED, [1], "int", 1, "x", 0, 0], [*CLASS, 1, [2]], [tag.NATIVE, "int/1"]],
        [[tag.EXTENDED, [1], "float", 1, b"123", 0, 0], [*CLASS, 1, [2]], [tag.NATIVE, "float/1"]],
        [[tag.EXTENDED, [1], "dict", 1, 1, 0, 0], [*CLASS, 1, [2]], [tag.NATIVE, "dict/1"]],
        [[tag.EXTENDED, [1], "tuple", 1, [0], 0, 0], [*CLASS, 1, [2]], [tag.NATIVE, "tuple/1"]],
        [[tag.INSTANCE, [1]], [tag.CLASS, "A", "A", "m", 5, None, 0]],
        [[tag.INSTANCE, [1]], [tag.CLASS, "A", "A", "m", "1", None, 0]],
    ],
    ids=str,
)
def test_nodes_that_make_no_sense_are_refused(nodes: list[list[Any]]) -> None:
    with pytest.raises(BadSnapshot):
        restore(statics(), with_register(*nodes), no_page)


def test_what_has_no_form_inside_of_one_is_refused_with_its_path() -> None:
    world = World()
    listed, slotted = kind("Listed", list)(), kind("Slotted", __slots__=("x",))()
    slotted.x = threading.Lock()
    listed.append(slotted)
    world.task(listed)
    with pytest.raises(Unsnapshotable) as caught:
        world.tracker.delta(world.state)
    assert "order[0].x: a snapshot has no form for a lock" in str(caught.value)
