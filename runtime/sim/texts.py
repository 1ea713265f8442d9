"""Workflows as Python text, drawn from a number: for the compiler and the real VM, in the same worlds as the scripts.

Whatever order the actions answer in, a program has one result: it only adds, and what it adds does not depend on who
was first. So the result that it has when nothing goes wrong is the one that it must have in every world.
"""

from __future__ import annotations

import random
from collections.abc import Callable

HEAD = """\
import asyncio

from waymark import Workflow, action, workflow


@action
async def act(n: int) -> int: ...


@action
async def fail(n: int) -> int: ...


class Purse:
    def __init__(self, held: int) -> None:
        self.held = held

    def add(self, more: int) -> "Purse":
        self.held += more
        return self


def upto(n: int):
    for each in range(n):
        yield each


@workflow
class Program(Workflow):
    async def ask(self, n: int) -> int:
        return await act(n)

    async def later(self, queue: asyncio.Queue, n: int) -> None:
        await asyncio.sleep(n / 100)
        await queue.put(await act(n))

    async def held(self, lock: asyncio.Lock, purse: Purse, n: int) -> None:
        async with lock:
            before = purse.held
            answer = await act(n)
            purse.held = before + answer

    async def run(self, name: str) -> int:
        total = 0
"""

Lines = list[str]


def text_of(number: int) -> str:
    """The program of this number, which is the same everywhere and for ever."""
    draw = random.Random(number)
    lines: Lines = []
    for _ in range(draw.randint(1, 4)):
        lines += _statement(draw, depth=0)
    if draw.random() < 0.3:
        lines = [*_receive(draw), *lines] if draw.random() < 0.5 else [*lines, *_receive(draw)]
    return HEAD + "\n".join(f"        {line}" for line in [*lines, "return total"]) + "\n"


def _block(draw: random.Random, depth: int) -> Lines:
    lines = [line for _ in range(draw.randint(1, 2)) for line in _statement(draw, depth + 1)]
    return [f"    {line}" for line in lines]


def _statement(draw: random.Random, depth: int) -> Lines:
    kinds = SIMPLE + NESTED if depth < 2 else SIMPLE
    return draw.choice(kinds)(draw, depth)


def _call(draw: random.Random, depth: int) -> Lines:
    return [f"total += await act({draw.randint(1, 5)})"]


def _loop(draw: random.Random, depth: int) -> Lines:
    return [f"for i in upto({draw.randint(1, 4)}):", "    total += await self.ask(i)"]


def _gather(draw: random.Random, depth: int) -> Lines:
    return [f"total += sum(await asyncio.gather(*[self.ask(i) for i in range({draw.randint(1, 5)})]))"]


def _group(draw: random.Random, depth: int) -> Lines:
    return [
        "async with asyncio.TaskGroup() as group:",
        f"    tasks = [group.create_task(self.ask(i)) for i in range({draw.randint(1, 4)})]",
        "total += sum(task.result() for task in tasks)",
    ]


def _race(draw: random.Random, depth: int) -> Lines:
    return [
        f"tasks = [asyncio.create_task(self.ask(i)) for i in range({draw.randint(2, 4)})]",
        "done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)",
        "for task in pending:",
        "    task.cancel()",
        "total += 1",
    ]


def _queue(draw: random.Random, depth: int) -> Lines:
    count = draw.randint(1, 3)
    return [
        "queue = asyncio.Queue()",
        f"senders = [asyncio.create_task(self.later(queue, i)) for i in range({count})]",
        f"for _ in range({count}):",
        "    total += await queue.get()",
        "await asyncio.gather(*senders)",
    ]


def _lock(draw: random.Random, depth: int) -> Lines:
    return [
        "lock, purse = asyncio.Lock(), Purse(0)",
        f"await asyncio.gather(*[self.held(lock, purse, i) for i in range({draw.randint(1, 4)})])",
        "total += purse.add(1).held",
    ]


def _sleep(draw: random.Random, depth: int) -> Lines:
    return [f"await asyncio.sleep({draw.choice(['0', '0.02', '1', '15', '3600', '86400 * 30'])})"]


def _timeout(draw: random.Random, depth: int) -> Lines:
    return [
        "try:",
        f"    async with asyncio.timeout({draw.choice(['0.05', '20'])}):",
        "        await asyncio.sleep(7200)",
        "except TimeoutError:",
        "    total += 3",
    ]


def _failing(draw: random.Random, depth: int) -> Lines:
    return [
        "try:",
        f"    await fail({draw.randint(1, 9)})",
        "except ValueError as error:",
        "    total += len(str(error))",
    ]


def _spin(draw: random.Random, depth: int) -> Lines:
    return [f"for i in range({draw.choice([3, 40])}):", "    total += i % 3"]


def _large(draw: random.Random, depth: int) -> Lines:
    return [f"large = list(range({draw.choice([10, 300])}))", "total += await act(1)", "total += sum(large) % 7"]


def _text(draw: random.Random, depth: int) -> Lines:
    return [f"text = 'x' * {draw.choice([10, 5000])}", "total += await act(2)", "total += len(text) % 11"]


def _say(draw: random.Random, depth: int) -> Lines:
    return [f"print(name, {draw.randint(0, 10**9)})"]


def _if(draw: random.Random, depth: int) -> Lines:
    return ["if total % 2:", *_block(draw, depth), "else:", *_block(draw, depth)]


def _finally(draw: random.Random, depth: int) -> Lines:
    return ["try:", *_block(draw, depth), "finally:", "    total += 2"]


def _repeat(draw: random.Random, depth: int) -> Lines:
    return [f"for _ in range({draw.randint(1, 3)}):", *_block(draw, depth)]


def _receive(draw: random.Random) -> Lines:
    """Once a program, since its messages come once."""
    return [
        "seen = set()",
        f"while len(seen) < {draw.randint(1, 4)}:",
        '    seen.add(await self.receive("numbers"))',
        "total += 100 * sum(seen)",
    ]


SIMPLE: list[Callable[[random.Random, int], Lines]] = [
    _call, _call, _loop, _gather, _group, _race, _queue, _lock, _sleep, _sleep, _timeout, _failing, _spin, _large,
    _text, _say,
]  # fmt: skip
NESTED: list[Callable[[random.Random, int], Lines]] = [_if, _finally, _repeat]
