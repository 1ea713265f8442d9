"""Classes of the program come back with what they hold in its order: their bytes stay as they were."""

from __future__ import annotations

from typing import Any

import pytest

from waymark.vm.snapshot.class_parts import class_contents
from waymark.vm.values.classes import make_class

from .world import World, registers


@pytest.mark.parametrize(
    "contents",
    [
        {"first": 1, "__slots__": ("x", "y"), "last": 2},
        {"first": 1, "__slots__": ("x",), "__doc__": "text", "last": 2},
        {"first": 1, "__name__": "other", "between": 2, "__basicsize__": 3, "last": 4},
        {"first": 1, "__eq__": None, "__hash__": None, "__annotations__": {"a": 1}, "last": 2},
    ],
    ids=lambda contents: " ".join(contents),
)
def test_what_a_class_holds_keeps_its_order(contents: dict[str, Any]) -> None:
    made = make_class("Held", (), {"__module__": "shop", **contents})
    world = World()
    task = world.task(made, made())
    world.commit()
    restored = world.restored()
    again = registers(restored.state.tasks[task.number])[0]
    assert list(class_contents(again).items()) == list(class_contents(made).items())
    restored.tracker.touch_all()
    assert restored.tracker.delta(restored.state).root == world.root


def test_a_member_that_was_set_later_comes_after_those_of_the_body() -> None:
    made: Any = make_class("Held", (), {"__module__": "shop", "__slots__": ("x",)})
    made.later, made.__doc__, made.last = 1, "text", 2
    del made.later
    made.later = 3
    world = World()
    task = world.task(made)
    world.commit()
    restored = world.restored()
    again = registers(restored.state.tasks[task.number])[0]
    assert list(class_contents(again).items()) == list(class_contents(made).items())
    restored.tracker.touch_all()
    assert restored.tracker.delta(restored.state).root == world.root
