"""Tracebacks of workflows as Python's own: the lines that an exception passed in a run, for whatever prints tracebacks.

The lines ran on a machine of ours, in another process, so Python has no frames of them. What prints a traceback looks
at a frame's file, name and line alone; frames of empty functions that are called so serve as well. The source is shown
where the file is at hand, as Python does it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import CodeType, FrameType, TracebackType

from waymark.stdlib.values.tracebacks import TRACE

LINES_MAX = 100

_EMPTY = compile("frames.append(current())", "<workflow>", "exec")


def with_traceback(error: BaseException) -> BaseException:
    """The exception with its lines as a traceback, and likewise what led to it and the members of a group."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        lines = vars(one).get(TRACE)
        if isinstance(lines, list) and one.__traceback__ is None:
            one.__traceback__ = _traceback([line for line in reversed(lines) if not str(line[0]).startswith("<")])
        waiting += [one.__cause__, one.__context__]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
    return error


def _traceback(lines: Sequence[tuple[str, int, str]]) -> TracebackType | None:
    """Outermost first."""
    made: TracebackType | None = None
    for file, line, name in reversed(lines[:LINES_MAX]):
        made = TracebackType(made, _frame(file, line, name), -1, line)  # -1: no instruction, so the line counts
    return made


def _frame(file: str, line: int, name: str) -> FrameType:
    code: CodeType = _EMPTY.replace(co_filename=file, co_name=name, co_qualname=name, co_firstlineno=line)
    frames: list[FrameType] = []
    exec(code, {"__name__": name, "frames": frames, "current": lambda: sys._getframe(1)})
    return frames[0]
