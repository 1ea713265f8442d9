"""Where the log of runs goes: `print` in a workflow, and what the machine has to say of a run.

By default to `logging`, as the logger "waymark.run". Where the user's own terminal is at hand, print goes there.
"""

from __future__ import annotations

import logging
import sys

from .events import PRINT, Said

log = logging.getLogger("waymark.run")

_LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "debug": logging.DEBUG}


def to_log(said: Said) -> None:
    """One record a line of the program's log; `run` is the id of the run."""
    level = _LEVELS.get(said.level, logging.INFO)
    log.log(level, "%s", said.text.removesuffix("\n"), extra={"run": str(said.ref.run), "said": said.level})


def to_terminal(said: Said) -> None:
    """What the program prints, as it would print it; the rest is logged."""
    if said.level == PRINT:
        sys.stdout.write(said.text)
        sys.stdout.flush()
    else:
        to_log(said)
