"""Customers copied from one system to another each night, page by page: a crash goes on with the page that it stood at.

python examples/sync.py                 # once, where your application starts: register the schedule
waymark start-workers                   # whatever runs here fires it
waymark schedules list
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from waymark import RetryPolicy, Workflow, action, schedule_workflow, workflow

CUSTOMERS = ["ada", "bob", "eve", "kim", "lea"]  # stands for the other system
PAGE = 2


@dataclass
class Page:
    names: list[str]
    next: int | None


@action
async def fetch(start: int) -> Page:
    end = start + PAGE
    return Page(CUSTOMERS[start:end], end if end < len(CUSTOMERS) else None)


@action
async def store(names: list[str]) -> int:
    return len(names)


@workflow
class Sync(Workflow):
    async def run(self) -> int:
        copied = 0
        start: int | None = 0
        while start is not None:
            page = await self.run_action(fetch(start), retry=RetryPolicy(attempts=5, backoff_seconds=30))
            copied += await store(page.names)
            self.set_status(f"{copied} copied")
            start = page.next
        return copied


async def main() -> None:
    await schedule_workflow(
        Sync, schedule_name="nightly", schedule="0 3 * * *", timezone="Europe/Berlin", jitter=timedelta(minutes=10)
    )


if __name__ == "__main__":
    asyncio.run(main())
