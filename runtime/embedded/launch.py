"""Find the server of a version folder, or start it. The caller holds the gate.

A start may meet the remains of the server before: a killed postmaster that its parent has not reaped yet and whose pid
file therefore counts as taken, or its last processes going down. Both pass, so both are waited out. A port that was
taken in the meantime is replaced, and a server that dies without giving a reason is started again, a few times.
Everything else that keeps Postgres from starting is an error at once.
"""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import shutil
import socket
import sys
import time

from .accounts import Account
from .binaries import Binaries
from .errors import StartError, tail
from .folders import VersionFolder
from .guard import Postmaster, find_postmaster, try_lock
from .locks import inheritable_lock

START_SECONDS_MAX = 30.0
POLL_SECONDS = 0.003
RETRY_SECONDS = 0.1
ATTEMPTS_MAX = 5
LOG_BYTES_MAX = 2**20
# Two pieces of the write-ahead log. With less, a full disk is the likely reason, which the server's log cannot tell.
FREE_MIB_MIN = 32

REMAINS = re.compile(r'lock file "[^"]*" already exists|pre-existing shared memory block')
REASON = re.compile(r"\b(FATAL|PANIC):")  # without one it was killed
PORT_TAKEN = re.compile(r"could not create any TCP/IP sockets|Address already in use")

# Small: no helpers that a laptop would not miss. Memory is taken only when used, so the buffers may be larger.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "dynamic_shared_memory_type": "mmap",  # in the data folder: a killed server leaves nothing in /dev/shm
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "logging_collector": "off",
    "log_destination": "stderr",
}
# Checkpoints are free then, so the log stays small: tests may keep it in memory.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}


def find_or_start(folder: VersionFolder, binaries: Binaries, account: Account, durable: bool) -> Postmaster:
    deadline = time.monotonic() + START_SECONDS_MAX
    log_bytes: int | None = None  # of the log before our attempt; None before the first
    attempts = 0
    port = _free_port(_last_port(folder))
    while time.monotonic() < deadline:
        found = find_postmaster(folder.path)
        if found is not None and found.ready:
            folder.write_private(folder.port, str(found.port))
            return found
        if not _anything_runs(folder):
            if log_bytes is not None:
                port = _port_after_failure(folder, log_bytes, port, attempts)
                time.sleep(RETRY_SECONDS)
            attempts += 1
            log_bytes = _launch(folder, binaries, account, durable, port)
        time.sleep(POLL_SECONDS)
    raise StartError(
        f"the server in {folder.path} did not come up within {START_SECONDS_MAX:.0f} s; `fuser {folder.lock('server')}`"
        f" names what is left of it. The end of {folder.log}:{tail(_log_since(folder, log_bytes or 0))}"
    )


def _anything_runs(folder: VersionFolder) -> bool:
    fd = folder.open_lock("server")
    try:
        return not try_lock(fd, fcntl.LOCK_EX)
    finally:
        os.close(fd)


def _launch(folder: VersionFolder, binaries: Binaries, account: Account, durable: bool, port: int) -> int:
    """Let pg_ctl start the server, detached from us, and do not wait. Gives the size of the log before that."""
    _record_durability(folder, binaries, account, durable)
    _rotate(folder)
    log_bytes = folder.log.stat().st_size if folder.log.exists() else 0
    options = " ".join(
        f"-c {shlex.quote(f'{key}={value}')}" for key, value in _settings(folder, binaries, port).items()
    )
    if not durable:
        options += "".join(f" -c {key}={value}" for key, value in NOT_DURABLE.items())
    # Relative names, because pg_ctl writes them into a shell command as they are, be there quotes or dollars in them.
    command = (binaries["pg_ctl"], "start", "-W", "-D", folder.data.name, "-l", folder.log.name, "-o", options)
    with inheritable_lock(folder, "server") as lock:
        done = account.run(*command, cwd=folder.path, pass_fds=() if lock is None else (lock,))
    if done.returncode > 0:  # less than 0: it was killed, which is no reason to give up
        raise StartError(f"pg_ctl could not start the server in {folder.path}:{tail(done.stdout)}")
    return log_bytes


def _record_durability(folder: VersionFolder, binaries: Binaries, account: Account, durable: bool) -> None:
    """While `unsynced` is there, files may be newer in memory than on the disk, and Postgres does not know which."""
    if not durable:
        folder.write_private(folder.unsynced, "")
    elif folder.unsynced.exists():
        _sync(folder, binaries, account)
        folder.unsynced.unlink()


def _sync(folder: VersionFolder, binaries: Binaries, account: Account) -> None:
    """The whole file system at once where Postgres can do that: a thousand files one by one may take seconds."""
    command = [binaries["initdb"], "--sync-only", "-D", str(folder.data)]
    if binaries.major >= 17 and sys.platform == "linux":
        command.append("--sync-method=syncfs")
    done = account.run(*command, cwd=folder.path)
    if done.returncode != 0:
        raise StartError(f"could not write {folder.data} to the disk:{tail(done.stdout)}")


def _settings(folder: VersionFolder, binaries: Binaries, port: int) -> dict[str, str]:
    socket_folder = str(folder.socket_folder(os.environ)).replace('"', '""')
    settings = SETTINGS | {"port": str(port), "unix_socket_directories": f'"{socket_folder}"'}
    if binaries.major >= 18:
        settings["io_method"] = "sync"  # otherwise three processes that wait for something to read
    return settings


def _port_after_failure(folder: VersionFolder, log_bytes: int, port: int, attempts: int) -> int:
    """The port for another attempt; StartError if another attempt would fail as the last one did."""
    log = _log_since(folder, log_bytes)
    if PORT_TAKEN.search(log):
        return _free_port(None)
    if REMAINS.search(log) or (attempts < ATTEMPTS_MAX and not REASON.search(log)):
        return port
    free_mib = shutil.disk_usage(folder.path).free // 2**20
    advice = f"its disk has {free_mib} MiB left, free some" if free_mib < FREE_MIB_MIN else "its log says why"
    raise StartError(f"the server in {folder.path} did not start; {advice}. The end of {folder.log}:{tail(log)}")


def _log_since(folder: VersionFolder, log_bytes: int) -> str:
    try:
        return folder.log.read_bytes()[log_bytes:].decode(errors="replace")
    except FileNotFoundError:
        return ""


def _rotate(folder: VersionFolder) -> None:
    if folder.log.exists() and folder.log.stat().st_size > LOG_BYTES_MAX:
        folder.log.replace(folder.log.with_suffix(".log.1"))


def _last_port(folder: VersionFolder) -> int | None:
    """Used again, so that a DSN outlives a crash of the server."""
    try:
        return int(folder.port.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _free_port(wanted: int | None) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Postgres does
        try:
            probe.bind(("127.0.0.1", wanted or 0))
        except (OSError, OverflowError):
            return _free_port(None) if wanted else 0
        port: int = probe.getsockname()[1]
        return port
