"""The workflow of `make demo`: three actions with a sleep among them. Each action tells a ledger what it does."""

import asyncio
import os
import time
from pathlib import Path

from waymark import Workflow, action, workflow


def tell(what: str) -> None:
    """Append a line to the demo's ledger; O_APPEND keeps the lines of several processes whole."""
    ledger = os.environ.get("WAYMARK_DEMO_LEDGER")
    if ledger:
        with Path(ledger).open("a", encoding="utf-8") as file:
            file.write(f"{time.time():.3f} {os.getpid()} {what}\n")


@action
async def reserve(order_id: int) -> str:
    tell("reserve begun")
    await asyncio.sleep(0.1)
    tell("reserve finished")
    return f"reserved {order_id}"


@action
async def pay(order_id: int) -> str:
    tell("pay begun")
    await asyncio.sleep(0.1)
    tell("pay finished")
    return f"paid {order_id}"


@action
async def ship(order_id: int) -> str:
    tell("ship begun")
    await asyncio.sleep(1.0)
    tell("ship finished")
    return f"shipped {order_id}"


@workflow
class Order(Workflow):
    async def run(self, order_id: int, pause: float = 3) -> list[str]:
        steps = [await reserve(order_id)]
        await asyncio.sleep(pause)  # durable: the demo kills everything here
        steps = steps + [await pay(order_id)]
        return steps + [await ship(order_id)]  # and here, as soon as `pay` is committed
