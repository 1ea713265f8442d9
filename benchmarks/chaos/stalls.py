"""What everybody waits for while no action begins, written down: so that a slow recovery can be understood."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import asyncpg

from .deployment import Deployment

STALL_S = 3.0
ACTIVITY = """
select application_name || ' ' || pid || ' ' || coalesce(state, '') || ' ' || coalesce(wait_event_type, '') || ' '
    || coalesce(wait_event, '') || ' for ' || round(extract(epoch from clock_timestamp() - query_start)::numeric, 1)
    || ' s, blocked by ' || pg_blocking_pids(pid)::text || ': ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 80)
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
"""


async def watch_stalls(deployment: Deployment, log: Path) -> None:
    """Until cancelled."""
    size, since = -1, time.monotonic()
    while True:
        await asyncio.sleep(1.0)
        now = deployment.ledger.stat().st_size if deployment.ledger.exists() else 0
        if now != size:
            size, since = now, time.monotonic()
        elif time.monotonic() - since >= STALL_S:
            lines = await _activity(deployment.direct_dsn)
            with log.open("a") as file:
                file.write("\n".join([f"--- {time.ctime()}: nothing for {time.monotonic() - since:.0f} s", *lines, ""]))


async def _activity(dsn: str) -> list[str]:
    try:
        connection = await asyncpg.connect(dsn, timeout=2)
    except (OSError, asyncpg.PostgresError) as error:
        return [f"the server: {type(error).__name__}: {error}"]
    try:
        return [row[0] for row in await connection.fetch(ACTIVITY, timeout=2)]
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [f"the server: {type(error).__name__}: {error}"]
    finally:
        connection.terminate()
