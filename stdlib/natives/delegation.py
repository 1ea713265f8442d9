"""What `yield from` and the exceptions that are thrown into it need.

What is thrown in is handed on as it came: `rows.throw(ValueError, "x")` calls the inner iterator's `throw` with a class
and a text, and nobody makes the exception before somebody has to raise it.
"""

from __future__ import annotations

from typing import Any

from .model import Native
from .services import services


class HandedOn(BaseException):
    """Stands for what was thrown in, from the `yield` to its handler. `args` are what `throw` was given."""


def thrown_in(iterator: Any, error: BaseException) -> tuple[Any, ...]:
    """What to call the inner iterator's `throw` with."""
    return error.args if type(error) is HandedOn else (error,)


def thrown_leaves(thrown: tuple[Any, ...]) -> bool:
    """Whether it is a GeneratorExit, which closes the inner iterator instead."""
    kind = thrown[0] if isinstance(thrown[0], type) else type(thrown[0])
    return GeneratorExit in kind.__mro__


def thrown_made(thrown: tuple[Any, ...]) -> BaseException:
    """The exception to raise where nothing takes it in."""
    return services.get().thrown(thrown)


def natives() -> list[Native]:
    return [
        Native("thrown_in/1", thrown_in),
        Native("thrown_leaves/1", thrown_leaves),
        Native("thrown_made/1", thrown_made),
    ]
