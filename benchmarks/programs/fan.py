"""Many branches at once: actions, and helpers of three actions each."""

import asyncio

from waymark import Workflow, workflow

from .loops import echo


async def three(value: int) -> int:
    first = await echo(value)
    second = await echo(first)
    return await echo(second)


@workflow
class Actions(Workflow):
    async def run(self, n: int) -> int:
        return len(await asyncio.gather(*[echo(value) for value in range(n)]))


@workflow
class Helpers(Workflow):
    async def run(self, n: int) -> int:
        return len(await asyncio.gather(*[three(value) for value in range(n)]))
