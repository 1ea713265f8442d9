"""`waymark runs ...`, `waymark workflows` and `waymark workers`: what they take, and what their help says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

runs = typer.Typer(
    name="runs",
    help="""Runs: list and search them, see where one stands, and steer it.

    RUN is the id that a run was started with, such as order-7; WORKFLOW/ID where several workflows have it.
    Works on the database that WAYMARK_DATABASE_URL names; without it, on the project's embedded Postgres.
    """,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="A run's id, or WORKFLOW/ID.", show_default=False)]
Runs = Annotated[list[str], typer.Argument(metavar="RUN...", help="Ids of runs, or WORKFLOW/ID.", show_default=False)]


@runs.command("list", short_help="Runs, from the newest to the oldest, page by page.")
def list_command(
    workflow: Annotated[str | None, typer.Option("--workflow", metavar="NAME", help="Of this workflow.")] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status", metavar="STATUS", help="queued, running, paused, parked, failed or finished; may be repeated."
        ),
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="With this tag.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Started since: 15m, 2h, 3d ago, or 2027-01-31T12:00.")
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", metavar="TEXT", help="With this text in its id or its error.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="So many a page.")] = 50,
    after: Annotated[
        str | None, typer.Option("--after", metavar="CURSOR", help="The next page, as the one before says.")
    ] = None,
    json: AsJson = False,
) -> None:
    """List runs. When there are more, the last line says how to see the next page.

    Example:  waymark runs list --workflow checkout --status parked --since 2d
    """
    from .listing import list_runs

    raise typer.Exit(list_runs(workflow, status or [], tag, since, search, limit, after, as_json=json))


@runs.command(short_help="What a run was started with, did, and came to.")
def show(run: Run, json: AsJson = False) -> None:
    """Show a run: its times, what it says of itself, and its history of calls, logs and what people did.

    Example:  waymark runs show order-7
    """
    from .one_run import show_run

    raise typer.Exit(show_run(run, as_json=json))


@runs.command(short_help="Where a run stands: every fiber, its lines and variables.")
def inspect(run: Run, json: AsJson = False) -> None:
    """Show where a run stands: of each fiber the lines, the variables, and what it waits for since when.

    From what is stored: no worker has to run. Variables are those that the run still needs.

    Example:  waymark runs inspect order-7
    """
    from .one_run import inspect_run

    raise typer.Exit(inspect_run(run, as_json=json))


@runs.command(short_help="Ask runs to stop.")
def cancel(
    run: Runs,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="What the CancelledError in the run says.")
    ] = "",
    json: AsJson = False,
) -> None:
    """Ask runs to stop. Each gets a CancelledError at its await, and may clean up.

    Example:  waymark runs cancel order-7 --reason "ordered twice"
    """
    from .steering import steer

    raise typer.Exit(steer(run, "cancel", "asked to stop", reason, as_json=json))


@runs.command(short_help="Execute nothing of runs until they are resumed.")
def pause(run: Runs, json: AsJson = False) -> None:
    """Pause runs. Actions under way end, and what they come to is kept.

    Example:  waymark runs pause order-7
    """
    from .steering import steer

    raise typer.Exit(steer(run, "pause", "asked to pause", as_json=json))


@runs.command(short_help="Take runs up again that are paused or parked.")
def resume(run: Runs, json: AsJson = False) -> None:
    """Take runs up again that are paused, or were parked for a reason that is mended.

    Example:  waymark runs resume order-7 order-8
    """
    from .steering import steer

    raise typer.Exit(steer(run, "resume", "resumed", as_json=json))


@runs.command(short_help="Try runs again that have failed.")
def retry(run: Runs, json: AsJson = False) -> None:
    """Try runs again that have failed, from the last state before the failure. What was done is not done again.

    Example:  waymark runs retry order-7
    """
    from .steering import steer

    raise typer.Exit(steer(run, "retry", "tried again", as_json=json))


@runs.command(short_help="Send a message to a run.")
def send(
    run: Run,
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="What it receives.", show_default=False)],
    payload: Annotated[str, typer.Argument(metavar="[JSON]", help="The message.", show_default=False)] = "null",
    json: AsJson = False,
) -> None:
    """Send a message to a run, for its `self.receive(TOPIC)`.

    Example:  waymark runs send order-7 approved '{"by": "ada"}'
    """
    from .steering import send_message

    raise typer.Exit(send_message(run, topic, payload, as_json=json))


@runs.command(short_help="Everything about a run, as one JSON document.")
def export(
    run: Run,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="OUT", help="A file; by default stdout.", show_default=False)
    ] = None,
) -> None:
    """Write everything about a run: arguments, result, history, and where it stands.

    Example:  waymark runs export order-7 -o order-7.json
    """
    from .one_run import export_run

    raise typer.Exit(export_run(run, out))


def workflows(json: AsJson = False) -> None:
    """List the workflows that have runs, with the program that each has now.

    Example:  waymark workflows
    """
    from .listing import list_workflows

    raise typer.Exit(list_workflows(as_json=json))


def workers(json: AsJson = False) -> None:
    """List the engines and the action workers that execute runs here.

    Exits with 1 if none lives: then nothing is executed.

    Example:  waymark workers
    """
    from .listing import list_workers

    raise typer.Exit(list_workers(as_json=json))
