"""Tables for people, and JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from waymark.runtime.projection import projected

PLAIN_WIDTH = 240  # where nobody looks, as in a pipe
CELL_MAX = 80
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], nothing: str) -> None:
    """Rows below their headings; without any, the sentence that says so."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listed = [[_printable(cell) for cell in row] for row in rows]
    if not listed:
        print(nothing)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in listed:
        table.add_row(*map(Text, row))
    terminal = sys.stdout.isatty()
    Console(file=sys.stdout, width=None if terminal else PLAIN_WIDTH, highlight=False).print(table)


def print_json(value: Any) -> None:
    print(json.dumps(projected(value), indent=2, ensure_ascii=not _can_print_all()))


def _can_print_all() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def _printable(cell: object) -> str:
    """A cell on one line, without what would move the cursor or end the table."""
    text = "" if cell is None else str(cell)
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return text if len(text) <= CELL_MAX else f"{text[: CELL_MAX - 1]}…"


def time_of(instant: int | None) -> str | None:
    """In UTC, to the millisecond."""
    if instant is None:
        return None
    return f"{(_EPOCH + timedelta(microseconds=instant)).isoformat(timespec='milliseconds')[:-6]}Z"


def seconds(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return ""
    return f"{max(0, last - first) / 1_000_000:.3f} s"
