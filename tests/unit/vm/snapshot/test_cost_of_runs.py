"""A commit costs what changed (P5), over whole runs: in bytes put, in objects encoded, and in CPU as a ratio."""

from __future__ import annotations

import time
from typing import Any

import pytest
from differential import compiled, program_of, script
from wrl_programs import SEED, Stored

from examples import profile
from waymark.vm.machine import Machine
from waymark.vm.surface import Finished, Idle, Succeeded
from waymark.vm.values.functions import BoundMethod
from waymark.vm.values.futures import Future, Handle

from .world import World, registers, same

RECORD = "r" * 40


class Run:
    """A run that is committed at every await, on one machine; each action answers the same."""

    def __init__(self, body: str, answer: Any = RECORD, **arguments: Any) -> None:
        names = ", ".join(arguments)
        self.program = program_of(compiled(script(body, parameters=names)))
        self.machine = Machine.start(self.program, arguments, seed=SEED)
        self.answer = answer
        self.stored = Stored()
        self.step_times: list[float] = []

    def step(self) -> Any:
        """Answer what is open, run on, commit; the value at the end."""
        began = time.process_time()
        self.machine.settle([(each.request, Succeeded(self.answer)) for each in self.machine.open_requests()])
        pause = self.machine.run(1 << 40, 0)
        delta = self.machine.delta()
        self.machine.committed(delta)
        self.step_times.append(time.process_time() - began)
        self.stored.root = delta.root
        self.stored.pages.update(delta.put)
        for page in delta.drop:
            del self.stored.pages[page]
        if isinstance(pause, Finished):
            return pause.value
        assert isinstance(pause, Idle), pause
        return None

    def to_end(self) -> Any:
        while (value := self.step()) is None:
            pass
        self.stored.restore(self.program.units)
        return value

    @property
    def bytes_put(self) -> int:
        return self.machine.counters["bytes_put"]


def test_a_megabyte_that_is_held_over_a_thousand_awaits_is_put_once() -> None:
    body = """
        for turn in range(1000):
            await act(turn)
        return len(held) + len(held["rows"]) + len(held["text"])
    """
    held = {
        "rows": [{"id": number, "name": f"row {number}", "tags": ["a", "b"]} for number in range(13_000)],
        "text": "x" * 500_000,
    }
    run = Run(body, held=held)
    run.step()
    first = run.bytes_put
    assert first > 900_000
    assert run.to_end() == 513_002
    assert run.bytes_put < 3_000_000
    assert run.bytes_put - first < 1000 * 1000


def test_a_loop_that_appends_a_record_at_each_of_ten_thousand_awaits() -> None:
    body = """
        records = []
        for turn in range(10_000):
            records.append({"id": turn, "text": await act(turn)})
        return len(records)
    """
    run = Run(body)
    assert run.to_end() == 10_000
    assert run.bytes_put < 15_000_000
    early, late = min(batches(run.step_times[100:1100])), min(batches(run.step_times[9000:]))
    assert late <= 2 * early + 100e-6, f"{late * 1e6:.0f} us a step at the end, {early * 1e6:.0f} at the beginning"


def batches(times: list[float]) -> list[float]:
    """The time of a step, over fifty each: the best of them says what it takes when nothing is in the way."""
    return [sum(times[at : at + 50]) / 50 for at in range(0, len(times), 50)]


def test_a_step_of_one_fiber_among_ten_thousand_encodes_that_one() -> None:
    world = World()
    for number in range(10_000):
        world.task({"order": number}, number)
    world.commit()
    pages, objects, put = world.tracker.pages_encoded, world.tracker.objects_encoded, world.tracker.bytes_put
    task = world.state.tasks[5_000]
    registers(task)[0]["order"] = "changed"
    world.tracker.touch(registers(task)[0])
    world.tracker.touch(task)
    delta = world.commit()
    assert len(delta.put) == 1 and not delta.drop
    assert world.tracker.pages_encoded == pages + 1
    assert world.tracker.objects_encoded - objects < 15
    assert world.tracker.bytes_put - put < 2_000


@pytest.mark.parametrize("kind", ["future", "task"])
def test_ten_thousand_callbacks_are_not_written_at_each_commit(kind: str) -> None:
    world = World()
    task = world.task(1)
    future: Future = task if kind == "task" else Future()
    registers(task)[1] = future
    world.commit()
    instances = [[number] for number in range(10_000)]
    for number, instance in enumerate(instances):
        future.callbacks.append(BoundMethod(world.static(), instance))
        world.tracker.touch(future)
        if number % 100 == 0:
            world.commit()
    before = world.tracker.bytes_put
    for number in range(20):
        future.callbacks.append(world.static())
        world.tracker.touch(future)
        world.commit()
        registers(task)[0] = number
        world.tracker.touch(task)
        world.commit()
    assert world.tracker.bytes_put - before < 40 * 8_000
    again = world.restored()
    same(world.state, again.state)
    assert not again.tracker.delta(again.state).put
    restored = again.state.tasks[1]
    callbacks = restored.callbacks if kind == "task" else registers(restored)[1].callbacks
    assert len(callbacks) == 10_020
    del callbacks[5:]
    again.tracker.touch(restored if kind == "task" else registers(restored)[1])
    again.commit()
    same(again.state, again.restored().state)


def test_thousands_of_timers_are_not_written_at_each_commit() -> None:
    world = World()
    task = world.task(1)

    def timer(number: int) -> Handle:
        handle = Handle("call", world.static(), (number,))
        handle.when, handle.number = number, number
        return handle

    task.anchors = [timer(number) for number in range(3_000)]
    world.state.anchors = [timer(number) for number in range(3_000, 6_000)]
    for anchor in task.anchors:
        anchor.anchor = task
    world.state.timers = sorted((each.when or 0, each.number, each) for each in task.anchors + world.state.anchors)
    world.commit()
    before = world.tracker.bytes_put
    for number in range(20):
        registers(task)[0] = number
        world.tracker.touch(task)
        world.commit()
    assert world.tracker.bytes_put - before < 20 * 1_500
    again = world.restored()
    same(world.state, again.state)
    again.state.anchors.pop()
    again.state.timers.pop()
    assert len(again.commit().put) <= 2


def test_a_change_of_one_of_many_small_lists_that_fibers_share_writes_that_one() -> None:
    world = World()
    lists = [[number] for number in range(100)]
    for _ in range(30):
        world.task(*[lists[at::3] for at in range(3)])
    world.commit()
    for number in range(50):
        lists[number].append("more")
        world.tracker.touch(lists[number])
        delta = world.commit()
        assert len(delta.put) == 1 and sum(map(len, delta.put.values())) < 60
    same(world.state, world.restored().state)


AWAITS = 1_000_000 if profile() == "long" else 20_000
BLOCK = AWAITS // 20


def test_a_step_of_a_run_that_has_awaited_a_million_times_costs_what_its_first_did() -> None:
    body = """
        total = 0
        names = {"first": [1, 2], "last": None}
        for turn in range(count):
            total += len(await act(turn, names))
            names["last"] = turn % 7
        return total
    """
    run = Run(body, count=AWAITS)
    put = []
    for _ in range(AWAITS):
        before = run.bytes_put
        run.step()
        put.append(run.bytes_put - before)
    assert run.step() == AWAITS * len(RECORD)
    run.stored.restore(run.program.units)
    # The numbers of the turn and of the request take up to four bytes more each, the total eight.
    assert max(put[-BLOCK:]) <= max(put[100 : 100 + BLOCK]) + 40, (put[100], put[-1])
    early, late = min(batches(run.step_times[100:BLOCK])), min(batches(run.step_times[-BLOCK:]))
    assert late <= 1.5 * early + 50e-6, f"{late * 1e6:.0f} us a step at the end, {early * 1e6:.0f} at the beginning"
    print(
        f"{early * 1e6:.0f} us and {put[100]} bytes a step at the beginning, {late * 1e6:.0f} and {put[-1]} at the end"
    )
    assert len(run.machine.counters) < 100 and len(run.stored.pages) < 100
