"""Commits of several lanes: one that waits holds up nobody but those behind it."""

from __future__ import annotations

import asyncio

import pytest

from waymark.runtime.store.postgres import PostgresStore

from .making import Owner, started, write
from .wires import connected

pytestmark = pytest.mark.anyio


async def test_a_commit_that_waits_for_a_lock_does_not_hold_up_another_lane(database: str) -> None:
    store = await PostgresStore.connect(database, lanes=2)
    refs = [await started(store, key=f"key-{number}") for number in range(8)]
    held = next(ref for ref in refs if ref.part % 2 == 0)
    free = next(ref for ref in refs if ref.part % 2 == 1)
    owners = [await Owner.of(store, ref) for ref in (held, free)]
    async with connected(database) as other:
        async with other.transaction():
            await other.execute("select from waymark.partitions where part = $1 for update", held.part)
            waiting = asyncio.create_task(owners[0].commit(write(held)))
            await owners[1].commit(write(free))
            assert not waiting.done()
        await waiting
    runs = [await store.get_run(ref) for ref in (held, free)]
    assert [run.revision for run in runs if run is not None] == [1, 1]
    await store.close()
