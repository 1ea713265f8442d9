"""What the VM is measured with. The same source runs as Python, for comparison."""

import types
from collections.abc import Generator
from typing import Any

from waymark import Workflow, action, workflow


@types.coroutine
def suspend(value: int) -> Generator[int, int, int]:
    """Only CPython comes here: the await of an action's call, for a driver that sends the answer."""
    return (yield value)


@action
async def echo(value: int) -> int:
    return await suspend(value)


@workflow
class ForLoop(Workflow):
    async def run(self, n: int) -> int:
        total = 0
        for number in range(n):
            total += number
        return total


@workflow
class WhileLoop(Workflow):
    async def run(self, n: int) -> int:
        total = 0
        number = 0
        while number < n:
            total += number
            number += 1
        return total


@workflow
class Arithmetic(Workflow):
    async def run(self, n: int) -> float:
        value = 1.5
        for number in range(n):
            value = (value * 3 + number) % 1000 - number // 7 / 2
        return value


@workflow
class ListItems(Workflow):
    async def run(self, n: int) -> int:
        items = [0]
        total = 0
        for number in range(n):
            items += [number]
            total += items[number]
        return total


@workflow
class Segments(Workflow):
    async def run(self, n: int) -> int:
        """A typical frame: six live registers, among them a dict of three and a list of two lists."""
        order = {"id": 7, "name": "seven", "price": 12.5}
        rows = [[1, 2], [3, 4]]
        total = 0
        for number in range(n):
            reply = await echo(number)
            if reply > 3:
                order["id"] = reply
            total = total + reply * 2 - len(rows)
        return total


@workflow
class Carrying(Workflow):
    async def run(self, values: list[Any], n: int) -> int:
        """A large list, of which each step changes one item."""
        for number in range(n):
            values[number % len(values)] = await echo(number)
        return len(values)
