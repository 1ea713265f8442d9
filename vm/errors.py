"""How an exception of the program travels through the host code of the VM.

A handler that runs a host operation for the program wraps what it raises in `Thrown`; the interpreter's loop takes it
from there and looks for a CATCH. Everything else that reaches the loop is a fault: a bug of ours or a host that ran out
of something, never something that a program's `except` may see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .surface import Fault

# Host conditions that a program did not ask for: the slice is thrown away, not the program's handler run.
# RecursionError is none of them: an operation on deeply nested values raises it under CPython, too.
HOST_CONDITIONS = (MemoryError, KeyboardInterrupt, SystemExit)

# Where an exception keeps the workflow lines that it passed, outermost last: (source, line, function).
TRACE = "__waymark_trace__"


class Thrown(Exception):
    """Carries an exception of the program to the interpreter's loop."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


class Uncatchable(Exception):
    """Ends the run whatever handlers it has: a limit that exists to protect the engine."""


def operate(function: Callable[..., Any], *args: Any) -> Any:
    """Call a host operation for the program. What it raises is thrown into the program."""
    try:
        return function(*args)
    except (Thrown, Fault, Uncatchable):
        raise
    except HOST_CONDITIONS as condition:
        if not hasattr(condition, TRACE):  # with a trace, the program raised it, in a function that the native called
            raise Fault(f"the host raised {type(condition).__name__} in {function!r}") from condition
        caught: BaseException = condition
    except BaseException as error:
        caught = error
    # Outside of the `except` block: there, the host itself would make `caught` the context of what comes next.
    caught.__traceback__ = None
    raise Thrown(caught)


def chain(error: BaseException, handled: BaseException | None) -> None:
    """Make `handled` the context of a newly raised error, and break the cycle that this may close, as CPython does."""
    if handled is None or handled is error:
        return
    seen: BaseException = handled
    visited = {id(handled)}
    while (context := seen.__context__) is not None:
        if context is error:
            seen.__context__ = None
            break
        if id(context) in visited:  # a cycle that does not contain `error`
            break
        visited.add(id(context))
        seen = context
    error.__context__ = handled
