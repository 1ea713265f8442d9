"""Tracebacks of the program's exceptions: a chain of lines, in the place of CPython's chain of frames.

An exception keeps the newest link under `TRACE` in its `__dict__`, for as long as no program has read that, and apart
from then on; `__traceback__` leads to it. Each line that the exception passes becomes a link in front, so links are
never changed, may be shared by several exceptions (the parts of a group), and tell by identity whether one has been
anywhere since.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any
from weakref import ref

from .standing import stands_for

TRACE = "__waymark_trace__"
LINES_MAX = 1000  # of one traceback; of more, the first ones and the last are kept


class Traceback:
    """A line that an exception has passed, and the traceback that it had before."""

    __slots__ = ("__weakref__", "function", "length", "source", "tb_lineno", "tb_next")

    def __init__(self, source: str, line: int, function: str, before: Traceback | None) -> None:
        if before is not None and before.length >= LINES_MAX:
            before = before.tb_next
        self.source = source
        self.tb_lineno = line
        self.function = function
        self.tb_next: Traceback | None = before
        self.length: int = 1 if before is None else before.length + 1

    def __repr__(self) -> str:
        return "<traceback object>"


def traceback_of(error: BaseException) -> Traceback | None:
    """The newest link, past whatever the error's class makes of looking it up."""
    found = _attributes(error).get(TRACE) if id(error) not in _apart else _apart[id(error)][1]
    return found if type(found) is Traceback else None  # an error from outside may bring lines as plain values


def set_traceback(error: BaseException, traceback: Any) -> None:
    """`error.__traceback__ = traceback`, with CPython's words for what is none."""
    if traceback is not None and type(traceback) is not Traceback:
        raise TypeError("__traceback__ must be a traceback or None")
    if id(error) in _apart:
        _apart[id(error)][1] = traceback
    elif traceback is None:
        _attributes(error).pop(TRACE, None)
    else:
        _attributes(error)[TRACE] = traceback


def keep_apart(error: BaseException) -> None:
    """The program gets the `__dict__` of an exception, which is of a class of its own."""
    place = id(error)
    if place not in _apart:
        _apart[place] = [ref(error, lambda _: _apart.pop(place, None)), _attributes(error).pop(TRACE, None)]


def is_apart(error: BaseException) -> bool:
    """Whether the traceback is not in the `__dict__`."""
    return id(error) in _apart


_apart: dict[int, list[Any]] = {}  # by the id of the exception: a weak reference to it, and its newest link


def with_traceback(error: BaseException, *args: Any, **kwargs: Any) -> BaseException:
    """`error.with_traceback(traceback)`."""
    if kwargs or len(args) != 1:
        BaseException.with_traceback(error, *args, **kwargs)  # which refuses them
    set_traceback(error, *args)
    return error


def entries(traceback: Traceback | None) -> Iterator[tuple[str, int, str]]:
    """Source, line and function of each link, the newest first: the outermost frame is the last to be passed."""
    for _ in range(LINES_MAX):
        if traceback is None:
            return
        yield traceback.source, traceback.tb_lineno, traceback.function
        traceback = traceback.tb_next


def _attributes(error: BaseException) -> dict[str, Any]:
    found: dict[str, Any] = object.__getattribute__(error, "__dict__")
    return found


# `type(tb).__name__` and CPython's messages know it by this name, and the gate by CPython's attributes.
stands_for(TracebackType, Traceback)
