"""The command line. Each command imports its work when it runs, so that `waymark --help` answers at once."""

from __future__ import annotations

import io
import sys


def main(arguments: list[str] | None = None) -> None:
    """The `waymark` command."""
    from .app import run_app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to fail
    sys.exit(run_app(sys.argv[1:] if arguments is None else arguments))


def start_workers_main() -> None:
    """`waymark-start-workers`: the same as `waymark start-workers`."""
    main(["start-workers", *sys.argv[1:]])
