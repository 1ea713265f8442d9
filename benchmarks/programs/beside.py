"""What Waymark is measured with beside its peers, besides the chains of chain.py."""

import asyncio

from waymark import Workflow, workflow

from .chain import nothing


@workflow
class FanOut(Workflow):
    async def run(self, branches: int) -> int:
        return len(await asyncio.gather(*[nothing(number) for number in range(branches)]))


@workflow
class Sleeper(Workflow):
    async def run(self, seconds: float) -> int:
        await asyncio.sleep(seconds)
        return 0


@workflow
class Control(Workflow):
    async def run(self, turns: int) -> int:
        total = 0
        for number in range(turns):
            total += number
        return total
