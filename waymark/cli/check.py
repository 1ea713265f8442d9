"""`waymark check`."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from waymark.compiler.diagnostics.render import render_report
from waymark.compiler.pipeline import Compilation, compile_file
from waymark.compiler.source import SourceError

from .errors import fail
from .files import python_files


def check_paths(paths: list[Path]) -> int:
    """Compile every workflow found, and print all problems. Files without a workflow count only if they were named."""
    checked = workflows = problems = 0
    for path in paths:
        if not path.exists():
            return fail(f"{path} is not there: name a Python file, or a folder that holds some", 2)
        for file in python_files(path) if path.is_dir() else [path]:
            if path.is_dir() and not mentions_workflow(file):
                continue
            try:
                compilation = compile_file(file)
            except SourceError as error:
                return fail(str(error), 2)
            checked += 1
            found = len(compilation.diagnostics)
            problems += found
            workflows += len(compilation.workflows) if not found else 0
            if found:
                typer.echo(report(compilation))
    if not checked:
        typer.echo("no workflows found in " + ", ".join(map(str, paths)))
        return 0
    summary = f"{workflows} workflow{'s' * (workflows != 1)} in {checked} file{'s' * (checked != 1)}"
    typer.echo(f"{summary}: {f'{problems} problem' + 's' * (problems != 1) if problems else 'all compile'}")
    return 1 if problems else 0


def report(compilation: Compilation) -> str:
    """Every problem of a file, in colour where a person reads it."""
    return render_report(compilation.diagnostics, compilation.text, colour=sys.stdout.isatty()) + "\n"


def mentions_workflow(file: Path) -> bool:
    """A quick look: a file in which the word never stands defines no workflow."""
    try:
        return b"workflow" in file.read_bytes()
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}") from error
