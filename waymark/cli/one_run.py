"""`waymark runs show|inspect|export`: all about one run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from waymark.client import Client
from waymark.histories import Event
from waymark.runtime.model import StoredRun
from waymark.runtime.people import RunRow
from waymark.runtime.projection import projected
from waymark.vm.standing import Fiber, Standing
from waymark.vm.surface import Raised
from waymark.vm.wire import BadValue, decode_outcome, decode_value

from .listing import run_as_json
from .opened import asked, run_named
from .tables import print_json, print_table, time_of

SHOWN_MAX = 60


def show_run(name: str, *, as_json: bool) -> int:
    async def ask(client: Client) -> tuple[RunRow, StoredRun, Sequence[Event]]:
        handle = await run_named(client, name)
        return await handle.row(), await handle.stored(), await handle.history()

    row, stored, history = asked(ask)
    if as_json:
        print_json(run_as_json(row) | _values(stored) | {"history": [_event_as_json(each) for each in history]})
        return 0
    shown: dict[str, object] = run_as_json(row) | {key: _short(value) for key, value in _values(stored).items()}
    for key, value in shown.items():
        if value not in (None, [], ""):
            print(f"{key.replace('_', ' '):<12} {', '.join(value) if isinstance(value, list) else value}")
    print()
    columns = ("at", "what", "who or which", "attempt", "took", "came to")
    print_table(columns, [_event_cells(each) for each in history], "nothing has happened yet")
    return 0


def inspect_run(name: str, *, as_json: bool) -> int:
    async def ask(client: Client) -> tuple[str, Standing]:
        handle = await run_named(client, name)
        return str(await handle.status()), await handle.inspect()

    status, standing = asked(ask)
    if as_json:
        print_json({"status": status} | msgspec.to_builtins(standing))
        return 0
    if not standing.fibers:
        print(f"the run is {status} and stands nowhere")
    for fiber in standing.fibers:
        print("\n".join(_fiber_lines(fiber)))
    return 0


def export_run(name: str, out: Path | None) -> int:
    async def ask(client: Client) -> dict[str, Any]:
        handle = await run_named(client, name)
        row, stored = await handle.row(), await handle.stored()
        return (
            run_as_json(row)
            | _values(stored)
            | {
                "history": [_event_as_json(each) for each in await handle.history()],
                "standing": msgspec.to_builtins(await handle.inspect()),
            }
        )

    text = json.dumps(projected(asked(ask)), indent=2)
    if out is None:
        print(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
    return 0


def _values(stored: StoredRun) -> dict[str, Any]:
    """What it was started with and came to. Classes of the project are not imported: they are looked at only."""
    values: dict[str, Any] = {"arguments": _read(stored.arguments)}
    if stored.outcome is not None:
        outcome = decode_outcome(stored.outcome, inside=True)
        if isinstance(outcome, Raised):
            values["raised"] = outcome.error
        else:
            values["result"] = outcome.value
    return values


def _read(arguments: bytes) -> Any:
    try:
        return json.loads(arguments) if arguments.startswith(b"{") else decode_value(arguments, inside=True)
    except (BadValue, ValueError) as error:
        return f"(cannot be read: {error})"


def _event_as_json(event: Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "kind": event.kind,
        "name": event.name,
        "text": event.text,
        "attempt": event.attempt,
        "seconds": None if event.took is None else event.took.total_seconds(),
        "value": event.value,
        "error": event.error,
    }


def _event_cells(event: Event) -> tuple[object, ...]:
    at = f"{event.at.isoformat(timespec='milliseconds')[:-6]}Z"
    took = "" if event.took is None else f"{event.took.total_seconds():.3f} s"
    came = event.text
    if event.kind == "call":
        came = f"{type(event.error).__name__}: {event.error}" if event.error is not None else _short(event.value)
    return at, event.kind, event.name, event.attempt or "", took, came


def _fiber_lines(fiber: Fiber) -> Iterator[str]:
    main = ", the main one" if fiber.main else ""
    awaits = fiber.awaits
    if awaits.startswith("a timer at "):
        awaits = f"a timer at {time_of(int(awaits.rpartition(' ')[2]))}"
    yield f"{fiber.name}{main}, awaits {awaits}, since {time_of(fiber.since)}"
    for line in fiber.lines:
        yield f"  {line.file}:{line.line} in {line.function}{_source(line.file, line.line)}"
        for name, value in line.locals.items():
            yield f"      {name} = {value}"


def _source(file: str, number: int) -> str:
    """The line itself, where the file is at hand. It may be another version than the run's."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError, ValueError):
        return ""
    return f": {lines[number - 1].strip()}" if 0 < number <= len(lines) else ""


def _short(value: Any) -> str:
    text = json.dumps(projected(value))
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."
