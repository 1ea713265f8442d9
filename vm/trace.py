"""Where a program stands, as lines of its source: for tracebacks, and for the texts of what ends a run.

An exception of a workflow has no traceback of the host, but a chain of lines (`stdlib/values/tracebacks.py`).
"""

from __future__ import annotations

from itertools import islice

from waymark.stdlib.values.tracebacks import Traceback, entries, set_traceback, traceback_of

from .surface import TraceLine
from .values.frames import Frame

LINES_MAX = 200


def line_of(frame: Frame) -> TraceLine:
    line, _ = frame.loaded.position(frame.pc)
    return TraceLine(frame.loaded.source, line, frame.loaded.qualname)


def describe(frame: Frame) -> str:
    line = line_of(frame)
    return f"{line.source}:{line.line} in {line.function}"


def ended_at(frame: Frame | None, told: str) -> str:
    """Why a run ends, behind the place of the program where it stands: what is in the prelude is no place of its."""
    while frame is not None:
        if not frame.loaded.source.startswith("<"):
            return f"{describe(frame)}: {told}"
        frame = frame.caller
    return told


def lines_to(frame: Frame | None) -> tuple[TraceLine, ...]:
    """The lines of a chain of frames, outermost first."""
    lines: list[TraceLine] = []
    while frame is not None and len(lines) < LINES_MAX:
        lines.append(line_of(frame))
        frame = frame.caller
    return tuple(reversed(lines))


def note(error: BaseException, frame: Frame) -> None:
    """The exception passes the line at which the frame stands."""
    line = line_of(frame)
    set_traceback(error, Traceback(line.source, line.line, line.function, traceback_of(error)))


def lines_of(error: BaseException) -> tuple[TraceLine, ...]:
    """The workflow lines that the exception passed, outermost first, as Python prints them."""
    return tuple(TraceLine(*entry) for entry in islice(entries(traceback_of(error)), LINES_MAX))
