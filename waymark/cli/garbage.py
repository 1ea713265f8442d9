"""`waymark db gc`: what engines do by themselves every few minutes, now, and with figures."""

from __future__ import annotations

import asyncio
import os

from waymark.runtime.config import load_config
from waymark.runtime.engine.housekeeping import HOUR_US, collect_all
from waymark.runtime.store.opening import Database, open_store

from .tables import print_json, time_of
from .tended import tended


def collect_now(*, dry: bool, hours: int | None, as_json: bool) -> int:
    config = load_config(os.environ)
    keep = config.retention_hours if hours is None else hours

    async def work(named: tuple[Database, ...]) -> tuple[int, int, list[str]]:
        store = await open_store(named, application_name="waymark gc")
        try:
            before = await store.now() - keep * HOUR_US
            if dry:
                return before, await store.count_collectable(before), list(await store.old_days(before))
            collected = await collect_all(store, before, 0, config.collect_batch)
            return before, collected, list(await store.keep_days(before))
        finally:
            await store.close()

    with tended() as named:
        before, runs, days = asyncio.run(work(named))
    if as_json:
        print_json({"ended_before": time_of(before), "runs": runs, "partitions": days, "dry_run": dry})
        return 0
    would = "would be " if dry else "were "
    print(f"{runs} runs that ended before {time_of(before)} {would}deleted")
    print(f"{len(days)} partitions of days {would}dropped{': ' if days else ''}{', '.join(days)}")
    return 0
