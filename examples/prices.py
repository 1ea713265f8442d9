"""Ask several shops for a price at once, no more than two at a time, and take what has come in time.

waymark run examples/prices.py:Prices --input '{"shops": ["north", "south", "closed", "east"]}'

Each shop is asked by a task of its own, all in one group, with a timeout around it. Stop the process at any point and
start it again: shops that have answered are not asked again, and the clock of the timeout has gone on.
"""

import asyncio

from waymark import Workflow, action, workflow


@action
async def ask(shop: str, article: str) -> int:
    if shop == "closed":
        raise ConnectionError(f"nobody answers at {shop}")
    return len(shop) * 100 + len(article)


@workflow
class Prices(Workflow):
    async def run(self, shops: list[str], article: str = "a lamp", patience: float = 60) -> dict[str, int]:
        prices: dict[str, int] = {}
        at_once = asyncio.Semaphore(2)

        async def price_at(shop: str) -> None:
            async with at_once:
                try:
                    prices[shop] = await ask(shop, article)
                except ConnectionError as error:
                    print(error)

        try:
            async with asyncio.timeout(patience), asyncio.TaskGroup() as group:
                for shop in shops:
                    group.create_task(price_at(shop), name=shop)
        except TimeoutError:
            print("out of patience")  # the group has cancelled whoever was still waiting
        return {shop: prices[shop] for shop in shops if shop in prices}
