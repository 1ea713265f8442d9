"""The commands and their options. What they do is in the module of each; `errors.py` turns what fails into text.

`docs/reference/cli.md` is made from this file, and says what the exit codes are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waymark import __version__

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


@app.command(short_help="Run one workflow here, from its start to its result.")
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


@app.command("start-workers", short_help="Execute workflows and actions until told to stop.")
def start_workers() -> None:
    """Start an engine and its action workers, and keep them running until SIGTERM or Ctrl-C.

    Needs WAYMARK_DATABASE_URL, and WAYMARK_USER_MODULE with the modules that define your actions. The first signal lets
    running actions finish; a second one stops at once.

    Example:  WAYMARK_USER_MODULE=shop.checkout waymark start-workers
    """
    from .workers import start

    raise typer.Exit(start())


@app.command(short_help="Try the engine in a simulated world of faults.")
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


def run_app(arguments: list[str]) -> int:
    """Run a command line, and return its exit code."""
    from .errors import exit_code_of

    def command() -> object:
        # Not by typer's own `main`, which turns exceptions into exit codes in ways of its own.
        root = typer.main.get_command(app)
        with root.make_context("waymark", list(arguments)) as context:
            return root.invoke(context)

    return exit_code_of(command)
