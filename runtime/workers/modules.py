"""Import what the user named: modules by name, or files by path, so that their actions are registered.

A file is imported under the name that the compiler gives it, so that an action has one key everywhere: from the root of
its project (`examples.hello`), which is the nearest folder above it with a `pyproject.toml` or `.git`, or the current
folder, or from the root's `src`, or from beside its outermost package. The compiler has this rule in
`frontend/project.py`; a worker must not load the compiler, so it is written here again, and a test holds the two
together.
"""

from __future__ import annotations

import importlib
import keyword
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from .discovering import files_with_actions

ROOT_MARKS = ("pyproject.toml", ".git")


class ModuleFailed(Exception):
    """A module of the user's cannot be imported. The message names it, the file and the line."""


def import_all(project: str, modules: Sequence[str]) -> None:
    _put_first([Path(project)])
    for module in modules:
        name = module
        if is_path(module):
            name, folders = name_of_file(Path(project) / module)
            _put_first(folders)
        try:
            importlib.import_module(name)
        except BaseException as error:  # a module may also call sys.exit() while it is imported
            if isinstance(error, KeyboardInterrupt):
                raise
            raise ModuleFailed(_message(name, error)) from error


def import_found(project: str) -> list[str]:
    """Import the modules of the project that define actions. What is wrong with those that cannot be imported."""
    problems = []
    _put_first([Path(project)])
    for path in files_with_actions(Path(project)):
        try:
            import_all(project, [str(path)])
        except ModuleFailed as error:
            problems.append(str(error))
    return problems


def find_registry(place: str) -> Mapping[str, Callable[..., Awaitable[Any]]]:
    module, _, attribute = place.partition(":")
    return cast(Mapping[str, Callable[..., Awaitable[Any]]], getattr(importlib.import_module(module), attribute))


def is_path(module: str) -> bool:
    return module.endswith(".py") or "/" in module


def name_of_file(path: Path) -> tuple[str, list[Path]]:
    """The dotted name of a file, and the folders that its project is imported from, first match first."""
    path = path.resolve()
    above = [path.parent, *path.parent.parents]
    outermost = next(folder for folder in above if not (folder / "__init__.py").exists() or folder.parent == folder)
    marked = (folder for folder in above if any((folder / mark).exists() for mark in ROOT_MARKS))
    root = next(marked, None) or _unmarked(outermost)
    folders = [folder for folder in dict.fromkeys((root / "src", root, outermost)) if folder.is_dir()]
    for folder in (*folders, path.parent):
        if path.is_relative_to(folder):
            parts = path.relative_to(folder).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
            if all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
                return ".".join(parts), folders
    return path.stem, folders


def _unmarked(outermost: Path) -> Path:
    """The root of a project without a mark: the current folder, where everything below it has an importable name."""
    here = Path.cwd()
    if here == Path(here.anchor) or not outermost.is_relative_to(here):
        return outermost
    return here if all(part.isidentifier() for part in outermost.relative_to(here).parts) else outermost


def _put_first(folders: Sequence[Path]) -> None:
    """As for a script in them, also in safe-path mode."""
    sys.path[:0] = [str(folder) for folder in folders if str(folder) not in sys.path]


def _message(name: str, error: BaseException) -> str:
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        return f"module {name} cannot be imported: {error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen importlib") and frame.filename not in (__file__, importlib.__file__)
    ]
    where = f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""
    hint = "; is its folder below the project's, or installed?" if isinstance(error, ModuleNotFoundError) else ""
    return f"module {name} cannot be imported: {where}{what}{hint}"
