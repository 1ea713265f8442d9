"""Paths as values: a run carries them between its actions, which have the files. Whatever asks a disk is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from .forms import Form, joined, pieces


def _made(kind: type[PurePath]) -> Callable[[list[Any]], PurePath]:
    return lambda parts: kind(joined(parts))


def _taken(value: PurePath) -> list[Any]:
    return pieces(str(value))


# A `Path` is of the system that it is made on: `PosixPath`, wherever engines run.
FORMS = tuple(
    Form(f"pathlib.{name}", kind, _taken, _made(kind))
    for name, kind in (("PurePosixPath", PurePosixPath), ("PureWindowsPath", PureWindowsPath), ("Path", type(Path())))
)
