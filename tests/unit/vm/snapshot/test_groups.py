"""Exception groups come back with the very tuple of their exceptions."""

from __future__ import annotations

from typing import Any

from differential import assert_same, script

from waymark.vm.values.classes import make_class

from .world import World, registers


def test_the_exceptions_of_a_group_are_the_tuple_that_the_program_has() -> None:
    for kind in (ExceptionGroup, make_class("Mine", (ExceptionGroup,), {"__module__": "shop"})):
        world = World()
        members = (KeyError(1), ValueError(2))
        group: Any = kind("several", members)
        task = world.task(group, members, group.exceptions)
        other = world.task(group.exceptions)
        world.commit()
        restored = world.restored().state.tasks
        again, held, exceptions = registers(restored[task.number])[:3]
        assert again.exceptions is held is exceptions is registers(restored[other.number])[0]


def test_what_the_restored_group_leads_to_is_encoded_as_it_was() -> None:
    world = World()
    members = (KeyError(1), ValueError(2))
    first, second = world.task(ExceptionGroup("several", members)), world.task(members)
    world.commit()
    registers(second)[0] = None  # the tuple keeps the page that it got
    world.tracker.touch(second)
    world.commit()
    restored = world.restored()
    restored.tracker.touch(restored.state.tasks[first.number])
    restored.tracker.touch_all()
    assert restored.tracker.delta(restored.state).root == world.root


def test_programs_find_the_tuple_that_they_have_in_the_group() -> None:
    assert_same(
        script(
            """
            parts = (KeyError(1), ValueError(2))
            listed = [TypeError()]
            group, other = ExceptionGroup("several", parts), ExceptionGroup("one", listed)
            exceptions = other.exceptions
            await act(0)
            print(group.exceptions is parts, other.exceptions is exceptions, other.args[1] is listed)
            picked = group.subgroup(lambda each: isinstance(each, KeyError))
            await act(1)
            print(picked.exceptions[0] is parts[0])
            """
        )
    )
