"""`waymark compile`."""

from __future__ import annotations

from pathlib import Path

import typer

from .compiling import compile_named
from .errors import UsageError
from .files import existing_file, write_whole

SUFFIX = ".wmx"


def compile_to(file: Path, out: Path | None) -> int:
    """Write the executable of a file's workflows."""
    compilation = compile_named(existing_file(file, "a Python file with a workflow"))
    compilation.raise_if_failed()
    target = out or file.with_suffix(SUFFIX)
    if target.exists() and target.samefile(file):
        raise UsageError(f"{target} is the source itself, which would be lost: give another name to -o")
    data = compilation.executable()
    write_whole(target, data)
    names = ", ".join(compilation.workflows)
    typer.echo(f"{target}: {len(data):,} bytes, workflow{'s' * (len(compilation.workflows) != 1)} {names}", err=True)
    return 0
