"""`waymark start-workers`."""

from __future__ import annotations

import os

from waymark.exceptions import ConfigurationError
from waymark.runtime.config import load_config
from waymark.runtime.workers.supervisor import run_supervisor


def start() -> int:
    """Run the supervisor until it is told to stop."""
    if load_config(os.environ).database_url is None:
        raise ConfigurationError(
            "WAYMARK_DATABASE_URL is not set: it names the Postgres that runs are kept in, such as "
            "postgresql://user:password@localhost:5432/app"
        )
    return run_supervisor(os.environ)
