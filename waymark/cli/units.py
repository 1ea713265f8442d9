"""The units that a command is about: of a Python file, of WRL, of an executable, or of the database by their hash."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from pathlib import Path

from waymark.exceptions import ConfigurationError, WaymarkError
from waymark.stdlib.catalogue import NATIVES
from waymark.vm.codec import BadUnit, code_hash, decode_executable, decode_unit
from waymark.vm.unit import Unit
from waymark.vm.verify import verify_unit

from .errors import UsageError
from .files import existing_file

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Units:
    """The program, and what it links to. `source` is the Python text, where it is at hand."""

    program: Unit
    linked: tuple[Unit, ...]
    source: str | None = None
    workflows: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[Unit, ...]:
        return (self.program, *self.linked)


def units_of(named: str) -> Units:
    """What a person named: a file, or 64 hexadecimal digits that are the code hash of a unit in the database."""
    if _HASH.fullmatch(named) and not Path(named).exists():
        return Units(asyncio.run(_stored(bytes.fromhex(named))), ())
    file = existing_file(Path(named), "a Python file, WRL or an executable")
    if file.suffix in (".py", ".wrl"):
        return compiled(file)
    return _executable(file)


def compiled(file: Path) -> Units:
    """The units of Python or WRL."""
    from waymark.compiler.library import linked_units

    if file.suffix == ".wrl":
        from waymark.compiler.handwritten import compile_wrl

        unit, source = compile_wrl(text_of(file), str(file)), None
        workflows = tuple(workflow.name for workflow in unit.workflows)
    else:
        from .compiling import compile_named

        compilation = compile_named(file)
        compilation.raise_if_failed()
        assert compilation.unit is not None, "a compilation without diagnostics has a unit"
        unit, source, workflows = compilation.unit, compilation.text, compilation.workflows
    program, *linked = linked_units(unit)
    return Units(program, tuple(linked), source, workflows)


def text_of(file: Path) -> str:
    """The text of a file that is no Python: UTF-8 and nothing else."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise WaymarkError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WaymarkError(f"{file} is no text in UTF-8: byte {error.start} is none of it") from None


def _executable(file: Path) -> Units:
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
    return Units(units[0], units[1:])


async def _stored(code: bytes) -> Unit:
    from waymark.default import UNSET
    from waymark.runtime.store.opening import databases, open_store

    if not (named := databases(os.environ)):
        raise ConfigurationError(UNSET)
    store = await open_store(named, application_name="waymark disasm")
    try:
        data = await store.get_unit(code)
    finally:
        await store.close()
    if data is None:
        raise UsageError(f"the database has no unit {code.hex()}: `waymark disasm FILE` prints code hashes")
    return _sound(data, code)


def _sound(data: bytes, code: bytes) -> Unit:
    """The unit, if it is whole and the one that was asked for."""
    named = f"unit {code.hex()} of the database"
    try:
        unit = decode_unit(data, source=named)
        verify_unit(unit, natives=NATIVES)
    except BadUnit as error:
        raise WaymarkError(f"{named} is damaged, or of another version of waymark\n  {error}") from error
    if code_hash(unit) != code:
        raise WaymarkError(f"{named} is damaged: it has the code of {code_hash(unit).hex()}")
    return unit
