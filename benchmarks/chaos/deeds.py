"""What the runs of the chaos do: ten actions one after the other, each noting in the ledger that it began.

The ledger is a file that every process appends to: it outlives whatever is killed, and needs no database.
"""

import asyncio
import os
import time

from pydantic import BaseModel

from waymark import Workflow, action, current_action, workflow

STEPS = 10
LEDGER_VARIABLE = "CHAOS_LEDGER"
PACE_VARIABLE = "CHAOS_PACE_S"


class Parcel(BaseModel):
    """Of the project: engines hand it to their helpers."""

    number: int
    weight: int = 0


def work(number: int, step: int) -> int:
    """What a step comes to."""
    return (number * 31 + step * 17) % 1009


def expected(number: int, steps: int = STEPS) -> list[int]:
    return [work(number, step) for step in range(steps)]


@action
async def deed(number: int, step: int) -> int:
    attempt = current_action().attempt
    line = f"{number} {step} {attempt} {os.getpid()} {time.monotonic():.6f}\n"
    fd = os.open(os.environ[LEDGER_VARIABLE], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(fd, line.encode())
    finally:
        os.close(fd)
    pace_s = float(os.environ.get(PACE_VARIABLE, "0.03"))
    await asyncio.sleep((number * 7 + step * 3) % 10 * pace_s)  # so that something can happen meanwhile
    return work(number, step)


@workflow
class Deeds(Workflow):
    async def run(self, number: int, steps: int = STEPS) -> list[int]:
        done = []
        parcel = Parcel(number=number)
        for step in range(steps):
            done.append(await deed(parcel.number, step))
            parcel.weight += done[-1]
        return done


@workflow
class Sleeper(Workflow):
    """One of a million that are parked."""

    async def run(self, seconds: int) -> int:
        await asyncio.sleep(seconds)
        return seconds
