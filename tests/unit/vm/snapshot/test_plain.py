"""The plain mode: a run that is one fiber with plain values is one small value, and comes back the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from differential import assert_same, compiled, program_of, script
from wrl_programs import SEED, Stored

from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.snapshot import BadSnapshot, plain
from waymark.vm.snapshot.format import EMBEDDED, PLAIN, ROWS
from waymark.vm.snapshot.root import mode_of, open_root
from waymark.vm.surface import Finished, Idle, Succeeded
from waymark.vm.values.futures import Request

HEADER = 5 + 1 + 34 + 7 + 3 + 1 + 18  # what a root is pinned to: magic, unit, workflow, seed


def program(body: str) -> Program:
    return program_of(compiled(script(body)))


class Run:
    """A run that is committed and restored at every await; its actions answer 1."""

    def __init__(self, body: str) -> None:
        self.program = program(body)
        self.machine = Machine.start(self.program, {}, seed=SEED)
        self.stored = Stored()

    def step(self) -> int:
        """Up to the next await: the mode of what was stored there. -1 at the end."""
        if self.stored.commits:
            (asked,) = self.machine.open_requests()
            self.machine.settle([(asked.request, Succeeded(1))])
        pause = self.machine.run(1_000_000, 0)
        if isinstance(pause, Finished):
            return -1
        assert isinstance(pause, Idle), pause
        self.stored.commit(self.machine)
        self.machine = self.stored.restore(self.program.units)
        return mode_of(self.stored.root)

    def modes(self) -> list[int]:
        return list(iter(self.step, -1))


def test_every_field_of_a_run_is_known() -> None:
    """If this fails, somebody gave State, Task ... a new field: store it in `plain.py`, or check that it is as new."""
    assert plain.fits(plain.KNOWN)
    assert not plain.fits({**plain.KNOWN, Request: plain.KNOWN[Request] + " more"})


TYPICAL = """
    order = {"id": 7, "name": "seven", "price": 12.5}
    rows = [[1, 2], [3, 4]]
    total = 0
    for number in range(1000):
        reply = await act(order)
        order["id"] = reply
        total = total + reply * 2 - len(rows)
    return total, order, rows
"""


def test_a_typical_frame_is_a_hundred_bytes_and_what_it_is_pinned_to() -> None:
    run = Run(TYPICAL)
    for _ in range(300):
        assert run.step() == PLAIN
    assert len(run.stored.root) <= HEADER + 100
    assert not run.stored.pages


@pytest.mark.parametrize(
    "body",
    [
        TYPICAL.replace("1000", "4"),
        "xs = [{'a': [], 3: None, b'k': 1.5, None: 0, True: -7, 2.5: 'e'}]\nfor x in xs:\n    print(await act(x), x)",
        "for x in [1, 2, [3]]:\n    print(await act(x, named=x), x)",
        "xs = [1, 2]\nfor x in xs:\n    await act()\n    if len(xs) < 5:\n        xs.append(x)\nprint(xs)",
        "held = [1]\nawait act(held, [2], named=held, other={'k': [3]})\nheld.append(2)\nprint(held)",
        "async def inner(x):\n    y = await act(x)\n    return [x, y]\nprint(await inner(1), await inner([2]))",
        "if await act():\n    x = 5\nelse:\n    y = 6\nawait act()\nprint(x)\ny",
        "for x in range(10, 0, -3):\n    for y in range(x, 12):\n        await act(x, y)\nprint(x, y)",
        "xs = list(range(3))\nfor x in xs:\n    xs.clear()\n    await act()\n    xs.extend([7] * 3)\nprint(xs)",
        "return [await act('\\u20ac' * 9, b'\\x00', -0.0, 2**63, -2**63, float('inf'), True, None)]",
    ],
)
def test_plain_runs_do_as_in_cpython(body: str) -> None:
    assert_same(script(body))


def test_these_runs_are_plain_throughout() -> None:
    assert set(Run(TYPICAL.replace("1000", "9")).modes()) == {PLAIN}
    assert set(Run("async def inner(x):\n    return await act(x)\nprint(await inner([1]))").modes()) == {PLAIN}


@pytest.mark.parametrize(
    "value",
    [
        *("(1,)", "{1, 2}", "2**64", "'\\ud800'", "float('nan')", "1j", "[[]] * 2", "{(1,): 2}", "object()", "len"),
        *("iter('ab')", "[1, [float('nan')]]", "[1, {'k': 2**70}]", "[0] * 200", "'x' * 3000"),
    ],
)
def test_what_is_not_plain_is_in_pages(value: str) -> None:
    body = f"held = {value}\nawait act()\nkept, held = held, None\nawait act()\nprint(kept is None)\n"
    modes = Run(body + "kept = None\nawait act()\nawait act()").modes()
    assert PLAIN not in modes[:2] and modes[3] == PLAIN
    shown = "type(kept)" if value in ("object()", "iter('ab')") else "kept"
    assert_same(script(body.replace("kept is None", shown)))


def test_a_run_changes_its_mode_back_and_forth() -> None:
    run = Run(
        """
        for turn in range(6):
            held = [["x" * 100 + str(number)] for number in range(50)] if turn % 2 else turn
            await act(turn)
            print(held)
        held = None
        both = [[1]] * 2
        await act()
        both = both[0] is both[1]
        await act()
        return both, await act()
        """
    )
    assert run.modes() == [PLAIN, ROWS, EMBEDDED, ROWS, EMBEDDED, ROWS, EMBEDDED, PLAIN, PLAIN]
    assert not run.stored.pages


def test_a_delta_that_was_not_stored_costs_nothing() -> None:
    lists = "held = [['%s' * 90] for number in range(60)]\nawait act()\nprint(held)\n"
    run = Run(lists % "x" + "await act()\n" + lists % "y" + "return held")
    assert run.step() == ROWS
    for number in (1, 2, 3):
        run.machine.settle([(number, Succeeded(1))])
        pause = run.machine.run(1_000_000, 0)
        if number < 3:
            run.machine.delta()  # never committed
    assert isinstance(pause, Finished) and pause.value == [["y" * 90]] * 60
    run.stored.commit(run.machine)
    run.stored.restore(run.program.units)


def test_bytes_that_no_plain_run_has_are_refused() -> None:
    run = Run(TYPICAL)
    run.step()
    _, _, data = open_root(run.stored.root)
    fields = msgspec.msgpack.decode(data)
    assert restored(run, fields).open_requests()[0].args == ({"id": 7, "name": "seven", "price": 12.5},)
    changes: list[tuple[int, Any]] = [
        (0, "seed"),
        *((2, (1, 2)), (3, (1, 2)), (4, (1, 1, 99)), (4, (1, 1, None)), (5, [[99]]), (5, [[]]), (5, [[3]]), (6, [])),
        *((5, [msgspec.msgpack.Ext(5, b"")]), (5, [[None, [msgspec.msgpack.Ext(-1, bytes(4))]]])),
        *((7, fields[7][:-1]), (7, [*fields[7][:-1], 99]), (7, [*fields[7][:-1], -1]), (7, [9, *fields[7][1:]])),
        *((7, []), (7, [b"x" * 32, *fields[7][1:]]), (8, fields[8][:-1]), (8, [*fields[8], 1])),
        *(
            (9, [[99]]),
            (9, [[0, 1]]),
            (9, [[0, 1, 99]]),
            (9, [[0, 1, "x"]]),
            (9, [[0, 1, 1, 2, 0]]),
            (9, [[0, 1 << 60, []]]),
        ),
    ]
    for place, value in changes:
        with pytest.raises(BadSnapshot):
            restored(run, [*fields[:place], value, *fields[place + 1 :]])


def restored(run: Run, fields: list[Any]) -> Machine:
    head = run.stored.root[: len(run.stored.root) - len(open_root(run.stored.root)[2]) - 2]
    data = msgspec.msgpack.encode(fields)
    root = head + len(data).to_bytes(2, "big") + data
    return Machine.restore(run.program.units.__getitem__, root, run.stored.pages.__getitem__)
