"""How an exception of the program travels through the host code of the VM.

A handler that runs a host operation for the program wraps what it raises in `Thrown`; the interpreter's loop takes it
from there and looks for a CATCH. Everything else that reaches the loop is a fault: a bug of ours or a host that ran out
of something, never something that a program's `except` may see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from waymark.stdlib.natives.services import Excess, Refusal
from waymark.stdlib.values.tracebacks import TRACE as TRACE

from .mistakes import is_mistake
from .surface import Fault, TraceLine

# Host conditions that a program did not ask for: the slice is thrown away, not the program's handler run.
# RecursionError is none of them: an operation on deeply nested values raises it under CPython, too.
HOST_CONDITIONS = (MemoryError, KeyboardInterrupt, SystemExit)


class Thrown(Exception):
    """Carries an exception of the program to the interpreter's loop.

    A `fresh` one is raised here and now: what is being handled becomes its context. One that only passes by (it left a
    function that a native had called, or was thrown into a generator that is closed) keeps the context that it has.
    `first`: where a native raised the error while it handled another, the one that it began with.
    """

    def __init__(self, error: BaseException, *, fresh: bool = True, first: BaseException | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.fresh = fresh
        self.first = error if first is None else first


class Uncatchable(BaseException):
    """Ends the run whatever handlers it has. `lines` are where it stood, outermost first; the loop fills them in."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lines: tuple[TraceLine, ...] = ()


class OutOfReach(Uncatchable):
    """An attribute that CPython has, and a program cannot read."""


def operate(function: Callable[..., Any], *args: Any) -> Any:
    """Call a host operation for the program. What it raises is thrown into the program."""
    try:
        return function(*args)
    except BaseException as error:
        caught = error
    # Outside of the `except` block: there, the host itself would make `caught` the context of what comes next.
    raise thrown(caught)


def thrown(caught: BaseException) -> BaseException:
    """What to raise for what a host operation of the program raised, behind the `except` that caught it."""
    if isinstance(caught, Thrown | Fault | Uncatchable):
        return caught
    if isinstance(caught, Refusal):
        return Uncatchable(str(caught))
    if isinstance(caught, Excess):
        return Thrown(caught.error)
    passing = _was_handed_over(caught)
    if not passing and (isinstance(caught, HOST_CONDITIONS) or is_mistake(caught)):
        fault = Fault(f"the host raised {type(caught).__name__}: {caught}")
        fault.__cause__ = caught
        return fault
    first = None if passing else _begun_with(caught)
    caught.__traceback__ = None
    return Thrown(caught, fresh=first is not None, first=first)


def _begun_with(error: BaseException) -> BaseException | None:
    """The first of the errors that a native raised one while handling another; None: it came from the program.

    Those of the native are the ones with a traceback of the host's, which they lose here.
    """
    while (context := error.__context__) is not None and context.__traceback__ is not None:
        if _was_handed_over(context):
            return None
        context.__traceback__ = None
        error = context
    return error


def hand_over(error: BaseException) -> NoReturn:
    """Raise what left a function of the program into the native that called the function."""
    error.__traceback__ = None
    raise error


def _was_handed_over(error: BaseException) -> bool:
    """Whether a function of the program raised the error, and the native in between only let it pass."""
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    return innermost is not None and innermost.tb_frame.f_code is hand_over.__code__


def chain(error: BaseException, handled: BaseException | None) -> BaseException | None:
    """Make `handled` the context of a newly raised error, and break the cycle that this may close, as CPython does.

    Returns the exception that lost its context to that, if one did.
    """
    if handled is None or handled is error:
        return None
    cut = None
    seen: BaseException = handled
    visited = {id(handled)}
    while (context := seen.__context__) is not None:
        if context is error:
            seen.__context__ = None
            cut = seen
            break
        if id(context) in visited:  # a cycle that does not contain `error`
            break
        visited.add(id(context))
        seen = context
    error.__context__ = handled
    return cut
