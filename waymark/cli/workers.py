"""`waymark start-workers`."""

from __future__ import annotations

import asyncio
import os

from waymark.default import database_url
from waymark.runtime.config import load_config
from waymark.runtime.store.migrate import migrate
from waymark.runtime.workers.supervisor import run_supervisor


def start() -> int:
    """Run the supervisor until it is told to stop. What would never work is told before anything is started."""
    load_config(os.environ)
    asyncio.run(migrate(database_url(os.environ)))
    return run_supervisor(os.environ)
