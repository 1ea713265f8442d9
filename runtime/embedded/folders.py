"""Where the embedded Postgres keeps its things, and what is made there.

    .waymark/               the state folder: $WAYMARK_DATA_DIR, or in the project
        pg18/               the version folder, one for each major, because no major reads another's data
            data/           what initdb made
            server.log      what the server says
            password        of user postgres, for TCP
            port            used last, and used again if it is free
            unsynced        there, as long as a crash of the machine could lose the data
            *.lock          see locks.py
            .s.PGSQL.*      the socket; anyone who reaches it is let in, so the folder is private

Folders that exist already are never given another mode or owner.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import FolderError, SettingError, from_os_error

STATE_FOLDER = ".waymark"
PROJECT_MARKS = ("pyproject.toml", ".git")
SOCKET_BYTES_MAX = 103 if sys.platform == "darwin" else 107  # sun_path without its final zero


def default_state_folder(environ: Mapping[str, str], cwd: Path) -> Path:
    if setting := environ.get("WAYMARK_DATA_DIR"):
        path = Path(setting).expanduser()
        if _exists(path) and not path.is_dir():
            raise SettingError(
                f"WAYMARK_DATA_DIR is {setting!r}, which is not a folder; it takes the path of a folder for the "
                "embedded Postgres, which is made if it is missing"
            )
        return cwd / path
    for folder in (cwd, *cwd.parents):
        if any(_exists(folder / mark) for mark in PROJECT_MARKS):
            return folder / STATE_FOLDER
    return cwd / STATE_FOLDER


def _exists(path: Path) -> bool:
    """Unlike Path.exists, takes a folder that we may not enter for an answer."""
    return os.access(path, os.F_OK)


@dataclass(frozen=True)
class VersionFolder:
    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def password(self) -> Path:
        return self.path / "password"

    @property
    def port(self) -> Path:
        return self.path / "port"

    @property
    def unsynced(self) -> Path:
        return self.path / "unsynced"

    def lock(self, name: str) -> Path:
        return self.path / f"{name}.lock"

    def open_lock(self, name: str) -> int:
        return self.open_private(self.lock(name), os.O_RDWR)

    def open_private(self, path: Path, flags: int) -> int:
        """Open or make a file for this user alone; made by root, it belongs to whom the folder belongs."""
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)
        owner = self.path.stat()
        if os.geteuid() == 0 and os.fstat(fd).st_uid != owner.st_uid:
            os.fchown(fd, owner.st_uid, owner.st_gid)
        return fd

    def write_private(self, path: Path, text: str) -> None:
        fd = self.open_private(path, os.O_TRUNC)
        with os.fdopen(fd, "w") as file:
            file.write(text)

    def socket_folder(self, environ: Mapping[str, str]) -> Path:
        """This folder, or a short one if the socket's path would not fit into a socket address.

        Nor may it hold a comma: there, Postgres and its clients take a list of folders.
        """
        if len(os.fsencode(self.path / ".s.PGSQL.65535")) <= SOCKET_BYTES_MAX and "," not in str(self.path):
            return self.path
        owner = self.path.stat()
        name = f"waymark-{hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]}"
        folder = _private_folder(_short_parent(environ, owner.st_uid) / name, owner)
        if folder.stat().st_uid != owner.st_uid:  # /tmp is everybody's, and the name can be guessed
            raise FolderError(f"{folder}, needed for the socket, belongs to another user; remove it")
        return folder


def prepare(state: Path, major: int) -> VersionFolder:
    """Make the folders that are missing; refuse those that others may enter."""
    state = Path(os.path.realpath(state))  # all users of one folder must come to the same path
    try:
        if not state.exists():
            state.mkdir(parents=True, exist_ok=True)
            (state / ".gitignore").write_text("*\n")
        path = state / f"pg{major}"
        owner = state.stat()
        # Root on somebody's project: what it makes must stay usable to them, and the server runs as them.
        return VersionFolder(_private_folder(path, owner))
    except OSError as error:
        raise from_os_error(error, "use", state) from error


def _private_folder(path: Path, owner: os.stat_result) -> Path:
    try:
        try:
            path.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(path, owner.st_uid, owner.st_gid)
        except FileExistsError:
            pass
        found = path.lstat()
    except OSError as error:
        raise from_os_error(error, "make", path) from error
    if not stat.S_ISDIR(found.st_mode):
        raise FolderError(f"{path} is not a folder; remove it, or set WAYMARK_DATA_DIR to another place")
    if os.geteuid() not in (0, found.st_uid):
        raise FolderError(
            f"{path} belongs to user {found.st_uid}, and this process is user {os.geteuid()}; run as the owner, or set "
            "WAYMARK_DATA_DIR to a folder of your own"
        )
    if found.st_mode & 0o077:
        raise FolderError(
            f"{path} is open to other users (mode {stat.S_IMODE(found.st_mode):o}), and the server lets in whoever "
            f"reaches its socket there; `chmod 700 {path}`, or set WAYMARK_DATA_DIR to another place"
        )
    return path


def _short_parent(environ: Mapping[str, str], owner: int) -> Path:
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or "/nowhere")
    fits = len(os.fsencode(runtime / "waymark-0123456789ab" / ".s.PGSQL.65535")) <= SOCKET_BYTES_MAX
    if fits and "," not in str(runtime) and os.access(runtime, os.W_OK) and owner == os.geteuid():
        return runtime
    return Path("/tmp")
