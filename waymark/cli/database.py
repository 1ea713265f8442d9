"""`waymark db ...` and `waymark doctor`: what they take, and what their help says. schema.py and doctor.py do it."""

from __future__ import annotations

from typing import Annotated

import typer

db = typer.Typer(
    name="db",
    help="The tables that runs are kept in: bring them up to date, look at them, clean up.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@db.command(short_help="Bring the schema up to date.")
def migrate(json: AsJson = False) -> None:
    """Apply the migrations that the database lacks, in one transaction. Engines of the version before go on meanwhile.

    WAYMARK_DATABASE_URL names the database; without it, it is the project's embedded Postgres, if there is one. Takes a
    role that may create in the database. Any number of processes may do so at once.

    Example:  waymark db migrate
    """
    from .schema import migrate_all

    raise typer.Exit(migrate_all(as_json=json))


@db.command(short_help="What is in the database, and whether its schema fits.")
def status(json: AsJson = False) -> None:
    """Print the schema's state, the engines that live, what waits, and how large the tables are.

    Of the database that WAYMARK_DATABASE_URL names, or of the project's embedded Postgres. Numbers of rows are those of
    the last vacuum. Exits with 1 if the schema is not the one of this version.

    Example:  waymark db status
    """
    from .schema import show_status

    raise typer.Exit(show_status(as_json=json))


@db.command(short_help="Delete runs that ended long ago, and old history.")
def gc(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing; say how much it would be.")] = False,
    older: Annotated[
        int | None,
        typer.Option(
            "--older-than",
            metavar="HOURS",
            min=1,
            help="Keep what is younger; by default WAYMARK_GARBAGE_COLLECTOR_RETENTION_HOURS.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Delete runs that ended longer ago than they are kept, with all that is theirs, and drop days of old history.

    Engines do the same every few minutes; it is safe beside them. Ids of runs that were deleted are free again.

    Example:  waymark db gc --dry-run
    """
    from .garbage import collect_now

    raise typer.Exit(collect_now(dry=dry_run, hours=older, as_json=json))


def doctor(json: AsJson = False) -> None:
    """Look for what is wrong with the database and the way to it, and say what to do about it.

    WAYMARK_DATABASE_URL names the database; without it, it is the project's embedded Postgres, if there is one.
    Nothing is changed. Exits with 1 if there is a problem, with 2 if there is no database or its variable makes no
    sense; warnings leave it at 0.

    Example:  waymark doctor
    """
    from .doctor import examine_all

    raise typer.Exit(examine_all(as_json=json))
