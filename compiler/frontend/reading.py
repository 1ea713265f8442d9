"""Read a module of the project from its file. Nothing is imported."""

from __future__ import annotations

from ..cache import source_hash
from ..fresh import FreshNames
from ..source import Refusal, SourceError, decode, read_bytes
from .meanings import Broken
from .modules import Module
from .project import Project


def read_module(name: str, project: Project, fresh: FreshNames) -> Module | Broken | None:
    """Return the module, why it cannot be read, or None for one that the project does not hold."""
    path = project.find(name)
    if path is None:
        return _without_source(name, project)
    shown = project.shown(path)
    if path.is_dir():
        return Module(name, True, shown, "", fresh)
    try:
        data = read_bytes(path)
        project.lookups.read[str(path)] = source_hash(data)
        module = Module(name, path.name == "__init__.py", shown, decode(data, shown).removeprefix("\ufeff"), fresh)
        _check(module)
    except Refusal as refusal:
        return Broken(name, f"{refusal} ({path.name}, line {refusal.diagnostic.line})")
    except SourceError as error:
        return Broken(name, str(error))
    return module


def _check(module: Module) -> None:
    """Raise Refusal for what is no Python."""
    try:
        _ = module.forms
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        _ = module.source  # says what is wrong, and where


def _without_source(name: str, project: Project) -> Broken | None:
    """A module without a file is a stranger, unless its package is not."""
    first = name.partition(".")[0]
    if project.has_extension(name):
        return Broken(name, "it is an extension module, without source in Python")
    if first != name and project.find(first) is not None:
        return Broken(name, "there is no such file")
    if first in project.packages:
        return Broken(name, "`[tool.waymark] compile` names its package, and no source of it is on Python's path")
    return None
