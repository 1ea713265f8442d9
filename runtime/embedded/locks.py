"""Who may start and stop the server, decided by kernel file locks, which a killed process gives back by itself.

Five files in the version folder, and who holds them:

    gate.lock    exclusive, by one process at a time, while it enters, leaves, starts or stops the server
    use.lock     shared, by every user; whoever could have it exclusively is alone
    watch.lock   shared, by every user; the guard waits for it
    guard.lock   exclusive, by the guard from before its birth to its end
    server.lock  exclusive, by every process of the server, which inherit it from pg_ctl (and by initdb)

Entering: take the gate; share `use` and `watch`; if `guard.lock` is free, start a guard; find the server or start it;
open the gate. Leaving: take the gate; release `watch` and `use`; if `use` could be had exclusively, stop the server;
open the gate. The guard (guard.py): wait for `watch` exclusively and give it back at once; take the gate; if `use` can
be had exclusively, stop the server, release `guard.lock`, end; else open the gate and wait again.

Why this neither races nor hangs:
- Locks are waited for in one order, gate before the others. The guard waits for `watch` with empty hands and lets go
  of it before it asks for the gate, so somebody who enters waits for `watch` only as long as that takes.
- Nobody takes `use` exclusively without the gate, so the question "am I alone" has an exact answer. That is why the
  guard waits on a file of its own: waiting on `use`, it could snatch it from under the last one out, who would then
  believe in another user and return from close() with the server still running.
- Users may die at any point. Whatever they began is visible in `server.lock`: a server that was launched a moment ago
  and has not yet written its pid file holds it. The guard exists before the server does.
- The guard may die. Whoever enters or leaves next does not need it, and entering starts a new one. `guard.lock` is
  taken by the parent and inherited, so that two who enter in a row start one guard, and a guard that ends releases it
  under the gate, so that nobody relies on a guard that has decided to go.
- All are killed, the guard too: the server stays; the next one to enter finds it and the last one out stops it.

flock belongs to the open file, not to the process, hence three habits below: every user opens the files anew; locks are
released by LOCK_UN and not by closing, since a forked child may hold a copy; a forked child never unlocks (server.py).
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from . import guard
from .errors import EmbeddedPostgresError, FolderError, LockTimeoutError, from_os_error
from .folders import VersionFolder
from .guard import try_lock, was_removed

# Longer than the longest thing done under the gate: waiting out a dying server, initdb, a start.
GATE_SECONDS_MAX = 180.0
PAUSES_SECONDS = (0.002, 0.005, 0.01, 0.02)

# The shell forks and ends at once, so the guard is no child of ours which we would have to reap. Being in the
# background it also ignores the Ctrl-C that its first user gets.
IN_BACKGROUND = ("/bin/sh", "-c", '"$@" &', "sh")


def wait_for_lock(fd: int, kind: int, seconds_max: float) -> bool:
    """Polling instead of blocking, because a blocked flock has no deadline; the pauses stay short beside a start."""
    deadline = time.monotonic() + seconds_max
    pauses = iter(PAUSES_SECONDS)
    pause = PAUSES_SECONDS[-1]
    while not try_lock(fd, kind):
        if time.monotonic() >= deadline:
            return False
        time.sleep(next(pauses, pause))
    return True


class Locks:
    """One user's own view of the lock files."""

    def __init__(self, folder: VersionFolder) -> None:
        self._folder = folder
        self._fds: dict[str, int] = {}
        try:
            for name in ("gate", "use", "watch", "server"):
                self._fds[name] = folder.open_lock(name)
            fcntl.flock(self._fds["server"], fcntl.LOCK_UN)  # does nothing, but fails where there are no file locks
        except OSError as error:
            self.close()
            raise from_os_error(error, "lock files in", folder.path) from error

    @contextmanager
    def gate(self) -> Iterator[None]:
        if not wait_for_lock(self._fds["gate"], fcntl.LOCK_EX, GATE_SECONDS_MAX):
            raise LockTimeoutError(
                f"another process has been starting or stopping the server in {self._folder.path} for "
                f"{GATE_SECONDS_MAX:.0f} s; `fuser {self._folder.lock('gate')}` names it"
            )
        try:
            yield
        finally:
            fcntl.flock(self._fds["gate"], fcntl.LOCK_UN)

    def join(self) -> None:
        """Become a user. Under the gate nobody holds these exclusively, but for the guard's blink at `watch`."""
        if was_removed(self._folder.path, self.server):
            raise FolderError(f"{self._folder.path} was removed by somebody while it was being opened; open it again")
        for name in ("use", "watch"):
            if not wait_for_lock(self._fds[name], fcntl.LOCK_SH, GATE_SECONDS_MAX):
                raise LockTimeoutError(
                    f"{self._folder.lock(name)} stays locked; `fuser {self._folder.lock(name)}` names the process"
                )

    def part(self) -> None:
        """Be no user any more. `use` first: the guard, woken by `watch`, must find it free."""
        for name in ("use", "watch"):
            fcntl.flock(self._fds[name], fcntl.LOCK_UN)

    def is_last(self) -> bool:
        """Whether no user is left; under the gate that stays true."""
        if not try_lock(self._fds["use"], fcntl.LOCK_EX):
            return False
        fcntl.flock(self._fds["use"], fcntl.LOCK_UN)
        return True

    @property
    def server(self) -> int:
        return self._fds["server"]

    def close(self) -> None:
        while self._fds:
            os.close(self._fds.popitem()[1])


@contextmanager
def inheritable_lock(folder: VersionFolder, name: str) -> Iterator[int | None]:
    """The named lock, held, to be passed on to a process started inside; None when somebody holds it already.

    Closing our copy does not release it: it belongs to whoever inherited it, and falls with the last of them.
    """
    fd = folder.open_lock(name)
    try:
        yield fd if try_lock(fd, fcntl.LOCK_EX) else None
    finally:
        os.close(fd)


def ensure_guard(folder: VersionFolder) -> None:
    with inheritable_lock(folder, "guard") as fd:
        if fd is None:
            return
        command = [*IN_BACKGROUND, sys.executable, "-I", "-S", guard.__file__, str(folder.path), str(fd)]
        log = folder.open_private(folder.log, os.O_APPEND)
        try:
            subprocess.run(
                command, pass_fds=(fd,), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        except OSError as error:
            raise EmbeddedPostgresError(f"could not start the guard of {folder.path}: {error}") from error
        finally:
            os.close(log)
