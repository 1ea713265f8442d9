"""Proof that an engine of this host is dead: the lock on its file is free.

An engine makes a file under the state folder and locks it before the store hears of it, and keeps the lock for as long
as it lives; the kernel gives the lock back whichever way a process ends. Whoever can lock the file of another engine
has proved that engine dead, and may end its lease at once instead of waiting for it to run out.

The file of a dead engine stays where it is for a day: what the engine had sent may reach the store after its burial,
among it what takes partitions and begins a lease, and then it is proved dead and buried once more.

A pid proves nothing (it is reused, and containers number their own), nor does a host name. A file that is not there
proves nothing either: it may be in another container, or a cleaner of temporary files took it. Then the lease decides.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..model import PARTITIONS, EngineId, EngineRow, RunRef

OLD_S = 24 * 3600.0  # by then the lease of a dead engine is over anywhere, and its file proves nothing new

CRUMB = struct.Struct(">BH16s")  # 1; partition and id of the run that is being executed
CRUMB_BYTES = CRUMB.size
NOBODY = bytes(CRUMB_BYTES)
BURIED = b"\2" + bytes(CRUMB_BYTES - 1)

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def host_id() -> str:
    """Of this boot of this machine: no lock survives either. Where there is no boot id, the machine's own number."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return f"node-{uuid.getnode():012x}"


def file_name(engine: EngineId) -> str:
    return f"{engine}.lock"


def lock_path(state_dir: Path, engine: EngineId) -> Path:
    return state_dir / "engines" / file_name(engine)


class LifeLock:
    """This engine's file, locked from the first moment on."""

    def __init__(self, state_dir: Path, engine: EngineId) -> None:
        self.path = lock_path(state_dir, engine)
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        # Not inheritable: a lock belongs to the open file, so a child that kept it would keep a dead engine alive.
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(self._fd, CRUMB_BYTES)
        self._crumb = mmap.mmap(self._fd, CRUMB_BYTES)

    def mark(self, ref: RunRef | None) -> None:
        """Say in the file which run is being executed: whoever buries this engine reads what it died of. It is memory
        that is shared with the kernel, so it survives the process, and costs no call."""
        self._crumb[:CRUMB_BYTES] = NOBODY if ref is None else CRUMB.pack(1, ref.part, ref.run.bytes)

    def remove(self) -> None:
        """At a clean end, when the store knows that the engine owns nothing: there is nothing left to prove."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """The engine is no more. Its file, if it is there, proves that from now on."""
        self._crumb.close()
        os.close(self._fd)


def proved_dead(row: EngineRow, host: str) -> bool:
    return _may_prove(row, host) and _is_free(Path(row.lock))


def _may_prove(row: EngineRow, host: str) -> bool:
    return row.host == host and Path(row.lock).name == file_name(row.engine)


def _is_free(file: Path) -> bool:
    if (fd := _locked(file)) is None:
        return False
    os.close(fd)
    return True


def _locked(file: Path) -> int | None:
    """The file, with its lock. None: somebody has it, or the file is not there, or not ours to open: no proof."""
    try:
        fd = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(fd), file.stat()):
            raise FileNotFoundError  # somebody has buried it while we opened it
    except OSError:
        os.close(fd)
        return None
    return fd


def last_run(row: EngineRow) -> RunRef | None:
    """The run that a dead engine was executing when it died. None: it was not executing any, or nobody can tell."""
    try:
        crumb = Path(row.lock).read_bytes()
    except OSError:
        return None
    if len(crumb) != CRUMB_BYTES or crumb[0] != 1:
        return None
    _, part, run = CRUMB.unpack(crumb)
    return RunRef(part, uuid.UUID(bytes=run)) if part < PARTITIONS else None


def was_buried(row: EngineRow) -> bool:
    try:
        return Path(row.lock).read_bytes()[:1] == BURIED[:1]
    except OSError:
        return False


def acquit(lock: Path) -> None:
    """The run that this file's engine executes has its strike already: whoever buries the engine gives no other."""
    fd = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.pwrite(fd, NOBODY, 0)  # the memory that the engine has mapped is the same
    finally:
        os.close(fd)


@contextmanager
def burying(row: EngineRow, host: str) -> Iterator[bool]:
    """Whether this engine is proved dead, and nobody else is burying it. What the store is to know of that is done in
    the block; the file then says so. After an error it does not, for the next who comes."""
    fd = _locked(Path(row.lock)) if _may_prove(row, host) else None
    if fd is None:
        yield False
        return
    try:
        yield True
        os.pwrite(fd, BURIED, 0)
    finally:
        os.close(fd)


def _sweep(folder: Path) -> None:
    """Remove what engines left behind that died before they owned anything, and that nobody therefore buries."""
    for file in folder.glob("*.lock"):
        try:
            old = time.time() - file.stat().st_mtime > OLD_S
        except FileNotFoundError:  # somebody else sweeps, too
            continue
        if old and _is_free(file):
            file.unlink(missing_ok=True)
