"""The process in which work is done that may have to be ended (`apart.py`). It is run by its path, and loads little.

    request     size in 8 bytes; marshalled (kind of work, seconds of processor time), marshalled arguments
    answer      size in 8 bytes; marshalled (name of what was raised or "", value)

A timer of the processor's time ends the process, in whatever C code it is.
"""

from __future__ import annotations

import hashlib
import io
import marshal
import re
import signal
import sys
from functools import lru_cache
from importlib import import_module
from typing import Any, BinaryIO

_SIZE = 8


@lru_cache(256)
def _compiled(pattern: Any, flags: int) -> re.Pattern[Any]:
    return re.compile(pattern, flags)


def found(pattern: re.Pattern[Any], how: str, text: Any, start: int, end: int, count: int) -> Any:
    """What `how` finds: one match as (spans, last group), or for "all" a list of them, at most `count` if not 0."""
    if how != "all":
        match = getattr(pattern, how)(text, start, end)
        return None if match is None else (match.regs, match.lastindex)
    rows = []
    for match in pattern.finditer(text, start, end):
        rows.append((match.regs, match.lastindex))
        if len(rows) == count:
            break
    return rows


def _match(pattern: Any, flags: int, how: str, text: Any, start: int, end: int, count: int) -> Any:
    return found(_compiled(pattern, flags), how, text, start, end, count)


def _matcher(a: Any, b: Any, junk: list[Any], autojunk: bool) -> Any:
    return import_module("difflib").SequenceMatcher(junk.__contains__ if junk else None, a, b, autojunk)


def _longest(a: Any, b: Any, junk: list[Any], autojunk: bool, *places: Any) -> Any:
    return tuple(_matcher(a, b, junk, autojunk).find_longest_match(*places))


def _blocks(a: Any, b: Any, junk: list[Any], autojunk: bool) -> Any:
    return [tuple(each) for each in _matcher(a, b, junk, autojunk).get_matching_blocks()]


def _compared(a: Any, b: Any, linejunk: str, charjunk: str) -> Any:
    difflib = import_module("difflib")
    functions = [getattr(difflib, each) if each else None for each in (linejunk, charjunk)]
    return list(difflib.Differ(*functions).compare(a, b))


def _lines(name: str) -> Any:
    return lambda *arguments: list(getattr(import_module("difflib"), name)(*arguments))


WORK = {
    "match": _match,
    "pbkdf2_hmac": hashlib.pbkdf2_hmac,
    "longest": _longest,
    "blocks": _blocks,
    "compared": _compared,
    "unified_diff": _lines("unified_diff"),
    "context_diff": _lines("context_diff"),
    "close": _lines("get_close_matches"),
}


def _answer(request: bytes) -> bytes:
    source = io.BytesIO(request)
    work, seconds = marshal.load(source)
    arguments = marshal.load(source)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return marshal.dumps(("", WORK[work](*arguments)))
    except Exception as error:
        return marshal.dumps((type(error).__name__, str(error)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    while head := source.read(_SIZE):
        answer = _answer(source.read(int.from_bytes(head, "big")))
        sink.write(len(answer).to_bytes(_SIZE, "big") + answer)
        sink.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the parent's to deal with
    serve(sys.stdin.buffer, sys.stdout.buffer)
