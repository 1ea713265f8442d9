"""The command line. Each command imports its work when it runs, so that `waymark --help` answers at once."""

from __future__ import annotations

import sys


def main() -> None:
    """The `waymark` command."""
    from .app import run_app

    sys.exit(run_app(sys.argv[1:]))


def start_workers_main() -> None:
    """`waymark-start-workers`: the same as `waymark start-workers`."""
    from .app import run_app

    sys.exit(run_app(["start-workers", *sys.argv[1:]]))
