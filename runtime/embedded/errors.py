"""What can go wrong with the embedded Postgres, a class for each kind of remedy.

Every message says what happened, where, and what to do about it. No other exception leaves this package on purpose:
the errors of the operating system and of Postgres' own programs are turned into these where they arise.
"""

from __future__ import annotations

from pathlib import Path

from waymark.stdlib.problems import WaymarkError

LOG_LINES_MAX = 20


class EmbeddedPostgresError(WaymarkError):
    """The embedded Postgres could not be used."""


class SettingError(EmbeddedPostgresError):
    """An environment variable holds a value that cannot be used."""


class BinariesNotFoundError(EmbeddedPostgresError):
    """No usable installation of Postgres was found."""


class FolderError(EmbeddedPostgresError):
    """The state folder cannot hold a database: not writable, not private, full, or without file locks."""


class AccountError(EmbeddedPostgresError):
    """This process is root, and there is no way here to run Postgres as somebody else."""


class InitError(EmbeddedPostgresError):
    """A new database cluster could not be made."""


class StartError(EmbeddedPostgresError):
    """The server did not come up."""


class StopError(EmbeddedPostgresError):
    """The server did not go down."""


class LockTimeoutError(EmbeddedPostgresError):
    """Another process kept the state folder locked for too long."""


class DurabilityError(EmbeddedPostgresError):
    """The running server was started with `durable=False`, and this user asked for a durable one."""


def from_os_error(error: OSError, doing: str, path: Path) -> FolderError:
    """Translate a failed file operation; `doing` completes "could not ..."."""
    reason = error.strerror or str(error)
    return FolderError(
        f"could not {doing} {path}: {reason}. The embedded Postgres needs a folder on a local disk that this user "
        "may write to: set WAYMARK_DATA_DIR to one, or repair this one"
    )


def tail(text: str) -> str:
    """The last lines of a program's output, indented, to stand at the end of a message."""
    lines = [line for line in text.splitlines() if line.strip()][-LOG_LINES_MAX:]
    return "".join(f"\n    {line}" for line in lines) or "\n    (nothing was written)"
