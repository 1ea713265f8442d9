"""Every value comes out of an edge as it went in: of this process, of another one, and of a run that carries it."""

from __future__ import annotations

import contextvars
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from differential import compiled, program_of, script
from edges import ODD, VALUES, told
from hypothesis import given

from examples import examples
from waymark.vm.machine import Machine
from waymark.vm.program import Program
from waymark.vm.surface import Finished, StartAction, Succeeded
from waymark.vm.wire import decode_outcome, decode_value, encode_outcome, encode_value

SUPPORT = Path(__file__).parents[1] / "support"
CHILD = """
import sys
import edge_classes, collections
from waymark.vm.wire import decode_value, encode_value
stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
while header := stdin.read(4):
    answer = encode_value(decode_value(stdin.read(int.from_bytes(header, "big"))))
    stdout.write(len(answer).to_bytes(4, "big") + answer)
    stdout.flush()
"""


def through(value: Any) -> Any:
    return decode_value(encode_value(value))


@given(VALUES)
@examples(150)
def test_a_value_comes_out_as_it_went_in(value: Any) -> None:
    assert told(through(value)) == told(value)
    outcome = decode_outcome(encode_outcome(Succeeded(value)))
    assert isinstance(outcome, Succeeded) and told(outcome.value) == told(value)


@pytest.fixture(scope="module")
def child() -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "PYTHONPATH": str(SUPPORT), "PYTHONHASHSEED": "7"}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@given(value=VALUES)
@examples(100)
def test_a_value_comes_back_from_another_process(child: subprocess.Popen[bytes], value: Any) -> None:
    assert child.stdin is not None and child.stdout is not None
    data = encode_value(value)
    child.stdin.write(len(data).to_bytes(4, "big") + data)
    child.stdin.flush()
    size = int.from_bytes(child.stdout.read(4), "big")
    assert told(decode_value(child.stdout.read(size))) == told(value)


ECHO = (
    script(
        """
    got = await act(value)
    kinds = (deque, OrderedDict, defaultdict, Counter)
    return [got, value]
    """,
        parameters="value: Point | Pair | Model | Record | Thing | Colour | Level",
    )
    .replace(
        "import asyncio\n",
        "import asyncio\n"
        "from collections import Counter, OrderedDict, defaultdict, deque\n"
        "from edge_classes import Colour, Declined, Level, Model, Pair, Point, Record, Thing\n"
        "KINDS = (Declined, Point, Pair, Model, Record, Thing, Colour, Level)\n",
        1,
    )
    .replace("    return [got", "    kinds = KINDS\n        return [got", 1)
)


@pytest.fixture(scope="module")
def echo() -> Program:
    text = (SUPPORT / "edge_classes.py").read_text(encoding="utf-8")
    compilation = compiled(ECHO, {"edge_classes": text})
    compilation.raise_if_failed()
    return program_of(compilation)


def carried(program: Program, value: Any) -> Any:
    """The value as an argument of a run, as an argument and a result of an action of it, and as its result."""
    arguments = decode_value(encode_value({"value": value}), inside=True)
    machine = Machine.start(program, arguments, seed=bytes(16))
    pause = machine.run(ticks=1_000_000, now=0)
    (start,) = pause.effects
    assert isinstance(start, StartAction)
    args, _ = decode_value(encode_value((start.args, start.kwargs)))
    delta = machine.delta()
    machine = Machine.restore(program.units.__getitem__, delta.root, delta.put.__getitem__)
    machine.settle([(start.request, Succeeded(decode_value(encode_value(args[0]), inside=True)))])
    ended = machine.run(ticks=1_000_000, now=0)
    assert isinstance(ended, Finished), ended
    return decode_value(encode_value(ended.value))


@given(value=VALUES)
@examples(60)
def test_a_run_carries_a_value_unchanged(echo: Program, value: Any) -> None:
    got, kept = contextvars.Context().run(carried, echo, value)
    assert told(got) == told(value)
    assert told(kept) == told(value)


def test_odd_values_are_carried_together(echo: Program) -> None:
    shared = [ODD, 10**5000]
    got, kept = contextvars.Context().run(carried, echo, (shared, shared))
    assert told(got) == told((shared, shared)) and kept[0] is kept[1]
