"""The page of state machines, drawn from their tables: `python -m waymark.runtime.machines.diagrams`."""

from __future__ import annotations

import enum
from typing import Any

from .calls import CALLS
from .leases import LEASES
from .offers import OFFERS
from .retry import RETRY
from .runs import RUNS
from .schedules import SCHEDULES
from .table import Table

TABLES: tuple[Table[Any, Any], ...] = (RUNS, CALLS, RETRY, OFFERS, LEASES, SCHEDULES)

HEAD = """# The state machines

Generated from the tables in `runtime/machines/` by `python -m waymark.runtime.machines.diagrams`. Do not edit.

An event that a table does not name is refused: it would be a mistake of Waymark's own. One that is *ignored* may well
happen, and changes nothing.
"""


def machines_page() -> str:
    return "\n".join([HEAD, *(_section(table) for table in TABLES)])


def _section(table: Table[Any, Any]) -> str:
    lines = [f"## {table.name.capitalize()}", "", table.about, "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.value}" as {state.name}' for state in table.states]
    lines.append(f"    [*] --> {table.begins.name}")
    lines += [f"    {row.state.name} --> {row.to.name}: {row.event.value}" for row in table.rows]
    lines += [f"    {state.name} --> [*]" for state in table.states if table.ends(state)]
    lines += ["```", "", "| is | event | becomes | |", "| --- | --- | --- | --- |"]
    lines += [_line(row.state, row.event, row.to.value, row.why) for row in table.rows]
    lines += [_line(state, event, "*ignored*", why) for (state, event), why in table.ignored.items()]
    return "\n".join([*lines, ""])


def _line(state: enum.Enum, event: enum.Enum, to: str, why: str) -> str:
    return f"| {state.value} | {event.value} | {to} | {why} |"


if __name__ == "__main__":
    print(machines_page(), end="")
