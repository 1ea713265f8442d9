"""Files that commands read and write. Output is written beside its place and renamed, so it is whole or not there."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from waymark.exceptions import WaymarkError

from .errors import UsageError

# Folders that hold no sources of the project; neither do hidden ones and virtual environments.
SKIPPED = {"node_modules", "__pycache__", "build", "dist"}


def existing_file(path: Path, what: str) -> Path:
    """The path itself, if there is a file; UsageError if not. `what` says what the file should be."""
    if path.is_file():
        return path
    if path.is_dir():
        raise UsageError(f"{path} is a folder: give the path of {what} inside it")
    if path.exists():
        raise UsageError(f"{path} is neither a file nor a folder: give the path of {what}")
    raise UsageError(f"{path} does not exist: give the path of {what}")


def python_files(folder: Path, unreadable: Callable[[OSError], object]) -> Iterator[Path]:
    """Every Python file below a folder, in a fixed order. A folder that cannot be listed is told to `unreadable`."""
    for root, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not _is_skipped(Path(root), name))
        found = (Path(root) / name for name in sorted(names) if name.endswith(".py"))
        yield from (path for path in found if path.is_file())


def _is_skipped(root: Path, name: str) -> bool:
    if name in SKIPPED or name.startswith(".") or name.endswith(".egg-info"):
        return True
    return (root / name / "pyvenv.cfg").exists()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or leave what was there. A device or a pipe, which cannot be replaced, is written to."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(path.resolve(), data)  # through a symbolic link, not in its place
    except OSError as error:
        said = "it is a folder; give the name of a file in it" if path.is_dir() else error.strerror
        raise WaymarkError(f"{path} cannot be written: {said}. Nothing was changed") from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_mode_of(path))  # mkstemp makes it private; an output file is like any other
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
