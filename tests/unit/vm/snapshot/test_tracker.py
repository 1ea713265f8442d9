"""Deltas: pure, exact, and right over every transition."""

from __future__ import annotations

from typing import Any

import pytest

from waymark.vm.snapshot import BadSnapshot, read_root_header, restore
from waymark.vm.values.functions import Cell
from waymark.vm.values.futures import Future, Handle, Request

from .world import HASH, World, registers, same, statics


def grown(count: int = 60) -> World:
    """A run whose pages are rows."""
    world = World()
    for number in range(count):
        world.task([number], "x" * 40)
    world.commit()
    assert world.rows
    return world


def test_a_small_state_lives_in_the_root_and_has_no_rows() -> None:
    world = World()
    task = world.task([1], {"a": 2})
    delta = world.commit()
    assert not delta.put and not delta.drop
    assert len(world.root) < 500
    registers(task)[0].append("x" * 3000)
    world.tracker.touch(registers(task)[0])
    assert world.commit().put.keys() == {1}
    assert len(world.root) < 300
    same(world.state, world.restored().state)


def test_pages_come_back_into_the_root_only_well_below_the_bound() -> None:
    world = World()
    held: list[Any] = []
    world.task(held)

    def resize(size: int) -> int:
        held[:] = ["x" * size]
        world.tracker.touch(held)
        world.commit()
        same(world.state, world.restored().state)
        return len(world.rows)

    assert [resize(size) for size in (1500, 2500, 1500, 1200, 500, 1500, 2500)] == [0, 1, 1, 1, 0, 0, 1]


def test_a_delta_is_pure_until_it_is_committed() -> None:
    world = grown()
    task = world.state.tasks[3]
    registers(task)[0] = [world.state.tasks[4], registers(world.state.tasks[5])[0]]
    world.tracker.touch(task)
    first = world.tracker.delta(world.state)
    assert world.tracker.delta(world.state) == first
    assert len(first.put) == 3  # both fibers that share the list, and the list
    world.store(first)
    world.tracker.committed(first)
    second = world.tracker.delta(world.state)
    assert (second.root, second.put, second.drop) == (first.root, {}, frozenset())


def test_what_changes_while_a_delta_is_being_stored_is_in_the_next_one() -> None:
    world = grown()
    registers(world.state.tasks[3])[2] = fresh = ["new"]
    world.tracker.touch(world.state.tasks[3])
    delta = world.tracker.delta(world.state)
    fresh.append("later")  # first known to the tracker by that delta
    world.tracker.touch(fresh)
    world.store(delta)
    world.tracker.committed(delta)
    assert world.commit().put.keys() == delta.put.keys()
    same(world.state, world.restored().state)


def test_a_delta_that_was_never_stored_is_part_of_the_next_one() -> None:
    world = grown()
    for number in (3, 4):
        registers(world.state.tasks[number])[2] = number
        world.tracker.touch(world.state.tasks[number])
        lost = world.tracker.delta(world.state)
    assert len(lost.put) == 2
    world.commit()
    same(world.state, world.restored().state)


def test_a_restored_run_has_nothing_to_store() -> None:
    world = grown()
    again = world.restored()
    delta = again.tracker.delta(again.state)
    assert (delta.root, delta.put, delta.drop) == (world.root, {}, frozenset())


def test_a_finished_task_is_dropped_when_nothing_refers_to_it() -> None:
    world = grown()
    first, second = world.state.tasks[2], world.state.tasks[3]
    registers(world.state.tasks[1])[0] = second
    world.tracker.touch(world.state.tasks[1])
    world.end(first)
    world.end(second)
    rows = set(world.rows)
    assert len(world.commit().drop) == 1
    assert len(rows - set(world.rows)) == 1
    same(world.state, world.restored().state)


def test_heap_ids_are_never_used_again() -> None:
    world = grown()
    seen = set(world.rows)
    for _ in range(5):
        task = world.task("x" * 40)
        put = world.commit().put.keys()
        assert not put & seen
        seen |= put
        world.end(task)
        world.commit()
        world = world.restored()


def test_a_ring_of_pages_is_dropped_in_the_end() -> None:
    world = World()
    world.task(["x" * 3000])
    task = world.state.tasks[1]
    for _ in range(200):
        one: list[Any] = [None] * 200
        two: list[Any] = [one] * 200
        one[0] = two
        registers(task)[1] = one
        world.tracker.touch(task)
        world.commit()
    assert world.tracker.page_count < 200


def test_an_object_moves_between_fibers_without_a_page_of_its_own() -> None:
    world = grown()
    one, two = world.state.tasks[1], world.state.tasks[2]
    registers(two)[3], registers(one)[0] = registers(one)[0], None
    world.tracker.touch(one)
    world.tracker.touch(two)
    assert len(world.commit().put) == 2
    same(world.state, world.restored().state)


def test_a_step_marks_frames_that_other_pages_hold() -> None:
    world = grown()
    task = world.state.tasks[1]
    registers(world.state.tasks[2])[0] = task.coroutine  # as a variable would hold it
    world.tracker.touch(world.state.tasks[2])
    world.commit()
    registers(task)[2] = "changed in a frame that is a page by now"
    world.tracker.touch(task)
    world.commit()
    same(world.state, world.restored().state)


def test_resuming_a_generator_marks_its_frame() -> None:
    world = grown()
    shared = world.generator(1, 2)
    for number in (1, 2):
        registers(world.state.tasks[number])[0] = shared
        world.tracker.touch(world.state.tasks[number])
    world.commit()
    assert shared.frame is not None
    shared.frame.registers[0] = "changed"
    world.tracker.touch(shared)
    world.commit()
    same(world.state, world.restored().state)


def test_a_generator_that_was_cut_short_while_it_ran_is_followed_out_of_the_fiber() -> None:
    world = grown()
    state = world.state
    task, shared = state.tasks[1], world.generator(1, 2)
    for number in (1, 2):
        registers(state.tasks[number])[0] = shared
        world.tracker.touch(state.tasks[number])
    frame = shared.frame
    assert frame is not None
    frame.caller, task.top, shared.state = task.top, None, "running"
    state.current, state.frame = task, frame
    world.commit()  # the frame is reached from the fiber and from the generator
    frame.registers[0] = "next"
    task.top, frame.caller, shared.state = frame.caller, None, "suspended"
    state.current = state.frame = None
    world.tracker.touch(shared)
    world.tracker.touch(task)
    world.commit()
    same(state, world.restored().state)


def test_a_fiber_cut_short_by_its_ticks_is_one_page() -> None:
    world = grown()
    state = world.state
    task = state.tasks[3]
    called = world.frame([1])
    called.caller, task.top = task.top, None
    state.current, state.frame = task, called
    world.tracker.touch(task)
    assert len(world.commit().put) == 1
    again = world.restored()
    same(state, again.state)
    assert again.state.current is again.state.tasks[3] and again.state.current.top is None


def test_a_callback_cut_short_by_its_ticks_is_in_the_root() -> None:
    world = grown()
    world.state.frame = world.frame([1])
    world.state.initialising = True
    assert not world.commit().put
    same(world.state, world.restored().state)


def test_open_requests_and_timers_are_found_again() -> None:
    world = World()
    task = world.task(1)
    state = world.state
    future = Future()
    future.request = Request(1, "shop:charge", ([1],), {"currency": "EUR"}, attempt=3)
    state.requests[1], future.anchor = future, task
    late, early, cancelled = (Handle("call", world.static()) for _ in range(3))
    for number, (handle, when) in enumerate([(late, 20), (early, 10), (cancelled, 5)], 1):
        handle.when, handle.number = when, number
    late.anchor = task
    cancelled.cancelled = True
    task.anchors = [future, late]
    state.anchors = [early, cancelled]
    state.timers = [(10, 2, early), (20, 1, late)]
    world.commit()
    again = world.restored().state
    same(state, again)
    assert [when for when, _, _ in again.timers] == [10, 20]
    assert again.timers[1][2].anchor is again.tasks[1]
    assert again.requests[1].anchor is again.tasks[1]


def test_the_header_of_a_root_says_what_to_load() -> None:
    world = World()
    world.task(1)
    world.commit()
    assert read_root_header(world.root) == (HASH, "shop")


def test_a_missing_page_is_named() -> None:
    world = grown()
    del world.rows[7]
    with pytest.raises(BadSnapshot, match=r"^page 7 is missing$"):
        restore(statics(), world.root, world.rows.__getitem__)


def test_a_cell_shared_by_fibers_stays_one_variable() -> None:
    world = World()
    cell = Cell(1)
    one, two = world.task(world.closure(cell, Cell())), world.task(world.closure(cell, Cell()))
    world.commit()
    again = world.restored()
    first = registers(again.state.tasks[one.number])[0].cells[0]
    assert registers(again.state.tasks[two.number])[0].cells[0] is first
    first.value = 2
    again.tracker.touch(first)
    again.commit()
    assert registers(again.restored().state.tasks[two.number])[0].cells[0].value == 2
