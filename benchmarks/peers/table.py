"""Rows as a table for people: medians, and in brackets how many times better Waymark is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from ..show import number
from .contenders import OURS
from .rows import Aim, Row

NONE = "-"


def table(rows: Sequence[Row], names: Sequence[str]) -> Table:
    title = "medians of interleaved rounds; in brackets how many times better Waymark is"
    made = Table(title=title, title_justify="left", title_style="bold", expand=False)
    made.add_column("figure")
    made.add_column("unit")
    for name in names:
        made.add_column(name, justify="right")
    made.add_column("goals of issue 9")
    for row in rows:
        made.add_row(row.name, row.unit, *(cell(row, name) for name in names), _aims(row))
    return made


def cell(row: Row, name: str) -> str:
    value, times = row.median(name), row.times_better(name)
    if value is None:
        return "failed, see below" if row.why(name) else NONE
    return number(value) if name == OURS or times is None else f"{number(value)} (x {number(times)})"


def _aims(row: Row) -> Text:
    said = Text()
    for aim in row.aims:
        met = row.met(aim)
        word = {True: "met", False: "missed", None: "not known"}[met]
        style = {True: "green", False: "red", None: ""}[met]
        said.append(f"{', ' if said else ''}{aim_says(row, aim)} {word}", style=style)
    return said


def aim_says(row: Row, aim: Aim) -> str:
    if aim.against:
        return f"x {number(aim.bound)} of {aim.against}"
    return f"{'>=' if row.more_is_better else '<='} {number(aim.bound)}"


def failures(rows: Sequence[Row]) -> list[str]:
    """A line for each reason why a contender lacks figures, with the first of them."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for name in row.values:
            if (why := row.why(name)) is not None:
                lacking.setdefault((name, why), []).append(row.name)
    return [
        f"{name} failed: {why} ({figures[0]}{f', and {len(figures) - 1} more' if figures[1:] else ''})"
        for (name, why), figures in lacking.items()
    ]


def markdown(rows: Sequence[Row], names: Sequence[str]) -> str:
    """The same for docs/BENCHMARKS.md."""
    lines = [["figure", "unit", *names, "goals of issue 9"], ["---"] * (len(names) + 3)]
    lines += [[row.name, row.unit, *(cell(row, name) for name in names), _aims(row).plain] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
