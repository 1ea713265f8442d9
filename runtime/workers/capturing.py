"""Log records of an attempt go to that attempt, too. Handlers, levels and the root logger stay the user's to set up.

Records are seen where they are made, so only those are that a logger's level lets through.
"""

from __future__ import annotations

import logging
from typing import Any

from .current import current_or_none

TEXT_CHARS_MAX = 4_000


def install() -> None:
    """Once a process. A factory that somebody has put there before goes on making the records."""
    make = logging.getLogRecordFactory()

    def record_of(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = make(*args, **kwargs)
        if (current := current_or_none()) is not None:
            current.hear(record)
        return record

    logging.setLogRecordFactory(record_of)


def text_of(record: logging.LogRecord) -> str:
    """Its message, with the traceback if it has one."""
    try:
        text = record.getMessage()
    except Exception as error:  # the arguments do not fit the format; logging itself says so on stderr
        text = f"{record.msg!r} (cannot be formatted: {error})"
    if record.exc_info and record.exc_info[0] is not None:
        text = f"{text}\n{logging.Formatter().formatException(record.exc_info)}"
    return text if len(text) <= TEXT_CHARS_MAX else f"{text[: TEXT_CHARS_MAX - 1]}…"
