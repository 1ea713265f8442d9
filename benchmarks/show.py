"""Figures as a table for people, and the machine that they are of."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from .bench import cpu_count
from .figures import Figure, Goal


def machine() -> dict[str, str]:
    """What a figure means nothing without."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return {
        "date": datetime.date.today().isoformat(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": f"{cpu_count()} x {_cpu_name()}",
        "load before": load,
    }


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def table(workload: str, says: str, figures: Sequence[Figure]) -> Table:
    made = Table(title=f"{workload}: {says}", title_justify="left", title_style="bold", expand=False)
    made.add_column("figure")
    for heading in ("best", "median", "unit", "N", "ratio"):
        made.add_column(heading, justify="left" if heading == "unit" else "right")
    made.add_column("to")
    made.add_column("goal")
    for each in figures:
        beside = f"{number(each.beside_value)} {each.unit} {each.baseline}"
        best, median = Text(number(each.best)), Text(number(each.median))
        (best if each.by == "best" else median).stylize("bold")  # the one that counts
        row = (each.name, best, median, each.unit, str(len(each.rounds)))
        made.add_row(*row, f"x {number(each.ratio)}", beside, _goal(each))
    return made


def markdown(workload: str, says: str, figures: Sequence[Figure]) -> str:
    """The same for docs/BENCHMARKS.md."""
    lines = [["figure", "ours", "beside", "ratio", "goal"], ["---"] * 5]
    for each in figures:
        ours, beside = f"{number(each.value)} {each.unit}", f"{number(each.beside_value)} {each.unit}, {each.baseline}"
        lines.append([each.name, ours, beside, f"x {number(each.ratio)}", _goal(each).plain])
    rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"### {workload}: {says}\n\n{rows}\n"


def _goal(each: Figure) -> Text:
    goal = each.goal
    if goal is None:
        return Text()
    said = f"{sign(goal)} {'x ' if goal.of == 'ratio' else ''}{number(goal.bound)}"
    return Text(f"{said}, met", style="green") if goal.met_by(each) else Text(f"{said}, missed", style="red")


def sign(goal: Goal) -> str:
    return ">=" if goal.least else "<="


def number(value: float) -> str:
    """Three digits that count."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"
