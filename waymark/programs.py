"""A workflow class as a program: compiled once a file, and what its `run()` takes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waymark.compiler.library import library, linked_units
from waymark.compiler.pipeline import Compilation, compile_file
from waymark.vm.codec import code_hash, encode_unit
from waymark.vm.unit import Unit

from .places import source_path
from .workflow import Workflow


@dataclass(frozen=True)
class CompiledWorkflow:
    """What starting a run needs: the program's units as bytes, which of them is the entry, and the signature."""

    name: str
    entry: bytes
    units: Mapping[bytes, bytes]
    wrl: str
    body: Any
    actions: tuple[str, ...] = ()  # keys of those that it may call

    def bind(self, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Arguments by name. A missing or surplus one is CPython's own TypeError, where the caller stands."""
        # Calling an `async def` binds its arguments and runs nothing; the coroutine is thrown away.
        coroutine = self.body(instance, *args, **kwargs)
        coroutine.close()
        names = self.body.__code__.co_varnames[1 : self.body.__code__.co_argcount]
        return dict(zip(names, args, strict=False)) | kwargs


@dataclass
class _Import:
    """One import of a file: its classes share a compilation. A class that comes again belongs to the next import."""

    text: bytes  # hash of the file
    compilation: Compilation
    served: set[str] = field(default_factory=set)


_imports: dict[tuple[Path, str], _Import] = {}


def compile_class(kind: type[Workflow], body: Any, module: str) -> CompiledWorkflow:
    """Compile the file of a class; every workflow in it comes from the same compilation."""
    path = source_path(kind)
    text = hashlib.sha256(path.read_bytes()).digest()
    now = _imports.get((path, module))
    # What the file imports is compiled with it and may have changed, too: a reload compiles again.
    if now is None or now.text != text or kind.__qualname__ in now.served:
        now = _imports[path, module] = _Import(text, compile_file(path, module=module))
    now.served.add(kind.__qualname__)
    now.compilation.raise_if_failed()
    assert now.compilation.unit is not None, "a compilation without diagnostics has a unit"
    try:
        return program_of(now.compilation.unit, kind.short_name(), now.compilation.wrl, body)
    except LookupError as error:
        raise TypeError(
            f"{path} has no workflow class {kind.__qualname__} that is decorated with @workflow at the top of the file "
            f"and named {kind.short_name()!r} by a constant; {error}"
        ) from None


def program_of(unit: Unit, name: str, wrl: str = "", body: Any = None) -> CompiledWorkflow:
    """The units of a compiled workflow, ready to be stored."""
    if name not in {workflow.name for workflow in unit.workflows}:
        there = ", ".join(sorted(workflow.name for workflow in unit.workflows)) or "none"
        raise LookupError(f"there is no workflow {name!r} here; the workflows are: {there}")
    units = {code_hash(each): encode_unit(each) for each in linked_units(unit, library().values())}
    return CompiledWorkflow(name, code_hash(unit), units, wrl, body, tuple(action.key for action in unit.actions))
