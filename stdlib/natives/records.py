"""What `logging` and `warnings` of the prelude end in: a record of the run's log, made once and kept for ever."""

from __future__ import annotations

from collections.abc import Iterator

from ..values.tracebacks import entries, traceback_of
from .model import Native
from .services import Refusal, services

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
CHAIN_MAX = 50


def write(level: str, logger: str, text: str, stacklevel: int, extra: dict[str, str]) -> None:
    """Say it, with the line of the program's function that is so many calls out."""
    services.get().say(level, text, logger, stacklevel, extra)


def refuse(what: str, advice: str) -> None:
    raise Refusal(f"a workflow cannot use {what}: {advice}")


def told(error: BaseException) -> str:
    """The lines that an exception has passed, and what it is, as CPython prints them without the lines' text."""
    chain, link, seen = [_one(error)], error, {id(error)}
    while len(chain) < CHAIN_MAX:
        cause, context = link.__cause__, None if link.__suppress_context__ else link.__context__
        before = context if cause is None else cause
        if before is None or id(before) in seen:
            break
        seen.add(id(before))
        chain.append(_one(before) + (_CONTEXT if cause is None else _CAUSE))
        link = before
    return "".join(reversed(chain)).removesuffix("\n")


def _one(error: BaseException) -> str:
    lines = [*_passed(error)]
    head = ["Traceback (most recent call last):", *lines] if lines else []
    return "\n".join([*head, headline(error), *_notes(error)]) + "\n"


def _passed(error: BaseException) -> Iterator[str]:
    for source, line, function in entries(traceback_of(error)):
        if not source.startswith("<"):  # of the prelude
            yield f'  File "{source}", line {line}, in {function.rpartition(".")[2]}'


def headline(error: BaseException) -> str:
    """`ValueError: it is wrong`."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        text = str(error)
    except Exception:
        text = "<exception str() failed>"
    return f"{name}: {text}" if text else name


def _notes(error: BaseException) -> list[str]:
    notes = getattr(error, "__notes__", ())
    return [note for note in notes if isinstance(note, str)] if isinstance(notes, list | tuple) else []


def natives() -> list[Native]:
    return [
        Native("_logging.write/1", write, note="an effect of the run, released once its state is durable"),
        Native("_logging.refuse/1", refuse),
        Native("_logging.told/1", told, nested=True),
        Native("_logging.headline/1", headline, nested=True),
    ]
