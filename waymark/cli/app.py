"""The commands and their options. What they do is in the module of each; errors become text here, and nowhere else.

Exit codes: 0 all is well; 1 what was asked for cannot be done, or a check found problems; 2 the command was not
understood.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from waymark import __version__

# Help without rich: it is a third of the time that `waymark --help` takes.
app = typer.Typer(
    name="waymark",
    help="Durable background work in plain async Python, on the Postgres you already run.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
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


@app.command()
def check(
    paths: Annotated[
        list[Path], typer.Argument(help="Python files, or folders that are searched for workflows.", show_default=False)
    ],
) -> None:
    """Compile workflows without running or importing anything, and report every problem.

    Exits with 0 if every workflow compiles, 1 if one does not, 2 if a path cannot be read.

    Example:  waymark check src/
    """
    from .check import check_paths

    raise typer.Exit(check_paths(paths))


@app.command("compile")
def compile_command(
    file: Annotated[Path, typer.Argument(help="A Python file with workflows.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Where to write; by default FILE with the ending .wmx.")
    ] = None,
) -> None:
    """Compile the workflows of a file into an executable: verified bytecode, with everything a run of it needs.

    Example:  waymark compile shop/checkout.py -o checkout.wmx
    """
    from .compile import compile_to

    raise typer.Exit(compile_to(file, out))


@app.command()
def disasm(
    file: Annotated[
        Path, typer.Argument(help="A Python file, or an executable that `waymark compile` wrote.", show_default=False)
    ],
    prelude: Annotated[
        bool, typer.Option("--prelude", help="Show the prelude units that the program links to, too.")
    ] = False,
) -> None:
    """Print the bytecode: functions, regions, source lines, and what is kept at every point where a run can stop.

    Example:  waymark disasm checkout.wmx
    """
    from .disasm import disassemble_file

    raise typer.Exit(disassemble_file(file, prelude=prelude))


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="The code of a diagnostic, such as WM203.", show_default=False)],
) -> None:
    """Say what a diagnostic means, with an example and what to write instead."""
    from .explain import explain_code

    raise typer.Exit(explain_code(code))


@app.command()
def run(
    target: Annotated[
        str, typer.Argument(help="FILE:Workflow, such as shop/checkout.py:Checkout.", show_default=False)
    ],
    inputs: Annotated[str, typer.Option("--input", help="The arguments of run() as a JSON object.")] = "{}",
    id: Annotated[str | None, typer.Option("--id", help="The run's own id: the same id gives the same run.")] = None,
) -> None:
    """Start one run of a workflow with workers of its own, wait for it, and print the result as JSON.

    Runs on the database that WAYMARK_DATABASE_URL names; without it, on an embedded Postgres in the project's .waymark
    folder. Ctrl-C stops the workers; the run stays in the database, and the same --id goes on with it.

    Example:  waymark run shop/checkout.py:Checkout --input '{"order_id": 7}'
    """
    from .run import run_workflow

    raise typer.Exit(run_workflow(target, inputs, id))


@app.command("start-workers")
def start_workers() -> None:
    """Start an engine and its action workers, and keep them running until SIGTERM or Ctrl-C.

    Needs WAYMARK_DATABASE_URL, and WAYMARK_USER_MODULE with the modules that define your actions. The first signal lets
    running actions finish; a second one stops at once.

    Example:  WAYMARK_USER_MODULE=shop.workflows waymark start-workers
    """
    from .workers import start

    raise typer.Exit(start())


def run_app(arguments: list[str]) -> int:
    """Run a command line. Domain errors are printed as a sentence; only a bug of Waymark shows a traceback."""
    from .errors import explained

    try:
        code = app(arguments, standalone_mode=False)
    except typer.Exit as left:
        return left.exit_code
    except typer.Abort:
        print("stopped", file=sys.stderr)
        return 130
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        return explained(error)
    return code if isinstance(code, int) else 0
