"""Charge an order: three tries, an hour apart in earnest, and a receipt at the end.

waymark run examples/checkout.py:Checkout --input '{"order_id": 7, "pause": 1}'
"""

import asyncio

from waymark import Workflow, action, workflow


@action
async def charge(order_id: int, attempt: int) -> bool:
    """Stands for a payment provider, which declines the first attempt."""
    return attempt > 0


@action
async def send_receipt(order_id: int) -> str:
    return f"receipt for order {order_id}"


@workflow
class Checkout(Workflow):
    async def run(self, order_id: int, pause: float = 3600) -> str:
        for attempt in range(3):
            if await charge(order_id, attempt=attempt):
                return await send_receipt(order_id)
            await asyncio.sleep(pause)  # durable: survives restarts
        return "failed"
