"""A commit costs what changed (P5) for the containers of `collections`: one more entry does not write the others."""

from __future__ import annotations

import pytest

from .test_cost_of_runs import Run

BODIES = {
    "a deque, at both ends": """
        from collections import deque
        held = deque(range(10_000))
        await act()
        for turn in range(100):
            held.append(turn)
            held.popleft()
            await act(turn)
        return len(held)
    """,
    "a Counter, under a new key": """
        from collections import Counter
        held = Counter(range(10_000))
        await act()
        for turn in range(100):
            held[f"turn {turn}"] += 1
            del held[turn]
            await act(turn)
        return len(held)
    """,
    "a defaultdict of lists, in one of them": """
        from collections import defaultdict
        held = defaultdict(list)
        for number in range(10_000):
            held[number].append(number)
        await act()
        for turn in range(100):
            held[turn].append(turn)
            await act(turn)
        return len(held)
    """,
    "an OrderedDict, whose entry moves to the end": """
        from collections import OrderedDict
        held = OrderedDict.fromkeys(range(10_000), "value")
        await act()
        for turn in range(100):
            held.move_to_end(turn * 7)
            await act(turn)
        return len(held)
    """,
    "a class of the program that extends dict": """
        class Table(dict):
            pass
        held = Table((number, "value") for number in range(10_000))
        held.name = "table"
        await act()
        for turn in range(100):
            held[turn] = "other"
            await act(turn)
        return len(held)
    """,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_step_does_not_write_what_it_did_not_change(name: str) -> None:
    run = Run(BODIES[name])
    run.step()
    first = run.bytes_put
    assert first > 20_000
    assert run.to_end() == 10_000
    assert run.bytes_put - first < 100 * 5_000


def test_what_is_restored_is_not_written_again() -> None:
    run = Run(BODIES["a Counter, under a new key"])
    for _ in range(10):
        run.step()
    machine = run.stored.restore(run.program.units)
    before = machine.counters["bytes_put"]
    run.machine = machine
    for _ in range(10):
        run.step()
    assert machine.counters["bytes_put"] - before < 10 * 5_000
    assert run.to_end() == 10_000
