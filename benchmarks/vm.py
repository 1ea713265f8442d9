"""The reference interpreter, beside the same source run by CPython; and what a step from await to await costs.

All of it only computes, for milliseconds: CPU time says how long, whoever else is on the machine.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

from waymark.vm import raising
from waymark.vm.interp import Interpreter
from waymark.vm.surface import Succeeded
from waymark.workflow import Workflow

from .bench import MS, NS, US, Bench, in_turns, seconds
from .driving import asked, coroutine_of, finished, program_of, started
from .figures import Figure, Goal, figure
from .programs import loops

CPYTHON = "CPython"
REFERENCE_TIER = Goal("ratio", 25.0)
LOOPS: tuple[tuple[str, type[Workflow]], ...] = (
    ("for over a range", loops.ForLoop),
    ("while loop", loops.WhileLoop),
    ("arithmetic", loops.Arithmetic),
    ("list append and subscript", loops.ListItems),
)


def measure(bench: Bench) -> Iterator[Figure]:
    ratios = []
    for name, kind in LOOPS:
        bench.say(f"vm: {name}")
        for made in _loop(bench, name, kind):
            yield made
            if made.unit == "ms":
                ratios.append(made.ratio)
    yield figure(
        *("all loops, geometric mean", "ratio", [math.exp(sum(map(math.log, ratios)) / len(ratios))]),
        *(CPYTHON, [1.0]),
        goal=REFERENCE_TIER,
    )
    bench.say("vm: segments")
    yield from _segments(bench)


def _loop(bench: Bench, name: str, kind: type[Workflow]) -> Iterator[Figure]:
    program = program_of(kind)
    turns = bench.subject(5_000, least=200)

    def ours() -> float:
        machine = started(program, {"n": turns})
        return seconds(lambda: finished(machine), MS, time.thread_time)()

    def theirs() -> float:
        return seconds(lambda: _native(kind, turns), MS, time.thread_time)()

    assert finished(started(program, {"n": turns})) == _native(kind, turns)
    mine, cpython = in_turns(bench.rounds(30), ours, theirs)
    yield figure(f"{name}, {turns:,} turns", "ms", mine, CPYTHON, cpython)
    each = _instructions(kind, 100) - _instructions(kind, 0)
    per = [value * MS / NS / (turns * each / 100) for value in mine]
    beside = [value * MS / NS / turns for value in cpython]
    yield figure(f"{name}, one of {each / 100:.0f} instructions a turn", "ns", per, f"{CPYTHON}, a turn", beside)


def _native(kind: type[Workflow], turns: int) -> Any:
    coroutine = coroutine_of(kind, {"n": turns})
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("these workflows await nothing")


def _instructions(kind: type[Workflow], turns: int) -> int:
    """How many instructions a run executes: what the interpreter's loop calls but for bookkeeping."""
    machine = started(program_of(kind), {"n": turns})
    bookkeeping = (Interpreter.step.__code__.co_filename, raising.unwind.__code__.co_filename)
    count = 0

    def look(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        caller = frame.f_back
        if event == "call" and caller is not None and caller.f_code is Interpreter.step.__code__:
            count += frame.f_code.co_filename not in bookkeeping

    sys.setprofile(look)
    try:
        finished(machine)
    finally:
        sys.setprofile(None)
    return count


def _segments(bench: Bench) -> Iterator[Figure]:
    turns = bench.count(500, least=20)
    program = program_of(loops.Segments)

    def ours(durable: bool) -> float:
        """From answer to answer. `durable`: with the delta that a commit would store."""
        machine = started(program, {"n": turns})
        began = time.thread_time()
        while (action := asked(machine)) is not None:
            if durable:
                machine.committed(machine.delta())
            machine.settle([(action.request, Succeeded(action.args[0]))])
        return (time.thread_time() - began) / US / turns

    def theirs() -> float:
        coroutine = coroutine_of(loops.Segments, {"n": turns})
        began = time.thread_time()
        value = coroutine.send(None)
        while True:
            try:
                value = coroutine.send(value)
            except StopIteration:
                return (time.thread_time() - began) / US / turns

    bare, durable, native = in_turns(bench.rounds(30), lambda: ours(False), lambda: ours(True), theirs)
    native_name = f"{CPYTHON}'s coroutine"
    yield figure("await to await", "us", bare, native_name, native)
    yield figure("await to await with delta()", "us", durable, native_name, native)
