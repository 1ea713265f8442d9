"""The databases of a command that tends them: those that are named, or else the project's embedded one, if it is there.

Commands that ask for runs make an embedded database where there is none; who looks for what is wrong, migrates or
cleans up makes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waymark.runtime.store.opening import Database, databases

from .errors import UsageError
from .showing import say


@contextmanager
def tended() -> Iterator[tuple[Database, ...]]:
    """The server of an embedded one runs meanwhile. UsageError if there is nothing to tend."""
    if named := databases(os.environ):
        yield named
        return
    from waymark.runtime.embedded import EmbeddedPostgres, default_state_folder

    folder = default_state_folder(os.environ, Path.cwd())
    if not any(folder.glob("pg*/data")):
        raise UsageError(
            "WAYMARK_DATABASE_URL is not set: it names the Postgres that runs are kept in, such as "
            f"postgresql://user:password@localhost:5432/app; and there is no embedded one in {folder}, which "
            "`waymark run` or `waymark dev` would make"
        )
    with EmbeddedPostgres.open() as postgres:
        say(f"embedded Postgres {postgres.version} in {postgres.folder}")
        yield (Database(postgres.dsn()),)
