"""The commands that run engines: what they take, and what their help says. `app.py` puts them beside the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    target: Annotated[
        str,
        typer.Argument(
            metavar="FILE:Workflow", help="The workflow, such as shop/checkout.py:Checkout.", show_default=False
        ),
    ],
    inputs: Annotated[
        str, typer.Option("--input", metavar="JSON", help="The arguments of run(), as an object.")
    ] = "{}",
    id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The run's own id: the same id gives the same run.")
    ] = None,
) -> None:
    """Start one run of a workflow with workers of its own, wait for it, and print the result as JSON.

    Runs on the database that WAYMARK_DATABASE_URL names; without it, on an embedded Postgres in the project's .waymark
    folder. Ctrl-C stops the workers; the run stays in the database, and the same --id goes on with it.

    Example:  waymark run shop/checkout.py:Checkout --input '{"order_id": 7}' --id order-7
    """
    from .run import run_workflow

    raise typer.Exit(run_workflow(target, inputs, id))


def start_workers() -> None:
    """Start an engine and its action workers, and keep them running until SIGTERM or Ctrl-C.

    Needs WAYMARK_DATABASE_URL, and WAYMARK_USER_MODULE with the modules that define your actions. The first signal lets
    running actions finish; a second one stops at once.

    Example:  WAYMARK_USER_MODULE=shop.checkout waymark start-workers
    """
    from .workers import start

    raise typer.Exit(start())


def dev(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="The project; by default the current folder.", show_default=False)
    ] = Path(),
) -> None:
    """Run everything that a project needs, in one terminal: a Postgres, an engine, action workers.

    Whenever a Python file changes, the workflows are checked and the workers start anew; runs go on. Uses the database
    that WAYMARK_DATABASE_URL names; without it, an embedded Postgres in the project's .waymark folder, whose DSN is
    printed for other terminals. Until Ctrl-C.

    Example:  waymark dev
    """
    from .dev import develop

    raise typer.Exit(develop(folder))


def sim(
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Which world; the same seed does the same.")],
    count: Annotated[
        int,
        typer.Option("--count", metavar="N", min=1, help="So many seeds in a row; only failures are told."),
    ] = 1,
    steps: Annotated[
        int | None,
        typer.Option("--steps", metavar="N", min=1, help="Stop after so many events."),
    ] = None,
) -> None:
    """Run engines, workers and clients against a database in memory, with crashes, lost messages and failovers.

    Prints what happens in the world of this seed, and which promise is broken, if one is; then a smaller world that
    breaks it, too. For those who work on Waymark itself. Exits with 1 if a promise is broken.

    Example:  waymark sim --seed 81723
    """
    from .sim import simulate

    raise typer.Exit(simulate(seed, count, steps))
