"""What `waymark run` shows: its progress on stderr, and the result on stdout."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from waymark.handle import Handle
from waymark.runtime.engine.patience import patiently
from waymark.runtime.model import ENDED, CallRow, Status
from waymark.runtime.projection import projected
from waymark.runtime.store.postgres import PostgresStore
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome

LOOK_EVERY_S = 0.25


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
    """A value as JSON. For reading: see `waymark.runtime.projection`."""
    text = json.dumps(projected(value), indent=indent, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, or a terminal that knows few characters
        return json.dumps(projected(value), indent=indent)
    return text
