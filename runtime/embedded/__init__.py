"""A real Postgres for development, tests and the examples, without anything installed or running beforehand.

    with EmbeddedPostgres.open() as pg:
        connection = await asyncpg.connect(pg.dsn())

The first one in starts the server, the last one out stops it, and a process of its own stands by for users who are
killed. `locks.py` has the argument why that holds; the other files are one step of an opening each.
"""

from .errors import (
    AccountError,
    BinariesNotFoundError,
    DurabilityError,
    EmbeddedPostgresError,
    FolderError,
    InitError,
    LockTimeoutError,
    SettingError,
    StartError,
    StopError,
)
from .folders import default_state_folder
from .server import EmbeddedPostgres

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "AccountError",
    "BinariesNotFoundError",
    "DurabilityError",
    "FolderError",
    "InitError",
    "LockTimeoutError",
    "SettingError",
    "StartError",
    "StopError",
    "default_state_folder",
]
