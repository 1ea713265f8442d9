"""`waymark disasm`."""

from __future__ import annotations

from pathlib import Path

import typer

from waymark.exceptions import WaymarkError
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import BadUnit, decode_executable
from waymark.vm.disasm import disassemble
from waymark.vm.unit import Unit
from waymark.vm.verify import verify_unit

from .files import existing_file


def disassemble_file(file: Path, *, prelude: bool) -> int:
    """Print the bytecode of a Python file or of an executable."""
    units = read_units(existing_file(file, "a Python file or an executable"))
    for unit in units if prelude else units[:1]:
        typer.echo(disassemble(unit))
    return 0


def read_units(file: Path) -> tuple[Unit, ...]:
    """The units of a file, its program first: compiled if it is Python, decoded and verified if it is an executable."""
    if file.suffix == ".py":
        from waymark.compiler.library import library, linked_units

        from .compiling import compile_named

        compilation = compile_named(file)
        compilation.raise_if_failed()
        assert compilation.unit is not None, "a compilation without diagnostics has a unit"
        return linked_units(compilation.unit, library().values())
    try:
        data = file.read_bytes()
    except OSError as error:
        raise WaymarkError(f"{file} cannot be read: {error.strerror}") from error
    try:
        units = decode_executable(data, source=str(file))
        for unit in units:
            verify_unit(unit, natives=NATIVES)
    except BadUnit as error:
        raise WaymarkError(
            f"{file} is no executable of this version of waymark, or is damaged; compile its source again\n  {error}"
        ) from error
    return units
