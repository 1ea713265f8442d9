"""`waymark disasm`."""

from __future__ import annotations

from pathlib import Path

import typer

from waymark.exceptions import WaymarkError
from waymark.vm.disasm import disassemble
from waymark.vm.inspection import inspect
from waymark.vm.snapshot import BadSnapshot, decode_bundle

from .files import existing_file
from .units import units_of


def disassemble_named(named: str, *, prelude: bool) -> int:
    """Print the bytecode of a file or of a stored unit, with the source beside it where that is at hand."""
    units = units_of(named)
    typer.echo(disassemble(units.program, source=units.source))
    for unit in units.linked if prelude else ():
        typer.echo(disassemble(unit))
    return 0


def inspect_file(file: Path) -> int:
    """Print what a snapshot file holds: every fiber with its frames, their lines and variables."""
    try:
        bundle = decode_bundle(existing_file(file, "a snapshot file").read_bytes())
        typer.echo(inspect(bundle.units.__getitem__, bundle.root, bundle.pages.__getitem__), nl=False)
    except BadSnapshot as error:
        raise WaymarkError(f"{file} is no snapshot that this version of waymark can read\n  {error}") from error
    return 0
