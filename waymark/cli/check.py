"""`waymark check`: once, or again whenever a file changes."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from .checking import Checked, Found, check_all, find
from .errors import UsageError, fail
from .formats import FORMATS
from .progress import Progress

LOOK_AGAIN_S = 0.3  # how often `--watch` looks at the files


def check_paths(paths: list[Path], *, shape: str = "text", jobs: int | None = None) -> int:
    """Compile every workflow found, and report all problems. Files without a workflow count only if they were named."""
    if shape not in FORMATS:
        raise UsageError(f"--format takes {', '.join(FORMATS)}, not {shape!r}")
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs takes a number from 1 on, not {jobs}")
    return _report(paths, find(paths), shape, jobs)


def watch_paths(paths: list[Path], *, shape: str = "text", jobs: int | None = None) -> int:
    """Check, and check again whenever a Python file below `paths` changes, until Ctrl-C."""
    code, before = 0, None
    try:
        while True:
            found = find(paths)
            now = stamps_of(found)
            if now != before:
                if before is not None:
                    typer.echo(f"--- {time.strftime('%H:%M:%S')}, something changed", err=True)
                code, before = check_paths(paths, shape=shape, jobs=jobs), now
                typer.echo("watching; Ctrl-C ends", err=True)
            time.sleep(LOOK_AGAIN_S)
    except KeyboardInterrupt:
        return code


def stamps_of(found: Found) -> dict[Path, tuple[int, int] | None]:
    """When each file was changed, and its size; None for one that has gone."""
    stamps: dict[Path, tuple[int, int] | None] = {}
    for file, _ in found.files:
        try:
            stat = file.stat()
            stamps[file] = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamps[file] = None
    return stamps


def _report(paths: list[Path], found: Found, shape: str, jobs: int | None) -> int:
    for message in found.unreadable:
        fail(message)
    if found.unreadable and not found.files:
        return 2
    progress = Progress(len(found.files), wanted=shape == "text")
    everything = list(progress.counted(check_all(found.files, jobs, progress.inside)))
    unreadable = [each for each in everything if each.unreadable]
    for each in unreadable:
        fail(each.unreadable)
    checked = [each for each in everything if not each.skipped and not each.unreadable]
    if report := FORMATS[shape](checked):
        typer.echo(report)
    # Whatever reads another shape than the text has all of it already; a person still wants to know.
    typer.echo(summary(paths, checked), err=shape != "text")
    failed = any(each.diagnostics for each in checked) or not checked
    return 2 if found.unreadable or unreadable else int(failed)


def summary(paths: list[Path], checked: list[Checked]) -> str:
    files, problems = len(checked), sum(len(each.diagnostics) for each in checked)
    workflows = sum(len(each.workflows) for each in checked)
    if not files:
        return "no workflow found in " + ", ".join(str(path.absolute() if path == Path() else path) for path in paths)
    found = f"{workflows} workflow{'s' * (workflows != 1)} in {files} file{'s' * (files != 1)}"
    if not problems:
        return f"{found}: all compile" if workflows != 1 else f"{found}: it compiles"
    return f"{files} file{'s' * (files != 1)}: {problems} problem{'s' * (problems != 1)}"
