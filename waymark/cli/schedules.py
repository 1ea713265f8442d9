"""`waymark schedules ...`: what they take, and what their help says. scheduled.py does it."""

from __future__ import annotations

from typing import Annotated

import typer

schedules = typer.Typer(
    name="schedules",
    help="""Schedules: what starts by itself, and when; steer it, and fill what was missed.

    NAME is the name of a schedule; WORKFLOW/NAME where several workflows have one of that name.
    Works on the database that WAYMARK_DATABASE_URL names; without it, on the project's embedded Postgres.
    """,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A schedule's name, or WORKFLOW/NAME.", show_default=False)]
Names = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="Names of schedules, or WORKFLOW/NAME.", show_default=False)
]


@schedules.command("list", short_help="All schedules, and when they fire next.")
def list_command(
    status: Annotated[
        str | None,
        typer.Option(
            "--status", metavar="STATUS", help="Only active, paused or deleted ones; by default all but deleted ones."
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """List schedules by workflow and name.

    Example:  waymark schedules list --status paused
    """
    from .scheduled import list_all

    raise typer.Exit(list_all(status, as_json=json))


@schedules.command(short_help="One schedule: its plan, its next fires, its last run.")
def show(
    name: Name,
    count: Annotated[int, typer.Option("--next", metavar="N", min=0, max=1000, help="So many fires to come.")] = 5,
    json: AsJson = False,
) -> None:
    """Show a schedule, and when it fires next.

    Example:  waymark schedules show nightly --next 10
    """
    from .scheduled import show_one

    raise typer.Exit(show_one(name, count, as_json=json))


@schedules.command(short_help="Let schedules fire no more until they are resumed.")
def pause(name: Names, json: AsJson = False) -> None:
    """Pause schedules. Runs that they started go on.

    Example:  waymark schedules pause nightly
    """
    from .scheduled import steer

    raise typer.Exit(steer(name, "pause", "paused", as_json=json))


@schedules.command(short_help="Let paused schedules fire again.")
def resume(name: Names, json: AsJson = False) -> None:
    """Resume schedules. What was missed is not made up for, but for one run at once if the time has passed.

    Example:  waymark schedules resume nightly
    """
    from .scheduled import steer

    raise typer.Exit(steer(name, "resume", "resumed", as_json=json))


@schedules.command(short_help="Let schedules fire never again.")
def delete(name: Names, json: AsJson = False) -> None:
    """Delete schedules. Runs that they started go on; registering one again brings it back.

    Example:  waymark schedules delete report/nightly
    """
    from .scheduled import steer

    raise typer.Exit(steer(name, "delete", "deleted", as_json=json))


@schedules.command(short_help="Start a run of a schedule now.")
def trigger(name: Name, json: AsJson = False) -> None:
    """Start a run now, with the schedule's inputs, also while it is paused. Prints the run's id.

    Example:  waymark schedules trigger nightly
    """
    from .scheduled import trigger_one

    raise typer.Exit(trigger_one(name, as_json=json))


@schedules.command(short_help="Start the runs of a time that has passed.")
def backfill(
    name: Name,
    start: Annotated[
        str, typer.Option("--from", metavar="TIME", help="From this time on, such as 2027-01-31T12:00; UTC.")
    ],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Until this time, included.")],
    json: AsJson = False,
) -> None:
    """Start a run for each instant of a time. An instant that has its run already keeps it. Prints the ids.

    Example:  waymark schedules backfill nightly --from 2027-03-01 --to 2027-03-08
    """
    from .scheduled import backfill_one

    raise typer.Exit(backfill_one(name, start, end, as_json=json))
