"""What an engine tells others of its workers: once as long as nothing changes, and nothing more once it has left."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any, cast

from waymark.runtime.offers.port import WorkerStanding
from waymark.runtime.offers.standing import Standing
from waymark.runtime.workers.protocol import Hello

ENGINE = uuid.UUID(int=1)


class Pool:
    slots_of_one = 4

    def __init__(self) -> None:
        self.standing: list[tuple[int, Hello]] = []

    def begins(self, pid: int) -> None:
        self.standing.append((pid, Hello(pid, ("shop:pack",))))


class Store:
    def __init__(self) -> None:
        self.told: list[list[int]] = []

    async def put_workers(self, engine: uuid.UUID, workers: Sequence[WorkerStanding]) -> None:
        self.told.append([each.pid for each in workers])


def test_only_what_has_changed_is_told_and_nothing_after_it_has_left() -> None:
    async def scene() -> None:
        pool, store = Pool(), Store()
        standing = Standing(cast(Any, pool), cast(Any, store), lambda: ENGINE)
        for pid in (10, 11):
            pool.begins(pid)
            await standing.tell()
            await standing.tell()
        assert store.told == [[10], [10, 11]]
        await standing.leave()
        pool.begins(12)
        await standing.tell()
        assert store.told == [[10], [10, 11], []], "its processes are still there, and nobody is to count on them"

    asyncio.run(scene())
