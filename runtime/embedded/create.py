"""Make a new cluster: initdb, the database `waymark`, the password.

It is made in `init.<pid>` and renamed when it is whole, so that killing anything at any moment leaves either no data or
all of it. Only one process at a time does this (it has the gate), so what lies in `init.*` at the beginning was left
behind. An initdb whose parent was killed may still be writing there; it inherited `server.lock`, and is waited for.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import sys
from pathlib import Path

from .accounts import Account
from .binaries import Binaries
from .errors import FolderError, InitError, from_os_error, tail
from .folders import VersionFolder
from .locks import inheritable_lock, wait_for_lock

DATABASE = "waymark"
SUPERUSER = "postgres"
NEEDED_MIB = 100  # 40 for the empty cluster, 16 for each piece of its log, and something to work with
INITDB_SECONDS_MAX = 60.0
LOCALE = "C" if sys.platform == "darwin" else "C.UTF-8"  # C collation and UTF-8 both ways; macOS has no C.UTF-8


def create_cluster(folder: VersionFolder, binaries: Binaries, account: Account) -> None:
    """Under the gate. Afterwards the folder holds `data`, with a database `waymark`, and `password`."""
    stage = folder.path / f"init.{os.getpid()}"
    try:
        with inheritable_lock(folder, "server") as lock:
            # None: an orphaned initdb has it. Then we wait until it could be ours, and go on without it.
            if lock is None:
                _wait_for_orphan(folder)
            for leftover in folder.path.glob("init.*"):
                shutil.rmtree(leftover, ignore_errors=True)
            _require_space(folder.path)
            folder.write_private(folder.password, secrets.token_urlsafe(24))
            fds = () if lock is None else (lock,)
            _initdb(folder, stage, binaries, account, fds)
            _create_database(folder, stage, binaries, account, fds)
        folder.write_private(folder.unsynced, "")
        stage.rename(folder.data)
    except OSError as error:
        raise from_os_error(error, "make a database in", folder.path) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _wait_for_orphan(folder: VersionFolder) -> None:
    fd = folder.open_lock("server")
    try:
        if not wait_for_lock(fd, fcntl.LOCK_EX, INITDB_SECONDS_MAX):
            raise InitError(
                f"processes of an earlier server or initdb in {folder.path} do not end; "
                f"`fuser {folder.lock('server')}` names them"
            )
    finally:
        os.close(fd)


def _require_space(path: Path) -> None:
    free_mib = shutil.disk_usage(path).free // 2**20
    if free_mib < NEEDED_MIB:
        raise FolderError(
            f"{path} has {free_mib} MiB of free space, and a new database needs {NEEDED_MIB}; free some, or set "
            "WAYMARK_DATA_DIR to another disk"
        )


def _initdb(folder: VersionFolder, stage: Path, binaries: Binaries, account: Account, fds: tuple[int, ...]) -> None:
    options = [
        f"--pgdata={stage}",
        f"--username={SUPERUSER}",
        f"--pwfile={folder.password}",
        "--auth-local=trust",  # the socket's folder is private
        "--auth-host=scram-sha-256",  # loopback is open to every user of the machine
        f"--locale={LOCALE}",
        "--encoding=UTF8",
        "--no-sync",  # synced as a whole before the first durable start, and never for a test
        "--no-instructions",
    ]
    done = account.run(binaries["initdb"], *options, cwd=folder.path, pass_fds=fds)
    if done.returncode != 0:
        raise InitError(f"initdb failed in {folder.path} ({binaries.folder}/initdb):{tail(done.stdout)}")


def _create_database(
    folder: VersionFolder, stage: Path, binaries: Binaries, account: Account, fds: tuple[int, ...]
) -> None:
    """By a server of one process, which needs no socket, no password and no client, and exits with the statement."""
    statement = f"CREATE DATABASE {DATABASE};\n"
    settings = ("-c", "fsync=off", "-c", "dynamic_shared_memory_type=mmap")
    command = (binaries["postgres"], "--single", *settings, "-D", str(stage), SUPERUSER)
    done = account.run(*command, cwd=folder.path, stdin=statement, pass_fds=fds)
    if done.returncode != 0 or re.search(r"\b(ERROR|FATAL|PANIC):", done.stdout):
        raise InitError(f"the database {DATABASE} could not be made in {folder.path}:{tail(done.stdout)}")
