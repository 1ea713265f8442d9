"""A stored run, looked at, stands on the lines that a reader of the source would name.

The reader is CPython: the same text is run there as a coroutine up to the same action, and its chain of frames is read.
A fan-out is read task by task.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Generator, Iterator
from types import CoroutineType
from typing import Any

from differential import compiled, program_of
from hypothesis import given
from hypothesis import strategies as st
from wrl_programs import SEED, Stored

from examples import examples
from waymark.vm.machine import Machine
from waymark.vm.standing import Fiber, standing
from waymark.vm.surface import Failed, Finished, Ready, Succeeded

HEAD = """\
import asyncio
from waymark import Workflow, action, workflow

@action
async def act(n: int) -> int:
    return n

class Gate:
    async def __aenter__(self):
        return await act(1000)

    async def __aexit__(self, *error):
        await act(1001)

"""
DEPTH_MAX = 2


class Maker:
    """A random program of functions that await each other and the action, at all depths of its statements."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed = seed  # in the program: equal code is one unit, whose lines are those of the text that came first
        self.functions = 0
        self.number = 0

    def text(self) -> str:
        helpers = "\n".join(self.helper() for _ in range(self.chance.randint(1, 2)))
        body = "\n".join(self.block(2, 0))
        return (
            f"{HEAD}{helpers}\n@workflow\nclass Script(Workflow):\n    async def run(self):\n"
            f"        total = {self.seed}\n"
            f"{body}\n        return total\n"
        )

    def helper(self) -> str:
        body = "\n".join(self.block(1, 1))
        name, self.functions = self.functions, self.functions + 1
        return f"async def helper_{name}(n):\n    total = n\n{body}\n    return total\n"

    def block(self, indent: int, depth: int) -> Iterator[str]:
        for _ in range(self.chance.randint(1, 2)):
            yield from (("    " * indent) + line for line in self.statement(indent, depth))

    def statement(self, indent: int, depth: int) -> Iterator[str]:
        self.number += 1
        kinds = ["plain", "call", "long", "compare"]
        kinds += ["if", "for", "while", "try", "with", "finally"] if depth < DEPTH_MAX else []
        inner = [line[4 * indent :] for line in self.block(indent + 1, depth + 1)] if depth < DEPTH_MAX else ["pass"]
        match self.chance.choice(kinds):
            case "plain":
                yield f"total += {self.number}"
            case "call":
                yield f"total += await {self.awaited()}"
            case "long":
                yield "total += max("
                yield f"    total % {self.number + 1},"
                yield f"    await {self.awaited()},"
                yield ")"
            case "compare":
                yield f"if await {self.awaited()} > 2 and await {self.awaited()} > 3: total += 1"
            case "if":
                yield f"if total % {self.chance.randint(1, 3)} == 0:"
                yield from inner
                yield "else:"
                yield f"    total -= await act({self.number})"
            case "for":
                yield f"for each_{self.number} in range({self.chance.randint(1, 2)}):"
                yield from inner
            case "while":
                yield f"turn_{self.number} = 0"
                yield f"while turn_{self.number} < {self.chance.randint(1, 2)}:"
                yield f"    turn_{self.number} += 1"
                yield from inner
            case "try":
                yield "try:"
                yield from inner
                yield f"    raise ValueError({self.number})"
                yield "except ValueError:"
                yield f"    total += await act({self.number})"
            case "with":
                yield "async with Gate():"
                yield from inner
            case "finally":
                yield "try:"
                yield from inner
                yield "finally:"
                yield f"    total += await {self.awaited()}"

    def awaited(self) -> str:
        if self.functions and self.chance.random() < 0.3:
            return f"helper_{self.chance.randrange(self.functions)}({self.number})"
        return f"act({self.number})"


class Asked:
    """What an action is under CPython: the run stops here."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __await__(self) -> Generator[int, int, int]:
        return (yield self.number)


Chain = list[tuple[str, int]]


def read_by_cpython(text: str) -> Iterator[Chain]:
    """At each action in turn, the functions and lines from the innermost on."""
    namespace: dict[str, Any] = {}
    exec(compile(text, "script.py", "exec"), namespace)
    namespace["act"] = Asked
    kind = namespace["Script"]
    coroutine = kind.run.__waymark_body__(object.__new__(kind)) if hasattr(kind.run, "__waymark_body__") else None
    assert coroutine is not None
    asked = None
    try:
        while True:
            asked = coroutine.send(asked)
            yield chain_of(coroutine)
    except StopIteration:
        return


def chain_of(coroutine: Awaitable[Any]) -> Chain:
    lines: Chain = []
    inner: Any = coroutine
    while isinstance(inner, CoroutineType):
        lines.append((inner.cr_frame.f_code.co_qualname, inner.cr_frame.f_lineno))
        inner = inner.cr_await
    return lines[::-1]


def read_from_the_store(text: str) -> Iterator[Chain]:
    for fibers in fibers_at_each_pause(text):
        (fiber,) = fibers
        assert fiber.main and fiber.awaits.startswith("action ")
        yield [(line.function, line.line) for line in fiber.lines]


def fibers_at_each_pause(text: str) -> Iterator[tuple[Fiber, ...]]:
    compilation = compiled(text)
    assert not compilation.diagnostics, compilation.diagnostics
    program = program_of(compilation)
    machine, stored = Machine.start(program, {}, seed=SEED), Stored()
    while True:
        pause = machine.run(1_000_000, 0)
        if isinstance(pause, Finished):
            return
        assert not isinstance(pause, Failed | Ready), pause
        stored.commit(machine, twice=False)
        yield standing(program.units.__getitem__, stored.root, stored.pages.__getitem__).fibers
        machine = stored.restore(program.units)
        first = machine.open_requests()[0]
        machine.settle([(first.request, Succeeded(first.args[0]))])


@given(st.integers(0, 2**32))
@examples(12)
def test_the_lines_are_those_of_cpython(seed: int) -> None:
    text = Maker(seed).text()
    ours, theirs = read_from_the_store(text), read_by_cpython(workflow_without_waymark(text))
    for number, (mine, wanted) in enumerate(zip(ours, theirs, strict=False)):
        assert mine == wanted, f"at action {number} of\n{text}"
    assert next(ours, None) is None and next(theirs, None) is None, "they stop equally often"


def workflow_without_waymark(text: str) -> str:
    """The same lines, with a class that is no workflow: CPython runs its `run`."""
    plain = text.replace("from waymark import Workflow, action, workflow", "Workflow = object")
    plain = plain.replace("@action", "#").replace("@workflow", "#")
    return plain + "\nScript.run.__waymark_body__ = Script.run\n"


FAN = (
    HEAD
    + """\
async def branch(n):
    first = await act(n)
    return await act(first + 10)

@workflow
class Script(Workflow):
    async def run(self):
        found = await asyncio.gather(*[branch(n) for n in range(5)])
        return sum(found)
"""
)


def test_every_branch_of_a_fan_out_is_named() -> None:
    pauses = fibers_at_each_pause(FAN)
    first = next(pauses)
    lines = FAN.splitlines()
    main, *branches = first
    assert "asyncio.gather" in lines[main.lines[-1].line - 1] and main.awaits == "5 of 5 that are gathered"
    assert [lines[each.lines[0].line - 1].strip() for each in branches] == ["first = await act(n)"] * 5
    assert [each.lines[0].locals for each in branches] == [{}] * 5  # `n` is not needed any more
    assert [each.awaits for each in branches] == [f"action {each_key()}({n}), attempt 1" for n in range(5)]
    last = list(pauses)[-1]
    assert [fiber.main for fiber in last].count(True) == 1


def each_key() -> str:
    from differential import NAME

    return f"{NAME}:act"
