"""A failed run as text: the lines of the workflow that its exception passed, as Python's tracebacks are laid out.

    shop.py:11 in charge
    KeyError: 'card'

    The above exception was the direct cause of the following exception:

    shop.py:20 in Checkout.run
    ExceptionGroup: two problems (2 sub-exceptions)
      1. shop.py:14 in ship
         ValueError: no address
      2. TimeoutError: late

What came first stands first. Lines of the prelude are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from .tracebacks import TRACE

_CAUSED = "The above exception was the direct cause of the following exception:"
_DURING = "During handling of the above exception, another exception occurred:"
ERRORS_MAX = 50  # told of one failure; the exceptions themselves are all in `__cause__`


def lines_of(error: BaseException) -> tuple[str, ...]:
    """The lines that an exception of a workflow passed, outermost first."""
    held = vars(error).get(TRACE)
    passed = reversed(held) if isinstance(held, list) else ()
    return tuple(f"{source}:{line} in {name}" for source, line, name in passed if not source.startswith("<waymark."))


def told(error: BaseException, trace: tuple[str, ...]) -> list[str]:
    """The exception with all that led to it; `trace` are its own lines."""
    return [*_chain(error, trace, {id(error)})]


def _chain(error: BaseException, trace: tuple[str, ...], seen: set[int]) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen and len(seen) < ERRORS_MAX:
        seen.add(id(before))
        yield from _chain(before, lines_of(before), seen)
        yield from ("", _CAUSED if before is error.__cause__ else _DURING, "")
    yield from trace
    yield f"{type(error).__name__}: {error}"
    notes = getattr(error, "__notes__", None)
    yield from (str(note) for note in notes) if isinstance(notes, list) else ()
    if isinstance(error, BaseExceptionGroup):
        yield from _members(error, seen)


def _members(group: BaseExceptionGroup[BaseException], seen: set[int]) -> Iterator[str]:
    for number, member in enumerate(group.exceptions, 1):
        if len(seen) >= ERRORS_MAX:
            yield f"  and {len(group.exceptions) - number + 1} more"
            return
        if id(member) not in seen:
            seen.add(id(member))
            first, *rest = _chain(member, lines_of(member), seen)
            yield f"  {number}. {first}"
            yield from (f"     {line}" if line else "" for line in rest)
