"""What `waymark run` shows: its progress on stderr, and the result on stdout."""

from __future__ import annotations

import asyncio
import json
import math
import sys
from typing import Any

from waymark.client import Handle
from waymark.runtime.engine.patience import patiently
from waymark.runtime.model import ENDED, CallRow, Status
from waymark.runtime.store.postgres import PostgresStore
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome

LOOK_EVERY_S = 0.25
NESTING_MAX = 100  # levels of a result that are shown; nobody reads more
INT_BITS_MAX = 10_000  # above, Python refuses to write an int in decimal


def say(text: str) -> None:
    """Progress goes to stderr: stdout is the result alone."""
    print(text, file=sys.stderr, flush=True)


async def watch(store: PostgresStore, handle: Handle) -> None:
    """Say each action that is done, until the run has ended."""
    told = 0
    while True:
        stored = await patiently(handle.stored)  # first: what was done before the end is among the calls then
        calls = await patiently(lambda: store.calls_of(handle.ref))
        for call in calls[told:]:
            say(f"  {_line(call)}")
        told = len(calls)
        if stored.status in (*ENDED, Status.PARKED):
            return
        await asyncio.sleep(LOOK_EVERY_S)


def _line(call: CallRow) -> str:
    took = (call.finished_at - call.started_at) / 1_000_000
    attempt = f" at attempt {call.attempt}" if call.attempt > 1 else ""
    outcome = decode_outcome(call.outcome, inside=True)  # classes of the project are not imported here
    if isinstance(outcome, Raised):
        return f"{call.action} failed after {took:.2f} s{attempt}: {type(outcome.error).__name__}: {outcome.error}"
    return f"{call.action} done in {took:.2f} s{attempt}"


def as_json(value: Any, indent: int | None = 2) -> str:
    """A value as JSON. For reading: what JSON has no form for is shown as Python writes it."""
    text = json.dumps(_plain(value, 0), indent=indent, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, or a terminal that knows few characters
        return json.dumps(_plain(value, 0), indent=indent)
    return text


def _plain(value: Any, depth: int) -> Any:
    if depth > NESTING_MAX:  # or a list that holds itself
        return "..."
    if isinstance(value, dict):
        return {_key(key): _plain(content, depth + 1) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, int) and value.bit_length() > INT_BITS_MAX:
        return hex(value)
    return value if value is None or isinstance(value, bool | int | float | str) else _written(value)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else _written(key)


def _written(value: Any) -> str:
    try:
        return repr(value)
    except (ValueError, RecursionError):  # a giant int in it, or nested too deeply
        return f"<{type(value).__name__}>"
