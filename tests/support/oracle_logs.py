"""What a program logs and warns of under CPython: a handler at the root sees every record, as an engine's log would."""

from __future__ import annotations

import contextlib
import logging
import sys
import warnings
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

from scripted import Recorded

PROGRAM = "program.py"
_LEVELS = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "critical"}
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def record_text(logger: str, line: int, text: str, extra: Mapping[str, str]) -> str:
    brought = "".join(f" {name}={value}" for name, value in extra.items())
    return f"{logger}:{line}: {text}{brought}"


@contextlib.contextmanager
def logging_to(recorded: Recorded) -> Iterator[None]:
    """Loggers of the program's own, and what they and `warnings.warn` say as effects of it."""
    root = logging.RootLogger(logging.DEBUG)
    root.addHandler(_Records(recorded))
    names, numbers = dict(logging._levelToName), dict(logging._nameToLevel)
    kept = logging.root, logging.Logger.root, logging.Logger.manager, warnings.warn
    logging.root = logging.Logger.root = root  # type: ignore[misc]
    logging.Logger.manager = logging.Manager(root)
    warnings.warn = _warning_to(recorded)  # type: ignore[assignment]
    try:
        yield
    finally:
        logging.root, logging.Logger.root, logging.Logger.manager, warnings.warn = kept  # type: ignore[misc]
        logging._levelToName.clear(), logging._nameToLevel.clear()
        logging._levelToName.update(names), logging._nameToLevel.update(numbers)


class _Records(logging.Handler):
    def __init__(self, recorded: Recorded) -> None:
        super().__init__()
        self._recorded = recorded
        self._standard = set(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}

    def emit(self, record: logging.LogRecord) -> None:
        level, extra = _LEVELS.get(record.levelno, f"level {record.levelno}"), dict[str, str]()
        try:
            text = record.getMessage()
            if record.exc_info:
                error = record.exc_info[1]
                told = "NoneType: None" if error is None else _told(error)
                text = text.removesuffix("\n") + "\n" + told
            extra = {name: repr(value) for name, value in vars(record).items() if name not in self._standard}
        except RecursionError:
            raise
        except Exception as error:
            level, text, extra = "error", f"Logging error: {_headline(error)}", {}
        self._recorded.logged(level, record_text(str(record.name), record.lineno, text, extra))


def _told(error: BaseException) -> str:
    chain, link, seen = [_one(error)], error, {id(error)}
    while True:
        cause, context = link.__cause__, None if link.__suppress_context__ else link.__context__
        before = context if cause is None else cause
        if before is None or id(before) in seen:
            return "".join(reversed(chain)).removesuffix("\n")
        seen.add(id(before))
        chain.append(_one(before) + (_CONTEXT if cause is None else _CAUSE))
        link = before


def _one(error: BaseException) -> str:
    lines = [*_passed(error.__traceback__)]
    head = ["Traceback (most recent call last):", *lines] if lines else []
    notes = [note for note in getattr(error, "__notes__", ()) if isinstance(note, str)]
    return "\n".join([*head, _headline(error), *notes]) + "\n"


def _passed(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == PROGRAM:
            yield f'  File "{PROGRAM}", line {traceback.tb_lineno}, in {code.co_name}'
        traceback = traceback.tb_next


def _headline(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        text = str(error)
    except Exception:
        text = "<exception str() failed>"
    return f"{name}: {text}" if text else name


def _warning_to(recorded: Recorded) -> Any:
    real = warnings.warn

    def warn(*args: Any, **kwargs: Any) -> None:
        if sys._getframe(1).f_code.co_filename != PROGRAM:
            real(*args, **kwargs)
            return
        if len(args) > 2:
            args, kwargs = (*args[:2], *args[3:]), {**kwargs, "stacklevel": args[2]}
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            real(*args, **kwargs)
        for each in caught:
            text = f"{each.category.__name__}: {each.message}"
            recorded.logged("warning", record_text("py.warnings", each.lineno, text, {}))

    return warn
