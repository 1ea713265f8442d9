"""`waymark disasm`."""

from __future__ import annotations

import typer

from waymark.vm.disasm import disassemble

from .units import units_of


def disassemble_named(named: str, *, prelude: bool) -> int:
    """Print the bytecode of a file or of a stored unit, with the source beside it where that is at hand."""
    units = units_of(named)
    typer.echo(disassemble(units.program, source=units.source))
    for unit in units.linked if prelude else ():
        typer.echo(disassemble(unit))
    return 0
