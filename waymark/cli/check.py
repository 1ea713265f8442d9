"""`waymark check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from waymark.compiler.diagnostics.render import render_report
from waymark.compiler.diagnostics.shapes import NoWorkflow
from waymark.compiler.pipeline import Compilation
from waymark.compiler.source import SourceError

from .compiling import compile_named
from .errors import UsageError, fail
from .files import existing_file, python_files

PROGRESS_FROM = 10  # files; fewer are checked before anybody wonders


def check_paths(paths: list[Path]) -> int:
    """Compile every workflow found, and print all problems. Files without a workflow count only if they were named."""
    walk = _Walk()
    files = walk.files(paths)
    if walk.unreadable and not files:
        return 2
    checked = workflows = problems = 0
    for number, (file, named) in enumerate(files.items(), 1):
        with_progress = len(files) >= PROGRESS_FROM and sys.stderr.isatty()
        if with_progress:
            print(f"\r\x1b[Kchecking {number} of {len(files)}: {file}", end="", file=sys.stderr, flush=True)
        compilation = walk.compiled(file, named)
        if with_progress:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        if compilation is None:
            continue
        checked += 1
        problems += len(compilation.diagnostics)
        workflows += len(compilation.workflows)
        if compilation.diagnostics:
            typer.echo(report(compilation))
    typer.echo(summary(paths, checked, workflows, problems))
    return 2 if walk.unreadable else int(problems > 0 or not checked)


class _Walk:
    """Which files to compile, and what could not be read on the way."""

    def __init__(self) -> None:
        self.unreadable = 0

    def files(self, paths: list[Path]) -> dict[Path, bool]:
        """Path -> whether it was named itself, each file once."""
        seen: dict[Path, tuple[Path, bool]] = {}
        for path in paths:
            for file in self._below(path):
                named = not path.is_dir()
                shown, before = seen.get(file.resolve(), (file, False))
                seen[file.resolve()] = (shown, before or named)
        return dict(seen.values())

    def _below(self, path: Path) -> Iterator[Path]:
        if path.is_dir():
            yield from python_files(path, self._cannot_list)
            return
        try:
            yield existing_file(path, "a Python file, or of a folder that holds some,")
        except UsageError as error:
            self._cannot_read(str(error))

    def compiled(self, file: Path, named: bool) -> Compilation | None:
        """What came of a file; None if there is nothing to say about it."""
        try:
            if not named and not mentions_workflow(file):
                return None
            compilation = compile_named(file)
        except SourceError as error:
            self._cannot_read(str(error))
            return None
        except OSError as error:
            self._cannot_read(f"{file} cannot be read: {error.strerror}")
            return None
        speaks_of_others = all(isinstance(found, NoWorkflow) for found in compilation.diagnostics)
        if not named and compilation.diagnostics and speaks_of_others:
            return None
        return compilation

    def _cannot_list(self, error: OSError) -> None:
        self._cannot_read(f"{error.filename} cannot be listed: {error.strerror}")

    def _cannot_read(self, message: str) -> None:
        self.unreadable += 1
        fail(message)


def summary(paths: list[Path], checked: int, workflows: int, problems: int) -> str:
    if not checked:
        return "no workflow found in " + ", ".join(str(path.absolute() if path == Path() else path) for path in paths)
    found = f"{workflows} workflow{'s' * (workflows != 1)} in {checked} file{'s' * (checked != 1)}"
    if not problems:
        return f"{found}: all compile" if workflows != 1 else f"{found}: it compiles"
    return f"{checked} file{'s' * (checked != 1)}: {problems} problem{'s' * (problems != 1)}"


def report(compilation: Compilation) -> str:
    """Every problem of a file, in colour where a person reads it."""
    return render_report(compilation.diagnostics, compilation.text, colour=sys.stdout.isatty()) + "\n"


def mentions_workflow(file: Path) -> bool:
    """A quick look: a file in which the word never stands defines no workflow."""
    return b"workflow" in file.read_bytes()
