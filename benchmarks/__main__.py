"""`python -m benchmarks [NAME...] [--quick] [--json]`: run workloads, show what came of them."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Iterator

from rich.console import Console

from . import WORKLOADS
from .bench import FULL, QUICK, Bench, Effort
from .figures import Figure, plain
from .show import machine, markdown, table

INTERRUPTED = 130  # as a shell says it of a process that Ctrl-C ended

Measure = Callable[[Bench], Iterator[Figure]]


def workload(name: str) -> tuple[Measure, str]:
    """The function of a workload, and the first line of what its file says."""
    module = importlib.import_module(f"{__package__}.{name}")
    return module.measure, (module.__doc__ or "").splitlines()[0]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What things cost here, in ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(WORKLOADS)}; all without any")
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less: a minute instead of several")
    shapes = parser.add_mutually_exclusive_group()
    shapes.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    shapes.add_argument("--markdown", action="store_true", help="tables as they stand in docs/BENCHMARKS.md")
    options = parser.parse_args(argv)
    unknown = [name for name in options.names if name not in WORKLOADS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    names = options.names or list(WORKLOADS)
    try:
        _run(names, QUICK if options.quick else FULL, options)
    except KeyboardInterrupt:
        print("interrupted; everything that was started is stopped", file=sys.stderr)
        return INTERRUPTED
    return 0


def _run(names: list[str], effort: Effort, options: argparse.Namespace) -> None:
    console, progress = Console(), Console(stderr=True)
    facts = machine()
    found: list[dict[str, object]] = []
    if not options.json:
        console.print("; ".join(f"{name}: {fact}" for name, fact in facts.items()), highlight=False)
    with progress.status("") as status, Bench(effort, status.update) as bench:
        for name in names:
            measure, says = workload(name)
            figures = list(measure(bench))
            found += [plain(name, each) for each in figures]
            if options.markdown:
                print(markdown(name, says, figures), flush=True)
            elif not options.json:
                console.print(table(name, says, figures), highlight=False)
    if options.json:
        print(json.dumps({"machine": facts, "figures": found}, indent=2))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
