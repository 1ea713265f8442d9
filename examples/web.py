"""A FastAPI application: orders are started in the transaction that stores them, and looked at from any process.

pip install fastapi uvicorn sqlalchemy
uvicorn examples.web:app
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from waymark import UnknownRun, Workflow, WorkflowFailed, action, workflow

URL = os.environ.get("WAYMARK_DATABASE_URL", "postgresql://localhost/app")
sessions = async_sessionmaker(create_async_engine(URL.replace("postgresql://", "postgresql+asyncpg://")))


class Order(BaseModel):
    item: str
    count: int = 1


@action
async def pack(order: Order) -> str:
    if order.count > 100:
        raise ValueError("too many")
    return f"{order.count} x {order.item}"


@workflow
class Shipping(Workflow):
    async def run(self, order: Order) -> str:
        parcel = await pack(order)
        await asyncio.sleep(0.1)  # stands for the parcel service
        return f"shipped {parcel}"


app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


@app.post("/orders/{number}")
async def place_order(number: int, order: Order, db: Annotated[AsyncSession, Depends(session)]) -> dict[str, str]:
    row = {"number": number, "item": order.item}
    await db.execute(text("insert into orders (number, item) values (:number, :item)"), row)
    handle = await Shipping().start(order, id=f"order-{number}", connection=db)
    await db.commit()  # the row and the run: both, or neither
    return {"run": handle.id}


@app.get("/orders/{number}")
async def look(number: int, wait: float = 0) -> dict[str, str]:
    handle = Shipping.handle(f"order-{number}")
    try:
        if wait:
            return {"status": "finished", "result": await handle.result(timeout=wait)}
        return {"status": await handle.status()}
    except UnknownRun:
        raise HTTPException(404, "no such order") from None
    except WorkflowFailed as failed:
        return {"status": "failed", "why": str(failed.__cause__)}
    except TimeoutError:
        return {"status": "running"}
