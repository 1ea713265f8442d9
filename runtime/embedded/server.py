"""The public face: open the server of a state folder, hold it, let go of it."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from .accounts import choose_account
from .binaries import Binaries, find_binaries
from .create import DATABASE, SUPERUSER, create_cluster
from .errors import DurabilityError, EmbeddedPostgresError, FolderError, LockTimeoutError, StopError, from_os_error
from .folders import VersionFolder, default_state_folder, prepare
from .guard import Postmaster, find_postmaster, stop_server
from .launch import find_or_start
from .locks import Locks, ensure_guard

logger = logging.getLogger("waymark.embedded")


class EmbeddedPostgres:
    """One user's hold on the server of a state folder. While anybody holds it, it runs.

    Any number of processes, and of these objects in one process, may hold one server. A child process that was given
    the DSN may use the server as long as its parent holds it, and opens the same state folder to hold it by itself.
    """

    def __init__(self, folder: VersionFolder, binaries: Binaries, durable: bool) -> None:
        """Not for callers: use `open`, which also starts the server."""
        self._folder = folder
        self._binaries = binaries
        self._durable = durable
        self._locks: Locks | None = None
        self._opened_by = os.getpid()
        self._enter()

    @classmethod
    def open(cls, state_dir: Path | None = None, *, durable: bool = True) -> Self:
        """Hold the server of `state_dir`, making and starting it where needed. Blocks meanwhile, usually below 1 s.

        Without `state_dir`: $WAYMARK_DATA_DIR, else `.waymark` in the project. `durable=False` is for tests: five
        times faster commits, and a crash of the machine (not of a process) may destroy all data.
        """
        binaries = find_binaries(os.environ)
        try:
            state = Path(state_dir) if state_dir is not None else default_state_folder(os.environ, Path.cwd())
            folder = prepare(state, binaries.major)
            return cls(folder, binaries, durable)
        except OSError as error:
            raise from_os_error(error, "use", Path(error.filename or state_dir or ".")) from error

    def _enter(self) -> None:
        self._locks = locks = Locks(self._folder)
        try:
            with locks.gate():
                try:
                    if self._durable and self._folder.unsynced.exists() and locks.is_last():
                        self._stop(locks)  # the orphan of a test that was killed together with its guard
                    locks.join()
                    ensure_guard(self._folder)
                    self._postmaster = self._running_or_started()
                    self._password = self._read_password()
                except BaseException:  # an interrupt, too, must not leave behind what was just started
                    self._part(locks)
                    raise
        except BaseException:
            locks.close()
            self._locks = None
            raise

    def _running_or_started(self) -> Postmaster:
        folder = self._folder
        found = find_postmaster(folder.path)
        if found is None or not found.ready:
            account = choose_account(folder, self._binaries)
            if not folder.data.exists():
                self._warn_of_other_versions()
                create_cluster(folder, self._binaries, account)
            found = find_or_start(folder, self._binaries, account, self._durable)
        if self._durable and folder.unsynced.exists():
            raise DurabilityError(
                f"the server in {folder.path} is running with durable=False, and would lose what you commit if the "
                "machine crashed; let its other users end first, or use a state folder of your own"
            )
        return found

    def _read_password(self) -> str:
        path = self._folder.password
        try:
            return path.read_text()
        except FileNotFoundError as error:
            raise FolderError(
                f"{path} is missing, and without it nobody can log in; put it back, or remove {path.parent} with all "
                "its data to start anew"
            ) from error

    def revive(self) -> None:
        """Start the server again if it has died; the port stays the same unless somebody took it."""
        if self._locks is None:
            raise EmbeddedPostgresError(f"the server in {self._folder.path} was closed; open it again")
        try:
            with self._locks.gate():
                ensure_guard(self._folder)
                self._postmaster = self._running_or_started()
        except OSError as error:
            raise from_os_error(error, "use", self._folder.path) from error

    def close(self) -> None:
        """Let go of the server; the last one out stops it. Calling it again does nothing."""
        locks, self._locks = self._locks, None
        if locks is None:
            return
        try:
            if os.getpid() != self._opened_by:  # a fork: unlocking our copy would unlock our parent's
                return
            with locks.gate():
                self._part(locks)
        except LockTimeoutError:
            logger.warning("%s is busy; its guard will stop the server", self._folder.path)
            locks.part()
        finally:
            locks.close()

    def _part(self, locks: Locks) -> None:
        locks.part()
        if locks.is_last():
            self._stop(locks)

    def _stop(self, locks: Locks) -> None:
        try:
            stop_server(self._folder.path, locks.server)
        except OSError as error:  # a TimeoutError, or a server of somebody else, who came by the data another way
            hint = f"`fuser {self._folder.lock('server')}` names its processes"
            raise StopError(f"could not stop the server in {self._folder.path}: {error}; {hint}") from error

    def _warn_of_other_versions(self) -> None:
        others = sorted(data.parent.name for data in self._folder.path.parent.glob("pg*/data"))
        if others:
            logger.warning(
                "%s starts empty: %s beside it holds the data of another version of Postgres, which %s cannot read",
                self._folder.path,
                ", ".join(others),
                self._binaries.version,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def dsn(self, database: str = DATABASE) -> str:
        """For any client and any process of this machine: over TCP, with the password."""
        return f"postgresql://{SUPERUSER}:{self._password}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    def socket_dsn(self, database: str = DATABASE) -> str:
        """For processes of this user: over the Unix socket, without a password."""
        host = quote(self._postmaster.socket_folder, safe="/")
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={host}&port={self.port}"

    @property
    def pid(self) -> int:
        return self._postmaster.pid

    @property
    def port(self) -> int:
        return self._postmaster.port

    @property
    def version(self) -> str:
        """Of the programs found by this process, such as "18.6"."""
        return self._binaries.version

    @property
    def folder(self) -> Path:
        """The version folder inside the state folder, with the data and `server.log`."""
        return self._folder.path
