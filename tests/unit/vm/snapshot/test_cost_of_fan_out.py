"""A fan-out of n costs O(n) in all (P5): bytes put, objects encoded and instructions for each branch stay the same."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from differential import compiled, program_of, script
from wrl_programs import SEED, Stored

from waymark.vm.machine import Machine
from waymark.vm.surface import Finished, Idle, StartAction, Succeeded

ACTIONS = "return len(await asyncio.gather(*[act(each) for each in range(n)]))"
HELPERS = """
    async def helper(each):
        first = await act(each)
        second = await act(first)
        return await act(second)
    return len(await asyncio.gather(*[helper(each) for each in range(n)]))
"""
GROUP = """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(act(each)) for each in range(n)]
    return len(tasks)
"""
SLACK = 1.5


@dataclass
class Cost:
    """What one branch costs, in a run that is committed at every pause."""

    put: float
    encoded: float
    ticks: float
    root_max: int


def cost_of(body: str, n: int, at_once: int, ticks: int = 1 << 40) -> Cost:
    """Run it; `at_once` actions are answered at a time, in their order."""
    machine = Machine.start(program_of(compiled(script(body, parameters="n"))), {"n": n}, seed=SEED)
    asked: list[int] = []
    root_max = 0
    while True:
        pause = machine.run(ticks, 0)
        delta = machine.delta()
        machine.committed(delta)
        root_max = max(root_max, len(delta.root))
        if isinstance(pause, Finished):
            assert pause.value == n
            break
        asked += [each.request for each in pause.effects if isinstance(each, StartAction)]
        if isinstance(pause, Idle):
            machine.settle([(number, Succeeded(number)) for number in asked[:at_once]])
            del asked[:at_once]
    counters = machine.counters
    return Cost(counters["bytes_put"] / n, counters["objects_encoded"] / n, counters["ticks"] / n, root_max)


@pytest.mark.parametrize(
    ("body", "at_once", "sizes"),
    [
        pytest.param(ACTIONS, 1, (100, 1_000), id="actions, one by one"),
        pytest.param(ACTIONS, 10_000, (100, 1_000, 10_000), id="actions"),
        pytest.param(HELPERS, 1, (100, 1_000), id="helpers of three actions, one by one"),
        pytest.param(HELPERS, 10_000, (100, 1_000, 10_000), id="helpers of three actions"),
        pytest.param(GROUP, 10_000, (100, 1_000), id="a group"),
    ],
)
def test_a_branch_costs_the_same_among_few_and_among_many(body: str, at_once: int, sizes: tuple[int, ...]) -> None:
    few, *many = (cost_of(body, n, at_once) for n in sizes)
    for cost in many:
        assert cost.put <= SLACK * few.put
        assert cost.ticks <= SLACK * few.ticks
        assert cost.encoded <= 2 * few.encoded  # lists above 128 entries are pieces, which come on top


def test_a_long_queue_of_what_is_ready_is_in_pages_and_comes_back_in_its_order() -> None:
    body = """
        order = []
        async def branch(number):
            order.append(number)
            await asyncio.sleep(0)
            order.append(-number)
        await asyncio.gather(*[branch(number) for number in range(n)])
        return order
    """
    program = program_of(compiled(script(body, parameters="n")))
    stored, machine, sizes = Stored(), Machine.start(program, {"n": 1_000}, seed=SEED), []
    while not isinstance(pause := machine.run(500, 0), Finished):
        stored.commit(machine)
        sizes.append(len(stored.root))
        machine = stored.restore(program.units)
    numbers = list(range(1_000))
    assert pause.value == numbers + [-number for number in numbers]
    assert max(sizes) < 4_000


def test_a_slice_among_ten_thousand_that_are_ready_writes_what_it_did() -> None:
    few, many = (cost_of(HELPERS, n, at_once=1_000_000, ticks=1_000) for n in (1_000, 10_000))
    assert many.put <= SLACK * few.put
    assert many.root_max < 4_000
