"""Compile a file for a command, with diagnostics that name files as a person in this folder does."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from waymark.compiler.frontend.project import project_of
from waymark.compiler.pipeline import Compilation, compile_file


def compile_named(file: Path) -> Compilation:
    """What came of a file. A unit names sources from the project's root; a person is somewhere else, perhaps."""
    compilation = compile_file(file)
    if not compilation.diagnostics:
        return compilation
    root = project_of(file).root
    paths = {step.path for each in compilation.diagnostics for step in each.steps} | set(compilation.others)
    names = {path: _named_like(file, root / path) or path for path in paths} | {compilation.path: str(file)}
    found = tuple(each.renamed(names) for each in compilation.diagnostics)
    others = {names[path]: text for path, text in compilation.others.items()}
    return msgspec.structs.replace(compilation, diagnostics=found, others=others)


def _named_like(file: Path, other: Path) -> str:
    """The path of a file of the project from the current folder, or in full, as `file` is; "" for a file elsewhere."""
    if not other.exists():
        return ""
    return other.as_posix() if file.is_absolute() else Path(os.path.relpath(other)).as_posix()
