"""Compile many files to see whether they can be: which ones, by whom, and what came of each.

A handful of files is compiled here; more of them by as many processes as there are processors, since compiling is all
that each of them does. The results come in the order of the files, whoever is done first.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from waymark.compiler.diagnostics import Diagnostic
from waymark.compiler.diagnostics.shapes import NoWorkflow
from waymark.compiler.progress import Watcher, watched
from waymark.compiler.source import SourceError

from .compiling import compile_named
from .errors import UsageError
from .files import existing_file, python_files

Telling = Callable[[Path], Watcher]
TOGETHER_FROM = 16  # files; a process of its own takes as long to start as a dozen files to compile


@dataclass(frozen=True)
class Checked:
    """What came of a file: nothing to say (`skipped`), not readable, or compiled."""

    file: Path
    skipped: bool = False
    unreadable: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""
    others: Mapping[str, str] = field(default_factory=dict)  # of other files with problems, by path
    workflows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """The files to look at, each with whether it was named itself, and what could not be read on the way."""

    files: tuple[tuple[Path, bool], ...]
    unreadable: tuple[str, ...]


def find(paths: Sequence[Path]) -> Found:
    """The Python files that are named, or stand below folders that are; each once."""
    unreadable: list[str] = []
    seen: dict[Path, tuple[Path, bool]] = {}
    for path in paths:
        for file in _below(path, unreadable):
            named = not path.is_dir()
            shown, before = seen.get(file.resolve(), (file, False))
            seen[file.resolve()] = (shown, before or named)
    return Found(tuple(seen.values()), tuple(unreadable))


def _below(path: Path, unreadable: list[str]) -> Iterator[Path]:
    def cannot_list(error: OSError) -> None:
        unreadable.append(f"{error.filename} cannot be listed: {error.strerror}")

    if path.is_dir():
        yield from python_files(path, cannot_list)
        return
    try:
        yield existing_file(path, "a Python file, or of a folder that holds some,")
    except UsageError as error:
        unreadable.append(str(error))


def check_all(
    files: Sequence[tuple[Path, bool]], jobs: int | None = None, told: Telling | None = None
) -> Iterator[Checked]:
    """Compile each file, `jobs` at a time; by default as many as there are processors.

    `told` makes for a file who is told how far its compilation is, where that is done in this process.
    """
    if jobs is None:
        jobs = (os.cpu_count() or 1) if len(files) >= TOGETHER_FROM else 1
    if jobs == 1 or len(files) < 2:
        for each in files:
            with contextlib.nullcontext() if told is None else watched(told(each[0])):
                checked = _check(each)
            yield checked
        return
    # Spawned: a fork would copy whatever threads and locks this process has.
    with ProcessPoolExecutor(min(jobs, len(files)), mp_context=get_context("spawn")) as pool:
        try:
            yield from pool.map(_check, files, chunksize=1 + len(files) // (jobs * 8))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _check(each: tuple[Path, bool]) -> Checked:
    file, named = each
    try:
        if not named and not mentions_workflow(file):
            return Checked(file, skipped=True)
        compilation = compile_named(file)
    except SourceError as error:
        return Checked(file, unreadable=str(error))
    except OSError as error:
        return Checked(file, unreadable=f"{file} cannot be read: {error.strerror}")
    found = compilation.diagnostics
    if not named and found and all(isinstance(problem, NoWorkflow) for problem in found):
        return Checked(file, skipped=True)  # it speaks of workflows, and has none
    return Checked(
        file, diagnostics=found, text=compilation.text, others=compilation.others, workflows=compilation.workflows
    )


def mentions_workflow(file: Path) -> bool:
    """A quick look: a file in which the word never stands defines no workflow."""
    return b"workflow" in file.read_bytes()
