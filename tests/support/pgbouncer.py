"""PgBouncer before a server of a test, in transaction mode unless told otherwise."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
MISSING = "NOT TESTED: PgBouncer is not installed (Debian: apt install pgbouncer)"
START_S_MAX = 10.0

# As Postgres in the tests: as root in a user namespace of one user, since PgBouncer refuses root, too.
AS_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--") if os.geteuid() == 0 else ()


class Bouncer:
    def __init__(self, folder: Path, dsn: str, mode: str) -> None:
        self._folder = folder
        self._to = urlsplit(dsn)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        login, password = unquote(self._to.username or ""), unquote(self._to.password or "")
        (folder / "users").write_text(f'"{login}" "{password}"\n')
        (folder / "ini").write_text(
            f"""
[databases]
* = host={self._to.hostname} port={self._to.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
admin_users = {login}
pool_mode = {mode}
default_pool_size = 20
max_client_conn = 500
server_login_retry = 1
logfile = {folder}/log
pidfile = {folder}/pid
"""
        )

    def dsn(self, database: str) -> str:
        """The DSN of this database through the pooler; `database` is a name or a DSN."""
        name = urlsplit(database).path.lstrip("/") if "://" in database else database
        login = self._to.netloc.rpartition("@")[0]
        return self._to._replace(netloc=f"{login}@127.0.0.1:{self.port}", path=f"/{name}").geturl()

    def start(self) -> None:
        assert PROGRAM is not None, MISSING
        self._process = subprocess.Popen(
            [*AS_USER, PROGRAM, "-q", str(self._folder / "ini")], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + START_S_MAX
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)  # for another process, which has no other way to say that it listens
        raise AssertionError(f"PgBouncer did not start:\n{(self._folder / 'log').read_text()}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def bouncing(folder: Path, dsn: str, mode: str = "transaction") -> Iterator[Bouncer]:
    bouncer = Bouncer(folder, dsn, mode)
    bouncer.start()
    try:
        yield bouncer
    finally:
        bouncer.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
