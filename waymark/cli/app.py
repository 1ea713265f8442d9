"""The commands and their options. What they do is in the module of each; `errors.py` turns what fails into text.

`docs/reference/cli.md` is made from this file, and says what the exit codes are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waymark import __version__

from .database import db, doctor
from .running import dev, run, sim, start_workers
from .runs import runs, workers, workflows
from .schedules import schedules

# Help without rich: it is a third of the time that `waymark --help` takes.
app = typer.Typer(
    name="waymark",
    help="""Durable background work in plain async Python, on the Postgres you already run.

    Begin with a workflow of yours, or with examples/checkout.py:

    \b
      waymark check shop/checkout.py
      waymark run shop/checkout.py:Checkout --input '{"order_id": 7}'

    Every command has its own help, with an example: waymark run --help.
    """,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"waymark {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(short_help="Do my workflows compile? Nothing is run or imported.")
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Python files, or folders that are searched for workflows; by default the current folder.",
            show_default=False,
        ),
    ] = None,
    shape: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="How to report: text, json, github (annotations) or sarif."),
    ] = "text",
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file changes, until Ctrl-C.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", help="How many files at a time; by default one a processor."),
    ] = None,
) -> None:
    """Compile workflows without running or importing anything, and report every problem.

    In a folder, files without a workflow are passed over. Exits with 0 if every workflow compiles, with 1 if one does
    not or there is none, with 2 if a path cannot be read.

    Example:  waymark check --format github src/
    """
    from .check import check_paths, watch_paths

    look = watch_paths if watch else check_paths
    raise typer.Exit(look(paths or [Path()], shape=shape, jobs=jobs))


@app.command("compile", short_help="Write the verified bytecode of a file's workflows.")
def compile_command(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A Python file with workflows, or hand-written WRL.", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="OUT", help="Where to write; by default beside FILE. `-` is stdout."),
    ] = None,
    emit: Annotated[
        str, typer.Option("--emit", metavar="WHAT", help="bytecode (an executable), wrl, or json to look at.")
    ] = "bytecode",
) -> None:
    """Compile the workflows of a file into an executable: verified bytecode, with everything a run of it needs.

    OUT is written whole or not at all, and is the same for the same source on every Python and in every folder.
    `waymark disasm OUT` shows what is in it.

    Example:  waymark compile shop/checkout.py -o checkout.wmx
    """
    from .compile import compile_to

    raise typer.Exit(compile_to(file, out, emit))


@app.command(short_help="Print bytecode, as a person reads it.")
def disasm(
    named: Annotated[
        str,
        typer.Argument(
            metavar="FILE|HASH",
            help="A Python file, WRL, an executable, or the code hash of a unit in the database.",
            show_default=False,
        ),
    ],
    prelude: Annotated[
        bool, typer.Option("--prelude", help="Show the prelude units that the program links to, too.")
    ] = False,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="FILE is a stored run: show its fibers, frames and variables.")
    ] = False,
) -> None:
    """Print the bytecode: functions, regions, source lines, and what is kept at every point where a run can stop.

    With --snapshot, print a stored run: where each fiber stands, its variables, and the requests and timers that it
    waits for.

    Example:  waymark disasm shop/checkout.py
    """
    from .disasm import disassemble_named, inspect_file

    if snapshot:
        raise typer.Exit(inspect_file(Path(named)))
    raise typer.Exit(disassemble_named(named, prelude=prelude))


@app.command(short_help="Draw the control flow of a file's workflows.")
def visualize(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A Python file with workflows, or WRL.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="OUT", help="A .dot, .svg, .png or .pdf file; by default DOT to stdout."),
    ] = None,
) -> None:
    """Draw what a run does: boxes of statements, questions, and in bold where it waits.

    DOT text needs nothing; pictures need graphviz's `dot` and the extra waymark[visualize].

    Example:  waymark visualize shop/checkout.py -o checkout.svg
    """
    from .visualize import visualize_file

    raise typer.Exit(visualize_file(file, out))


@app.command(short_help="Write WRL files in their one form.")
def fmt(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="WRL files.", show_default=False)],
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 if a file would change.")] = False,
) -> None:
    """Format WRL as the compiler prints it. Comments stay with the statements that they stand at.

    Example:  waymark fmt checkout.wrl
    """
    from .fmt import format_files

    raise typer.Exit(format_files(files, check=check))


@app.command(short_help="Say what a diagnostic such as WM203 means.")
def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="The code of a diagnostic, such as WM203.", show_default=False)
    ],
) -> None:
    """Say what a diagnostic means, with an example and what to write instead.

    Example:  waymark explain WM203
    """
    from .explain import explain_code

    raise typer.Exit(explain_code(code))


app.command(short_help="Run one workflow here, from its start to its result.")(run)
app.command("start-workers", short_help="Execute workflows and actions until told to stop.")(start_workers)
app.command(short_help="Postgres, workers and reload, in one terminal.")(dev)
app.command(short_help="Try the engine in a simulated world of faults.")(sim)
app.command(short_help="What is wrong with the database, and what to do about it.")(doctor)
app.add_typer(db, name="db", short_help="The tables: bring them up to date, look at them, clean up.")
app.add_typer(runs, name="runs", short_help="List and search runs, see where one stands, steer it.")
app.add_typer(schedules, name="schedules", short_help="What starts by itself, and when: list it, steer it.")
app.command(short_help="The workflows that have runs.")(workflows)
app.command(short_help="Who executes runs here.")(workers)


@app.command(short_help="Let a shell complete commands and options.")
def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.", show_default=False)],
) -> None:
    """Print the text that makes a shell complete waymark's commands and options.

    Example:  eval "$(waymark completion bash)"
    """
    from .completion import completion_for

    raise typer.Exit(completion_for(app, shell))


def run_app(arguments: list[str]) -> int:
    """Run a command line, and return its exit code."""
    from .errors import exit_code_of

    def command() -> object:
        # Not by typer's own `main`, which turns exceptions into exit codes in ways of its own.
        root = typer.main.get_command(app)
        with root.make_context("waymark", list(arguments)) as context:
            return root.invoke(context)

    return exit_code_of(command)
