"""A `__dict__` that something else than its instance refers to is an object of its own, and nothing else decides that.

The host's frames refer to the `__dict__`s of instances, too, for as long as they like: no byte may depend on it.
"""

from __future__ import annotations

from typing import Any

import pytest
from differential import assert_same, script

from waymark.vm.snapshot import BadSnapshot, restore
from waymark.vm.snapshot import format as tag
from waymark.vm.snapshot.format import Unsnapshotable
from waymark.vm.values.classes import make_class

from .test_hostile import no_page, with_register
from .world import World, registers, same, statics

BASES: dict[str, tuple[type, ...]] = {"instance": (), "error": (ValueError,), "with contents": (list,)}
each_kind = pytest.mark.parametrize("bases", BASES.values(), ids=BASES)


def made(*bases: type) -> Any:
    instance = make_class("Open", bases, {"__module__": "shop"})()
    instance.x = [1]
    return instance


def grown(*values: Any) -> World:
    """A run whose pages are rows, with the values in its first fiber."""
    world = World()
    world.task(*values)
    for number in range(60):
        world.task([number], "x" * 40)
    world.commit()
    assert world.rows
    return world


def nothing_was_missed(world: World) -> None:
    """Encoding all of it afresh finds nothing else."""
    world.tracker.touch_all()
    again = world.tracker.delta(world.state)
    assert not again.put and not again.drop and again.root == world.root


@each_kind
def test_what_the_host_refers_to_is_in_no_byte(bases: tuple[type, ...]) -> None:
    world = World()
    instance = made(*bases)
    task = world.task(instance)
    first = world.commit()
    held_by_the_host = [instance.__dict__, instance.__dict__]
    world.tracker.touch(task)
    assert world.tracker.delta(world.state) == first
    assert held_by_the_host[0] is instance.__dict__


@each_kind
def test_one_that_the_same_fiber_has_comes_back_as_one_object(bases: tuple[type, ...]) -> None:
    instance = made(*bases)
    for values in ((instance, instance.__dict__), (instance.__dict__, instance), ([instance], [instance.__dict__])):
        world = World()
        task = world.task(*values)
        world.commit()
        nothing_was_missed(world)
        restored = world.restored()
        nothing_was_missed(restored)
        again = registers(restored.state.tasks[task.number])
        first, second = (each[0] if type(each) is list else each for each in again[:2])
        one, held = (second, first) if type(first) is dict else (first, second)
        assert one.__dict__ is held and held["x"] == [1]


@each_kind
@pytest.mark.parametrize("holder", (0, 30), ids=("before", "behind"))
def test_one_that_another_fiber_has_comes_back_as_one_object(bases: tuple[type, ...], holder: int) -> None:
    world = grown()
    instance = made(*bases)
    tasks = [world.state.tasks[number] for number in (15, holder or 2)]
    registers(tasks[0])[0] = instance
    world.tracker.touch(tasks[0])
    world.commit()
    registers(tasks[1])[0] = instance.__dict__  # the machine touches what it takes one from, see `vm/attributes.py`
    world.tracker.touch(tasks[1])
    world.tracker.touch(instance)
    world.commit()
    nothing_was_missed(world)
    restored = world.restored()
    again, held = (registers(restored.state.tasks[task.number])[0] for task in tasks)
    assert again.__dict__ is held and again.x == [1]
    again.y = 2
    restored.tracker.touch(again)  # which is all that a native says that sets an attribute
    restored.commit()
    nothing_was_missed(restored)
    last = restored.restored()
    assert registers(last.state.tasks[tasks[1].number])[0] == {"x": [1], "y": 2}
    registers(tasks[1])[0] = None
    world.tracker.touch(tasks[1])
    world.commit()
    nothing_was_missed(world)
    assert registers(world.restored().state.tasks[15])[0].x == [1]


def test_one_that_is_changed_as_a_dict_is_written_with_its_instance() -> None:
    instance = made()
    world = grown(instance)
    instance.__dict__["y"] = 2
    world.tracker.touch(instance.__dict__)
    world.commit()
    nothing_was_missed(world)
    assert registers(world.restored().state.tasks[1])[0].y == 2


def test_one_that_two_instances_have_stays_theirs() -> None:
    world = grown()
    one, other = made(), made()
    other.__dict__ = one.__dict__
    for numbers in ((5, 5), (5, 6)):
        for number, instance in zip(numbers, (one, other), strict=True):
            task = world.state.tasks[number]
            registers(task)[0 if instance is one else 1] = instance
            world.tracker.touch(task)
        world.commit()
        nothing_was_missed(world)
        tasks = world.restored().state.tasks
        again = registers(tasks[numbers[0]])[0], registers(tasks[numbers[1]])[1]
        assert again[0] is not again[1] and again[0].__dict__ is again[1].__dict__


def test_structures_that_are_woven_into_each_other_keep_all_of_theirs() -> None:
    """So many objects are shared that they are found at once (`sharing.py`)."""
    world = grown()
    instances: list[Any] = []
    for _ in range(40):
        instance = made()
        instance.before = instances[-1] if instances else None
        instance.of_others = [each.__dict__ for each in instances[-3:]]
        instances.append(instance)
    for number, instance in enumerate(instances):
        task = world.state.tasks[number + 1]
        registers(task)[:2] = instance, [instance.__dict__, instance.x]
        world.tracker.touch(task)
    world.commit()
    nothing_was_missed(world)
    same(world.state, world.restored().state)
    tasks = world.restored().state.tasks
    for number in range(40):
        again, (held, _) = registers(tasks[number + 1])[:2]
        assert again.__dict__ is held
        if number:
            assert again.of_others[-1] is registers(tasks[number])[0].__dict__


def test_what_has_no_form_leaves_nothing_behind_that_the_next_commit_stumbles_over() -> None:
    instance, broken = made(), object.__new__(type("Host", (), {}))
    world = World()
    task = world.task(instance, instance.__dict__, broken)
    for _ in range(2):
        with pytest.raises(Unsnapshotable, match="a snapshot has no form for a Host"):
            world.tracker.delta(world.state)
    registers(task)[2] = None
    world.commit()
    nothing_was_missed(world)
    again, held = registers(world.restored().state.tasks[1])[:2]
    assert again.__dict__ is held


def test_programs_find_the_dict_that_they_have_to_be_that_of_the_instance() -> None:
    assert_same(
        script(
            """
            class Open: pass
            class Fails(Exception): pass
            for made in (Open(), Fails("no")):
                made.x = 1
                held = made.__dict__
                await act(held["x"])
                held["y"] = 2
                made.z = 3
                print(made.y, made.__dict__ is held, sorted(held))
                del held
                await act(made.z)
                print(made.x, made.y, made.z)
            """
        )
    )


def test_a_key_that_is_no_name_makes_a_dict_of_its_own() -> None:
    for bases in BASES.values():
        instance = made(*bases)
        instance.__dict__[1] = instance.__dict__[(2,)] = [3]
        world = World()
        task = world.task(instance)
        world.commit()
        nothing_was_missed(world)
        again = registers(world.restored().state.tasks[task.number])[0]
        assert again.__dict__ == {"x": [1], 1: [3], (2,): [3]} and again.__dict__[1] is again.__dict__[(2,)]


@pytest.mark.parametrize(
    "tail",
    [
        [[3]],
        [[3], None, None],
        [[3], 5],
        [[3], "x"],
        [[0], None],
        [5, [3]],
    ],
    ids=str,
)
def test_a_dict_of_an_error_that_makes_no_sense_is_refused(tail: list[Any]) -> None:
    kind = [[tag.CLASS, "A", "A", "m", None, None, 1, [2]], [tag.FOREIGN, "builtins:ValueError"]]
    error = [tag.ERROR, [1], [4], None, None, False, 0]
    rest = [[tag.DICT, "x", 1], [tag.NAMED, "()"]]
    state, _ = restore(statics(), with_register([*error, [3], None], *kind, *rest), no_page)
    assert registers(state.tasks[1])[0].x == 1
    with pytest.raises(BadSnapshot):
        restore(statics(), with_register([*error, *tail], *kind, *rest), no_page)


def test_programs_find_no_traceback_in_the_dict_of_an_exception() -> None:
    assert_same(
        script(
            """
            class Fails(Exception):
                def __eq__(self, other):
                    return self.__dict__ == other.__dict__
            try:
                raise Fails("no")
            except Fails as error:
                kept = error
            kept.x = 1
            print(kept.__dict__, kept == Fails())
            held = kept.__dict__
            await act(held)
            print(held is kept.__dict__, list(held), kept.__traceback__ is None)
            try:
                raise kept
            except Fails:
                print(held)
            await act(1)
            held.clear()
            print(kept.__dict__, kept.__traceback__ is None)
            kept.__traceback__ = None
            del held
            await act(2)
            kept.y = 2
            print(kept.__dict__, kept.__traceback__ is None)
            """
        )
    )


def test_a_copy_shares_a_dict_that_is_a_value_and_has_not_been_where_its_exception_was() -> None:
    assert_same(
        script(
            """
            import copy
            class Kept:
                def __setstate__(self, state):
                    self.state = state
            class Fails(Exception): pass
            first = Kept()
            first.x = 1
            await act(first.x)
            second = copy.copy(first)
            await act(second.state)
            first.y = 2
            print(second.state, second.state is first.__dict__)
            for kind in (Fails, KeyError):
                try:
                    raise kind("no")
                except Exception as error:
                    again = copy.copy(error)
                    print(repr(again), again.__traceback__ is None, error.__traceback__ is None)
            """
        )
    )
