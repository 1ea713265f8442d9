"""`waymark compile`: an executable, or what leads to it, as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import typer

from waymark.exceptions import WaymarkError
from waymark.vm.codec import code_hash, encode_executable, file_hash
from waymark.vm.unit import Unit

from .errors import UsageError
from .files import existing_file, write_whole
from .units import Units, compiled

# What can be written, and the ending of its files.
SUFFIXES = {"bytecode": ".wmx", "wrl": ".wrl", "json": ".json"}


def compile_to(file: Path, out: Path | None, emit: str = "bytecode") -> int:
    """Write what `emit` names to a file; `-` is stdout."""
    if emit not in SUFFIXES:
        raise UsageError(f"--emit takes {', '.join(SUFFIXES)}, not {emit!r}")
    units = compiled(existing_file(file, "a Python file with a workflow"))
    data = _EMITTED[emit](units)
    if out == Path("-"):
        typer.get_binary_stream("stdout").write(data)
        return 0
    target = out or file.with_suffix(SUFFIXES[emit])
    if target.exists() and target.samefile(file):
        raise UsageError(f"{target} is the source itself, which would be lost: give another name to -o")
    write_whole(target, data)
    names = ", ".join(units.workflows)
    typer.echo(f"{target}: {len(data):,} bytes, workflow{'s' * (len(units.workflows) != 1)} {names}", err=True)
    return 0


def _bytecode(units: Units) -> bytes:
    return encode_executable(units.all)


def _wrl(units: Units) -> bytes:
    text = units.program.debug.wrl
    if not text:
        raise WaymarkError("the unit has no WRL: it was stripped")
    return text.encode()


def _json(units: Units) -> bytes:
    """For people and scripts: every field of every unit by name. It cannot be run; the executable can."""
    return msgspec.json.format(msgspec.json.encode([_plain(unit) for unit in units.all]), indent=2) + b"\n"


def _plain(unit: Unit) -> dict[str, Any]:
    fields = {name: _named(getattr(unit, name)) for name in unit.__struct_fields__}
    return {"code_hash": code_hash(unit).hex(), "file_hash": file_hash(unit).hex(), **fields}


def _named(value: Any) -> Any:
    """Structs with the names of their fields; what JSON has no word for, as Python would show it."""
    if isinstance(value, msgspec.Struct):
        return {name: _named(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_named(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if (isinstance(value, int) and abs(value) >= 1 << 53) or isinstance(value, float | complex):
        return repr(value)
    return value


_EMITTED = {"bytecode": _bytecode, "wrl": _wrl, "json": _json}
