"""The process in which work is done that may have to be ended (`apart.py`). It is run by its path, and loads little.

    python -I -S apart_process.py PATH_OF_THE_WORK

    request     size in 8 bytes; marshalled (kind of work, seconds of processor time), marshalled arguments
    answer      size in 8 bytes; marshalled (name of what was raised or "", value)

A timer of the processor's time ends the process, in whatever C code it is.
"""

from __future__ import annotations

import io
import marshal
import runpy
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

_SIZE = 8

Work = Mapping[str, Callable[..., Any]]


def _answer(work: Work, request: bytes) -> bytes:
    source = io.BytesIO(request)
    name, seconds = marshal.load(source)
    arguments = marshal.load(source)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return marshal.dumps(("", work[name](*arguments)))
    except Exception as error:
        return marshal.dumps((type(error).__name__, str(error)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def serve(work: Work, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    while head := source.read(_SIZE):
        answer = _answer(work, source.read(int.from_bytes(head, "big")))
        sink.write(len(answer).to_bytes(_SIZE, "big") + answer)
        sink.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the parent's to deal with
    serve(runpy.run_path(sys.argv[1])["WORK"], sys.stdin.buffer, sys.stdout.buffer)
