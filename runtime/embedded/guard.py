"""Stop the server once nobody uses it: called by the last one out, and run as a process of its own, the guard.

The guard stands by for users who die without leaving. It sleeps in the kernel until `watch.lock` is free of users,
and then decides as a leaving user does, under the gate; `locks.py` has the whole protocol. It is started by file path,
as `python -I -S guard.py FOLDER FD`, with FD the already locked `guard.lock`. So this file imports the standard
library alone, little of it, and nothing of ours.

Alive means that the socket accepts, never that a pid exists: a killed postmaster can stay a zombie for seconds, and a
pid may belong to somebody else by now. The pid to signal is the one which the kernel names as the socket's listener.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path
from typing import NamedTuple

STOP_SECONDS_MAX = 60
# A fast shutdown takes 20 ms; one that hangs is shot. Postgres repairs itself from its log at the next start.
ESCALATION = ((0.0, signal.SIGINT), (20.0, signal.SIGQUIT), (30.0, signal.SIGKILL))
PAUSE_SECONDS = 0.003
ANSWER_SECONDS_MAX = 2.0
SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # a postmaster forks and answers this with one byte, before any login


class Postmaster(NamedTuple):
    """A server that listens. `ready` if it also answers and lets clients in."""

    pid: int
    port: int
    socket_folder: str
    ready: bool


def try_lock(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def find_postmaster(folder: Path) -> Postmaster | None:
    """The server on the data of this version folder, or None when none listens."""
    try:
        lines = os.fsdecode((folder / "data" / "postmaster.pid").read_bytes()).splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(lines) < 8:  # still being written: the eighth line is the server's state
        return None
    port, socket_folder = int(lines[3]), lines[4]
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(ANSWER_SECONDS_MAX)
        try:
            client.connect(f"{socket_folder}/.s.PGSQL.{port}")
        except OSError:  # left behind by a server that was killed
            return None
        pid = _listener(client, stated=int(lines[0]))
        return Postmaster(pid, port, socket_folder, ready=lines[7].strip() == "ready" and _answers(client))


def _listener(client: socket.socket, stated: int) -> int:
    """Who called listen() on the other end, as a pid of our own namespace; 0 if it lives in another container."""
    if not hasattr(socket, "SO_PEERCRED"):  # outside Linux
        return stated
    credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid: int = struct.unpack("3i", credentials)[0]
    return pid


def _answers(client: socket.socket) -> bool:
    """Not implied by a connect: the kernel accepts for a process that is being killed at this moment, or is stopped."""
    try:
        client.sendall(SSL_REQUEST)
        return len(client.recv(1)) == 1
    except OSError:
        return False


def stop_server(folder: Path, server_lock: int) -> None:
    """Stop whatever runs on this folder and wait for its last process. The caller holds the gate and is alone.

    A server still starting up has not reached its socket yet, but holds `server.lock` already: it is waited for.
    If the folder was removed, and perhaps made anew, what is there now is not ours to stop; ours misses its pid file
    within a minute and ends. Raises TimeoutError if something is still there in the end.
    """
    started = time.monotonic()
    due = list(ESCALATION)
    seen: Postmaster | None = None
    while not was_removed(folder, server_lock) and not _all_gone(folder, server_lock):
        waited = time.monotonic() - started
        if waited > STOP_SECONDS_MAX:
            raise TimeoutError(f"it did not end within {STOP_SECONDS_MAX} s")
        if waited >= due[0][0] and (postmaster := find_postmaster(folder)):
            seen = postmaster
            if postmaster.pid <= 0:  # 0 would signal our own process group
                raise TimeoutError("it runs in another container and cannot be signalled from here")
            _send(postmaster.pid, due[0][1])
            due = due[1:] or [(float("inf"), signal.SIGKILL)]
        time.sleep(PAUSE_SECONDS)
    if seen is not None and Path(seen.socket_folder) != folder:
        _remove_if_empty(Path(seen.socket_folder))


def was_removed(folder: Path, server_lock: int) -> bool:
    """Whether our open lock file is no longer the one that others find at its place."""
    try:
        return not os.path.samestat((folder / "server.lock").stat(), os.fstat(server_lock))
    except FileNotFoundError:
        return True


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:  # it has ended since we asked
        pass


def _all_gone(folder: Path, server_lock: int) -> bool:
    if not try_lock(server_lock, fcntl.LOCK_EX):  # inherited by every process of the server
        return False
    fcntl.flock(server_lock, fcntl.LOCK_UN)
    return find_postmaster(folder) is None  # somebody may have started one by hand, without the lock


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # not empty, or gone: either way not ours to insist on
        pass


def stand_guard(folder: Path, guard_lock: int) -> None:
    gate, use, watch, server = (
        os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CLOEXEC) for name in ("gate", "use", "watch", "server")
    )
    while True:
        fcntl.flock(watch, fcntl.LOCK_EX)  # here the guard spends its life: no user was left a moment ago
        fcntl.flock(watch, fcntl.LOCK_UN)  # given back at once, since whoever enters now waits for it
        fcntl.flock(gate, fcntl.LOCK_EX)
        if try_lock(use, fcntl.LOCK_EX):  # still none, and none can come in while we have the gate
            try:
                stop_server(folder, server)
            finally:
                # Before the gate opens: whoever enters next must see that there is no guard.
                fcntl.flock(guard_lock, fcntl.LOCK_UN)
            return
        fcntl.flock(gate, fcntl.LOCK_UN)


if __name__ == "__main__":
    os.chdir("/")  # keep no folder busy
    stand_guard(Path(sys.argv[1]), int(sys.argv[2]))
