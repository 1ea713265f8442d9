"""Work whose time nothing bounds, done where it can be ended: what natives ask, and whom.

    run_apart("it", "match", pattern, flags, ...)     what comes of the work of this name (`apart_work.py`)

A regular expression that goes back again and again takes years over forty letters, and C code of this process cannot
be stopped. So the host of the machines provides somebody who can be ended (`waymark.runtime.helpers.apart`), after
`apart_ms` of processor time; the run then ends with its line, and sees nothing else of it.
"""

from __future__ import annotations

import marshal
from typing import Any, Protocol

from .amounts import exceed, limits
from .services import Excess


class Apart(Protocol):
    """Where work is done that may have to be ended."""

    def call(self, work: str, seconds: float, arguments: bytes) -> bytes | None:
        """Arguments and answer are marshalled. None: it took longer than so many seconds of processor time."""
        ...


_used: Apart | None = None


def use(apart: Apart) -> None:
    """Whom to ask from now on, in this process."""
    global _used
    _used = apart


def run_apart(what: str, work: str, *arguments: Any) -> Any:
    """Have the work done. `what` is what a message calls it."""
    allowed = limits().apart_ms
    if _used is None:
        raise RuntimeError(f"{what} is for a process that can be ended, and no host has provided one: see apart.use")
    answer = _used.call(work, allowed / 1000, marshal.dumps(arguments))
    if answer is None:
        exceed("apart_ms", f"{what} takes more than {allowed} ms of processor time")
    failed, value = marshal.loads(answer)
    if failed == "MemoryError":
        raise Excess(MemoryError())
    if failed:
        raise RuntimeError(value)
    return value
