"""Compile a file for a command, with diagnostics that name it as the user did."""

from __future__ import annotations

from pathlib import Path

import msgspec

from waymark.compiler.pipeline import Compilation, compile_file


def compile_named(file: Path) -> Compilation:
    """What came of a file. A unit names its source from the project's root; a person is somewhere else, perhaps."""
    compilation = compile_file(file)
    renamed = tuple(
        msgspec.structs.replace(each, path=str(file)) if each.path == compilation.path else each
        for each in compilation.diagnostics
    )
    return msgspec.structs.replace(compilation, diagnostics=renamed)
