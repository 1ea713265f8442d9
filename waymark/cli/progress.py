"""What a person at a terminal is shown while files are checked: one line, written over again and again, then gone.

Many files are counted. Of a file that takes long, the pass is named, with the functions that it has done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .checking import Checked

PROGRESS_FROM = 10  # files; fewer are checked before anybody wonders
LONG_S = 1.0  # from when on a file takes long
AGAIN_S = 0.1  # between two looks at how far it is
CLEARED = "\r\x1b[K"


class Progress:
    """The line. Where nobody sees it, nothing is written."""

    def __init__(self, total: int, *, wanted: bool) -> None:
        self._total = total
        self._shown = wanted and sys.stderr.isatty()
        self._number = 1
        self._written = False

    @property
    def inside(self) -> Callable[[Path], Callable[[str, int], None]] | None:
        """Makes, for a file, who is told how far its compilation is; None if nobody looks."""
        return self._file if self._shown else None

    def counted(self, checked: Iterable[Checked]) -> Iterator[Checked]:
        for self._number, each in enumerate(checked, 1):
            if self._total >= PROGRESS_FROM:
                self._write(f"checking {self._number} of {self._total}: {each.file}")
            yield each
        if self._written:
            self._write("")

    def _file(self, file: Path) -> Callable[[str, int], None]:
        next_look = time.monotonic() + LONG_S

        def told(name: str, functions: int) -> None:
            nonlocal next_look
            now = time.monotonic()
            # A pass that begins is always told: the one before may have taken long, and this one may.
            if now >= next_look or (not functions and self._written):
                next_look = now + AGAIN_S
                done = f", {functions} function{'s' * (functions != 1)}" if functions else ""
                self._write(f"checking {file}: {name}{done}")

        return told

    def _write(self, text: str) -> None:
        if self._shown:
            self._written = bool(text)
            print(CLEARED + text, end="", file=sys.stderr, flush=True)
