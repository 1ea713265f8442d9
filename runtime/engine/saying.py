"""Where the log of runs goes: `print` in a workflow, and what the machine has to say of a run.

By default to `logging`, as the logger "waymark.run". Where the user's own terminal is at hand, print goes there.
"""

from __future__ import annotations

import logging
import sys

from .events import PRINT, Said

log = logging.getLogger("waymark.run")

_LEVELS = {name: getattr(logging, name.upper()) for name in ("critical", "error", "warning", "info", "debug")}
_NUMBERED = "level "  # of a level without a name


def to_log(said: Said) -> None:
    """One record a line of the program's log; `run` is the id of the run, `logger` and `line` are the program's own."""
    numbered = said.level.startswith(_NUMBERED)
    level = int(said.level.removeprefix(_NUMBERED)) if numbered else _LEVELS.get(said.level, logging.INFO)
    where = f"{said.logger}:{said.line}: " if said.logger else ""
    brought = "".join(f" {name}={value}" for name, value in said.extra.items())
    told = {"run": str(said.ref.run), "said": said.level, "logger": said.logger, "line": said.line}
    log.log(level, "%s", f"{where}{said.text.removesuffix(chr(10))}{brought}", extra=told)


def to_terminal(said: Said) -> None:
    """What the program prints, as it would print it; the rest is logged."""
    if said.level == PRINT:
        sys.stdout.write(said.text)
        sys.stdout.flush()
    else:
        to_log(said)
