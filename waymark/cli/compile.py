"""`waymark compile`."""

from __future__ import annotations

from pathlib import Path

import typer

from waymark.compiler.pipeline import compile_file

from .files import write_whole


def compile_to(file: Path, out: Path | None) -> int:
    """Write the executable of a file's workflows."""
    compilation = compile_file(file)
    compilation.raise_if_failed()
    target = out or file.with_suffix(".wmx")
    data = compilation.executable()
    write_whole(target, data)
    assert compilation.unit is not None
    names = ", ".join(workflow.name for workflow in compilation.unit.workflows)
    typer.echo(f"{target}: {len(data):,} bytes, workflows: {names}")
    return 0
