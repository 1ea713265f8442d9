"""A workflow class as a program: compiled once a file, and what its `run()` takes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waymark.compiler.library import library, linked_units
from waymark.compiler.pipeline import Compilation, compile_file
from waymark.vm.codec import code_hash, encode_unit
from waymark.vm.unit import Unit

from .workflow import Workflow, source_path


@dataclass(frozen=True)
class CompiledWorkflow:
    """What starting a run needs: the program's units as bytes, which of them is the entry, and the signature."""

    name: str
    entry: bytes
    units: Mapping[bytes, bytes]
    wrl: str
    body: Any

    def bind(self, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Arguments by name. A missing or surplus one is CPython's own TypeError, where the caller stands."""
        # Calling an `async def` binds its arguments and runs nothing; the coroutine is thrown away.
        coroutine = self.body(instance, *args, **kwargs)
        coroutine.close()
        names = self.body.__code__.co_varnames[1 : self.body.__code__.co_argcount]
        return dict(zip(names, args, strict=False)) | kwargs


_compiled: dict[tuple[Path, str, bytes], Compilation] = {}


def compile_class(kind: type[Workflow], body: Any, module: str) -> CompiledWorkflow:
    """Compile the file of a class; every workflow in it comes from the same compilation."""
    path = source_path(kind)
    key = (path, module, hashlib.sha256(path.read_bytes()).digest())
    compilation = _compiled.get(key)
    if compilation is None:
        compilation = _compiled[key] = compile_file(path, module=module)
    compilation.raise_if_failed()
    assert compilation.unit is not None
    return program_of(compilation.unit, kind.short_name(), compilation.wrl, body)


def program_of(unit: Unit, name: str, wrl: str = "", body: Any = None) -> CompiledWorkflow:
    """The units of a compiled workflow, ready to be stored."""
    if name not in {workflow.name for workflow in unit.workflows}:
        there = ", ".join(sorted(workflow.name for workflow in unit.workflows)) or "none"
        raise LookupError(f"there is no workflow {name!r} here; the workflows are: {there}")
    units = {code_hash(each): encode_unit(each) for each in linked_units(unit, library().values())}
    return CompiledWorkflow(name, code_hash(unit), units, wrl, body)
