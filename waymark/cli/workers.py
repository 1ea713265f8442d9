"""`waymark start-workers`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from waymark.default import database_url
from waymark.exceptions import ConfigurationError
from waymark.runtime.config import EXIT_BAD_CONFIG, ConfigError, load_config
from waymark.runtime.ports import Away
from waymark.runtime.store.errors import Address
from waymark.runtime.store.links import Target
from waymark.runtime.store.migrate import bring_up
from waymark.runtime.store.opening import Database, DatabaseSettingError, databases
from waymark.runtime.workers.supervisor import run_supervisor

from .errors import fail


def start() -> int:
    """Run the supervisor until it is told to stop. What would never work is told before anything is started.

    A setting that cannot work has an exit code of its own, so that a service manager does not try it again and again.
    """
    try:
        load_config(os.environ)
        named = databases(os.environ)
        if not named:
            database_url(os.environ)  # which says that there is none
    except (ConfigError, ConfigurationError, DatabaseSettingError) as error:
        return fail(str(error), EXIT_BAD_CONFIG)
    asyncio.run(_bring_up(named))
    return run_supervisor(os.environ)


async def _bring_up(named: Sequence[Database]) -> None:
    """Of several databases, one that is away is none of the others' affair: its engines wait for it."""
    for database in named:
        target = Target(database.dsn, Address.of(database.dsn), "waymark", database.pooled)
        try:
            await bring_up(target, allowed=True)
        except Away as error:
            if len(named) == 1:
                raise
            print(f"one of {len(named)} databases is away; its engines wait for it: {error}", file=sys.stderr)
