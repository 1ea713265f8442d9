"""Files that commands read and write. Output is written beside its place and renamed, so it is whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from waymark.exceptions import WaymarkError

# Folders that hold no sources of the project.
SKIPPED = {".git", ".venv", "venv", "node_modules", "__pycache__", ".waymark", "build", "dist", ".tox", ".mypy_cache"}


def python_files(folder: Path) -> Iterator[Path]:
    """Every Python file below a folder, in a fixed order."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.endswith(".egg-info"))
        yield from (Path(root) / name for name in sorted(names) if name.endswith(".py"))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or leave what was there."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise WaymarkError(f"{path} cannot be written: {error.strerror}") from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)  # mkstemp makes it private; an output file is like any other
        beside.replace(path)
    except OSError as error:
        raise WaymarkError(f"{path} cannot be written: {error.strerror}; what was there is as it was") from error
    finally:
        beside.unlink(missing_ok=True)
