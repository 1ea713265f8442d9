"""`python -m benchmarks.peers [NAME...] [--quick] [--json]`: run workloads, show one table. `make bench` calls it."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from ..bench import FULL, QUICK, Bench
from ..show import machine
from . import WORKLOADS
from .arena import Arena
from .contenders import CONTENDERS
from .rows import Row, plain
from .table import failures, markdown, table

INTERRUPTED = 130  # as a shell says it of a process that Ctrl-C ended
LOGS = Path(__file__).parents[2] / "build" / "peers" / "logs"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description="Waymark beside bare SQL and peers."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(WORKLOADS)}; all without any")
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less")
    shapes = parser.add_mutually_exclusive_group()
    shapes.add_argument("--json", action="store_true", help="rows as JSON on stdout, with the values of every round")
    shapes.add_argument("--markdown", action="store_true", help="the table as it stands in docs/BENCHMARKS.md")
    parser.add_argument("--but", action="append", default=[], metavar="CONTENDER", help="leave this one out")
    options = parser.parse_args(argv)
    known = [each.name for each in CONTENDERS]
    for given, those, what in ((options.names, WORKLOADS, "benchmark"), (options.but, known, "contender")):
        unknown = [name for name in given if name not in those]
        if unknown:
            parser.error(f"there is no {what} {', '.join(unknown)}; there are {', '.join(those)}")
    try:
        _run(options)
    except KeyboardInterrupt:
        print("interrupted; everything that was started is stopped", file=sys.stderr)
        return INTERRUPTED
    return 0


def _run(options: argparse.Namespace) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    progress, facts, rows = Console(stderr=True), machine(), dict[str, list[Row]]()
    contenders = [each for each in CONTENDERS if each.name not in options.but]
    with (
        progress.status("") as status,
        Bench(QUICK if options.quick else FULL, said_by(progress, status.update)) as bench,
    ):
        arena = Arena(bench, LOGS, contenders)
        for name in options.names or WORKLOADS:
            rows[name] = list(importlib.import_module(f"{__package__}.{name}").measure(arena))
    _show(options, facts, rows, [each.name for each in contenders])


def _show(options: argparse.Namespace, facts: dict[str, str], rows: dict[str, list[Row]], names: list[str]) -> None:
    every = [row for some in rows.values() for row in some]
    if options.json:
        found = [plain(workload, row) for workload, some in rows.items() for row in some]
        print(json.dumps({"machine": facts, "rows": found}, indent=2))
        return
    print("; ".join(f"{name}: {fact}" for name, fact in facts.items()))
    if options.markdown:
        print(markdown(every, names))
    else:
        Console(width=None if sys.stdout.isatty() else 200).print(table(every, names), highlight=False)
    for line in failures(every):
        print(line)


def said_by(progress: Console, update: Callable[[str], None]) -> Callable[[str], None]:
    """What goes on: in the one line that changes, or line by line where nobody sees it change."""
    return update if progress.is_terminal else lambda text: progress.print(text, highlight=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
