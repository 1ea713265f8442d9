"""Which modules of a project define actions, found by reading their source and without running any of it.

A module counts if a function of it is decorated with waymark's `action`, by whatever name it was imported. Left out
are tests, folders whose name begins with a dot, virtual environments, and what is installed.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

FILES_MAX = 20_000
LEFT_OUT = frozenset({"tests", "test", "node_modules", "site-packages", "__pycache__", "build", "dist"})


class TooManyFiles(Exception):
    """The project's folder is most likely not one. The message says what to set."""


def files_with_actions(project: Path) -> list[Path]:
    """In order of their paths."""
    return sorted(path for path in _sources(project) if _defines_actions(path))


def _sources(project: Path) -> Iterator[Path]:
    seen = 0
    for folder, folders, files in os.walk(project):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not _is_left_out(here / name))
        for name in files:
            if not name.endswith(".py") or name.startswith("test_") or name in ("conftest.py", "setup.py"):
                continue
            seen += 1
            if seen > FILES_MAX:
                raise TooManyFiles(
                    f"{project} holds more than {FILES_MAX} Python files, too many to look for actions in: name the "
                    "modules with actions in WAYMARK_USER_MODULE"
                )
            yield here / name


def _is_left_out(folder: Path) -> bool:
    name = folder.name
    return name.startswith(".") or name in LEFT_OUT or (folder / "pyvenv.cfg").exists()


def _defines_actions(path: Path) -> bool:
    try:
        source = path.read_bytes()
        if b"waymark" not in source or b"action" not in source:
            return False
        tree = ast.parse(source)
    except (OSError, SyntaxError, ValueError, RecursionError):  # not a module that could be imported
        return False
    names = set(_names_of_action(tree))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef))
    return any(_dotted(decorator) in names for each in functions for decorator in each.decorator_list)


def _names_of_action(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("waymark", "waymark.actions"):
            for alias in node.names:
                name = alias.asname or alias.name
                yield from {"action": [name], "actions": [f"{name}.action"], "*": ["action"]}.get(alias.name, [])
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in ("waymark", "waymark.actions"):
                    yield f"{alias.asname or alias.name}.action"


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
