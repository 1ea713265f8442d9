"""`print`: an effect of the run, recorded once."""

from __future__ import annotations

import builtins
from typing import Any

from .addresses import without_addresses
from .model import Native
from .services import Refusal, services

_NAMES = frozenset(("sep", "end", "file", "flush"))
PLAIN = frozenset((str, bytes, int, float, complex, bool, type(None)))


def say(*args: Any, **kwargs: Any) -> None:
    """`print(*args, sep=, end=)`. What is before an argument whose text fails, or prints, is printed by then.

    A `file` that is an object of the program is the prelude's affair. Any other has nothing to write with.
    """
    if not kwargs.keys() <= _NAMES:
        builtins.print(**kwargs)
    sep, end = texts(kwargs.get("sep"), kwargs.get("end"))
    file = kwargs.get("file")
    if file is not None:
        raise AttributeError(f"'{type(file).__name__}' object has no attribute 'write'", name="write", obj=file)
    text = ""
    for place, value in enumerate(args):
        if place:
            text += sep
        if type(value) not in PLAIN:
            _write(text)
            text = ""
        text += without_addresses(str(value), say, (value,))
    _write(text + end)


def texts(sep: Any, end: Any) -> tuple[str, str]:
    """What stands between the arguments, and behind them."""
    return _text("sep", sep, " "), _text("end", end, "\n")


def check(sep: Any, end: Any, file: Any) -> tuple[str, str]:
    """The same, for units of the time when there was no `file`."""
    if file is not None:
        raise Refusal("a workflow prints into its own log: `print(..., file=...)` has nowhere to write; use an @action")
    return texts(sep, end)


def is_plain(value: Any) -> bool:
    """Whether asking for the text of the value runs no code of the program."""
    return type(value) in PLAIN


def _write(text: str) -> None:
    if text:
        services.get().say("print", text)


def _text(name: str, value: Any, default: str) -> str:
    if value is None:
        return default
    if not isinstance(value, str):
        raise TypeError(f"{name} must be None or a string, not {type(value).__name__}")
    return value


def natives() -> list[Native]:
    return [
        Native("print/1", say),
        Native("print_check/1", check),
        Native("print_texts/1", texts),
        Native("print_is_plain/1", is_plain),
        Native("print_write/1", _write),
    ]
