"""A page is walked without a look at each scalar, and many objects at once: nothing is missed by that."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import pytest

from waymark.vm.snapshot import graph
from waymark.vm.values.classes import make_class

from .world import World, registers, same

NAN = struct.unpack(">d", b"\xff\xf0\x00\x00\x00\x00\x00\x09")[0]
SPECIAL = {
    "a large int": 1 << 64,
    "a small int": -(1 << 63) - 1,
    "a NaN": math.nan,
    "a NaN of an own kind": NAN,
    "half a pair": "text \ud800",
    "a text with a page": "x" * 4096,
    "bytes with a page": b"x" * 70000,
    "a complex number": complex(math.nan, 1),
}
MANY = 40

AROUND: dict[str, Callable[[Any], Any]] = {
    "a long list": lambda value: [*range(MANY), value],
    "one of many lists": lambda value: [[number, "text", 0.5, *([value] * (number == 7))] for number in range(MANY)],
    "one of many dicts": lambda value: [{"n": number, "v": value if number == 7 else None} for number in range(MANY)],
    "a tuple in one of many": lambda value: [[number, (number, value)] for number in range(MANY)],
    "many lists": lambda value: [[value] for _ in range(MANY)],
}


def stored(*values: Any) -> World:
    world = World()
    world.task(*values)
    for number in range(30):
        world.task(number, "x" * 60)  # so that pages are rows
    world.commit()
    return world


@pytest.mark.parametrize("name", SPECIAL)
@pytest.mark.parametrize("around", AROUND)
def test_a_value_that_is_not_written_as_it_is_is_found_wherever_it_is(name: str, around: str) -> None:
    world = stored(AROUND[around](SPECIAL[name]))
    assert world.rows
    same(world.state, world.restored().state)


@pytest.mark.parametrize(
    "value", [math.inf, -math.inf, 1.7e308, 127, 255, 0x7FF8, b"\xcb\x7f\xf8\0\0\0\0\0\0", b"\xda\x20\0", "\xda\x20\0"]
)
@pytest.mark.parametrize("around", AROUND)
def test_bytes_that_look_like_a_special_value_are_none(value: Any, around: str) -> None:
    world = stored(AROUND[around](value), "x" * 4000, "y" * 4000)
    same(world.state, world.restored().state)


def woven() -> list[Any]:
    """Lists, dicts and instances that share what they hold, and are held by themselves."""
    kind = make_class("Item", (), {"__module__": "shop", "__qualname__": "Item"})
    shared: list[Any] = [[number, str(number)] for number in range(MANY)]
    items = []
    for number in range(MANY):
        item = object.__new__(kind)
        item.number, item.own, item.shared = number, [number], shared[number]
        items.append(item)
    records = [{"item": items[-1 - number], "row": shared[number], 1: {}, None: ()} for number in range(MANY)]
    found: list[Any] = [items, records, shared[::2] * 2, [[each, {"deep": each}] for each in shared]]
    found.append(found)
    return found


def test_many_objects_that_are_met_at_once_keep_what_they_share() -> None:
    found = woven()
    world = stored(found, found[0][3], found[2])
    same(world.state, world.restored().state)


def test_what_two_fibers_share_has_a_page_when_many_are_met_at_once() -> None:
    found = woven()
    world = World()
    tasks = [world.task(found[0]), world.task(found[1]), world.task(found[3][5])]
    world.commit()
    again = world.restored()
    same(world.state, again.state)
    items, records = (registers(again.state.tasks[task.number])[0] for task in tasks[:2])
    assert records[0]["item"] is items[-1]


def test_bytes_do_not_depend_on_how_a_page_was_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    quickly = stored(woven(), list(range(1000)), {str(number): [number] for number in range(100)})
    monkeypatch.setattr(graph, "trusted", lambda nodes: None)
    carefully = stored(woven(), list(range(1000)), {str(number): [number] for number in range(100)})
    assert carefully.root == quickly.root
    assert carefully.rows == quickly.rows
