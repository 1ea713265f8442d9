"""A commit costs what changed: counted in pages and objects encoded, and in bytes put."""

from __future__ import annotations

from typing import Any

import pytest

from waymark.vm.values.functions import Cell

from .world import World, registers, same


def step(world: World, number: int, value: Any) -> None:
    task = world.state.tasks[number]
    registers(task)[0] = value
    world.tracker.touch(task)


def test_a_step_of_one_fiber_among_a_thousand_encodes_one_page() -> None:
    world = World()
    shared = [1]
    for number in range(1000):
        world.task({"order": number}, shared, number)
    world.commit()
    pages, objects = world.tracker.pages_encoded, world.tracker.objects_encoded
    step(world, 500, {"order": "changed"})
    delta = world.commit()
    assert len(delta.put) == 1 and not delta.drop
    assert world.tracker.pages_encoded == pages + 1
    assert world.tracker.objects_encoded - objects < 15


def test_ten_thousand_fibers_cost_a_root_of_a_kilobyte() -> None:
    world = World()
    for number in range(10_000):
        world.task(number)
    world.commit()
    assert len(world.root) < 1024
    for number in range(1, 10_001, 2):
        if number > 1:
            world.end(world.state.tasks[number])
    world.commit()
    assert len(world.root) < 3 * 1024


def test_an_append_to_a_list_of_ten_thousand_writes_the_header_and_a_chunk() -> None:
    world = World()
    items = [[number] for number in range(10_000)]
    world.task(items)
    world.commit()
    before = world.tracker.bytes_put
    for number in range(100):
        items.append([number])
        world.tracker.touch(items)
        assert len(world.commit().put) <= 3
    assert world.tracker.bytes_put - before < 100 * 3000
    same(world.state, world.restored().state)


def test_a_queue_writes_its_ends_alone() -> None:
    world = World()
    items: list[Any] = [[number] for number in range(5_000)]
    world.task(items)
    world.commit()
    for number in range(300):
        items.append(items.pop(0))
        items.insert(2_500, number)
        world.tracker.touch(items)
        delta = world.commit()
        assert len(delta.put) <= 6 and len(delta.drop) <= 8  # now and then eight short chunks become one
    same(world.state, world.restored().state)


def test_a_change_inside_a_large_list_writes_its_chunk_alone() -> None:
    world = World()
    items: list[Any] = [[number] for number in range(5_000)]
    world.task(items)
    world.commit()
    items[3_000].append("x")
    world.tracker.touch(items[3_000])
    assert len(world.commit().put) == 1
    items[4_000] = ["y"]
    world.tracker.touch(items)
    assert len(world.commit().put) == 1


def test_a_large_dict_is_in_chunks_too() -> None:
    world = World()
    table: dict[str, Any] = {f"key {number}": [number] for number in range(2_000)}
    world.task(table)
    world.commit()
    table["key 700"] = "changed"
    del table["key 900"]
    table["new"] = 1
    world.tracker.touch(table)
    assert len(world.commit().put) < 8
    same(world.state, world.restored().state)


def test_a_list_of_many_thousand_chunks_keeps_a_small_header() -> None:
    world = World()
    items: list[int] = list(range(30_000))
    world.task(items)
    world.commit()
    items.append(1)
    world.tracker.touch(items)
    delta = world.commit()
    assert sum(map(len, delta.put.values())) < 3000
    again = world.restored()
    same(world.state, again.state)
    registers(again.state.tasks[1])[0].pop(7)
    again.tracker.touch(registers(again.state.tasks[1])[0])
    assert len(again.commit().put) < 8
    same(again.state, again.restored().state)


@pytest.mark.parametrize("large", ["x" * 100_000, b"x" * 100_000, tuple(range(1000))])
def test_a_large_value_that_cannot_change_is_written_once(large: Any) -> None:
    world = World()
    world.task(0, large)
    other = world.task(large)
    world.commit()
    before = world.tracker.bytes_put
    for number in range(100):
        step(world, 1, number)
        world.commit()
    registers(other)[0] = None
    world.tracker.touch(other)
    world.commit()
    assert world.tracker.bytes_put - before < 101 * 500
    same(world.state, world.restored().state)


def test_a_page_that_comes_out_the_same_is_not_written() -> None:
    world = World()
    task = world.task(["x" * 3000])
    world.commit()
    world.tracker.touch(task)
    delta = world.commit()
    assert delta.put == {} and delta.drop == frozenset()


def test_a_list_shared_by_a_thousand_fibers_is_encoded_once() -> None:
    world = World()
    results: list[int] = []
    collector = world.closure(Cell(results), Cell())
    for number in range(1000):
        world.task(number, collector)
    world.commit()
    pages = world.tracker.pages_encoded
    assert pages < 1000 + 10
    results.append(1)
    world.tracker.touch(results)
    world.commit()
    assert world.tracker.pages_encoded == pages + 1
    same(world.state, world.restored().state)


def test_structures_woven_into_each_other_are_taken_apart_in_linear_time() -> None:
    world = World()
    chain: list[Any] = [None]
    nodes = [chain]
    for _ in range(600):
        chain = [chain]
        nodes.append(chain)
    groups = [nodes[start : start + 50] for start in range(0, len(nodes), 50)]
    world.task(groups)
    world.task(nodes[-1])
    world.commit()
    assert world.tracker.objects_encoded < 20 * len(nodes)
    same(world.state, world.restored().state)
