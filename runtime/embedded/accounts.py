"""As whom the server runs. Postgres refuses root, and a container often has nobody else.

As an ordinary user: as that user. As root on data of root's: in a user namespace of one user, where Postgres sees uid
1000 and the kernel sees root; no user is added, no mode changed, and the files stay root's. As root on somebody else's
data: as them. As root where user namespaces are switched off: as user nobody, who then owns the data.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .binaries import Binaries
from .errors import AccountError, EmbeddedPostgresError
from .folders import VersionFolder

NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
NOBODY = 65534
COMMAND_SECONDS_MAX = 120


@dataclass(frozen=True)
class Account:
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(
        self, *command: str, cwd: Path, stdin: str = "", pass_fds: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end; standard error is mixed into `stdout`."""
        try:
            return subprocess.run(
                [*self.prefix, *command],
                input=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd=cwd,
                pass_fds=pass_fds,
                env=_environment(),
                timeout=COMMAND_SECONDS_MAX,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else (),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EmbeddedPostgresError(f"could not run {command[0]} in {cwd}: {error}") from error


def _environment() -> dict[str, str]:
    """Ours, without what would steer the programs elsewhere (PGDATA, PGPORT), and with messages that we can read."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def choose_account(folder: VersionFolder, binaries: Binaries) -> Account:
    if os.geteuid() != 0:
        return Account()
    owner = folder.path.stat()
    if owner.st_uid != 0:
        return _checked(Account(uid=owner.st_uid, gid=owner.st_gid), folder, binaries)
    try:
        return _checked(Account(prefix=NAMESPACE), folder, binaries)
    except AccountError:
        if folder.data.exists():  # giving root's data away is not for us to decide
            raise
    nobody = _checked(Account(uid=NOBODY, gid=NOBODY), folder, binaries, reads_folder=False)
    _give(folder.path, nobody)
    return nobody


def _checked(account: Account, folder: VersionFolder, binaries: Binaries, reads_folder: bool = True) -> Account:
    """The account, if it can be had here at all, and reaches both the programs and the data."""
    data = folder.path if reads_folder else folder.path.parent
    try:
        done = account.run("test", "-x", binaries["postgres"], "-a", "-x", str(data), cwd=Path("/"))
    except EmbeddedPostgresError as error:
        reason = str(error)
    else:
        if done.returncode == 0:
            return account
        reason = done.stdout.strip() or f"user {account.uid or 0} reaches not both {binaries.folder} and {data}"
    raise AccountError(
        f"this process is root, which Postgres refuses to run as, and it can be nobody else here ({reason}). Run as an "
        "ordinary user, switch user namespaces on (sysctl user.max_user_namespaces), or set WAYMARK_DATA_DIR and "
        "WAYMARK_PG_BIN to folders that every user may enter, such as below /var/tmp"
    )


def _give(path: Path, account: Account) -> None:
    assert account.uid is not None and account.gid is not None
    for each in (path, *path.iterdir()):  # a new version folder: lock files and a log
        os.chown(each, account.uid, account.gid)
