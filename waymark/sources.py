"""The text that a workflow class stands in, wherever it was defined.

    a file                 compiled as a file: its project is found from where it is
    a module in an archive what its loader gives (zipimport and its like)
    a notebook cell        the cells that ran before it and the cell itself, as one text
    a prompt that keeps what was typed (IPython's, a doctest, Python's own from 3.13 on)

A class has no text when it was made by `exec`, at a prompt that keeps nothing, or imported from bytecode alone.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import decode_source
from pathlib import Path
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class File:
    """A file of its own."""

    path: Path


@dataclass(frozen=True)
class Text:
    """A text without a file. The class stands behind its first `before` lines, which are other cells'."""

    text: str
    shown: str
    before: int = 0


def source_of(kind: type, body: Any) -> File | Text | None:
    """Where the class stands; None if nobody knows."""
    name = inspect.unwrap(body).__code__.co_filename
    module = sys.modules.get(kind.__module__)
    if Path(name).is_file():
        # A decorator's file, if `run` has one that does not say what it wraps.
        own = getattr(module, "__file__", None)
        return File(Path(own if own is not None and Path(own).is_file() else name))
    inside = _from_loader(module, name)
    if inside is not None:
        return Text(inside, kind.__module__.replace(".", "/") + ".py")
    text = _from_lines(module, name)
    if not text:
        return None
    cells = _cells_before(text)
    if cells is not None:
        earlier = [_without(cell, _bound_in([*cells[at + 1 :], text]), text) for at, cell in enumerate(cells)]
        before = "".join(each + "\n" * (not each.endswith("\n")) for each in earlier)
        return Text(before + _blanked(text, _awaits), f"<cell {len(cells)}>", before.count("\n"))
    return Text(text, name if name.startswith("<") else Path(name).name)


def _from_loader(module: ModuleType | None, name: str) -> str | None:
    """The text of a module that is no file of its own, by the loader that read it."""
    get_data = getattr(getattr(module, "__loader__", None), "get_data", None)
    if get_data is None or name.startswith("<"):
        return None
    try:
        return decode_source(get_data(name))
    except (OSError, SyntaxError, UnicodeError):  # bytecode alone, or another module's
        return None


def _from_lines(module: ModuleType | None, name: str) -> str:
    try:
        return "".join(linecache.getlines(name, None if module is None else vars(module)))
    except (OSError, SyntaxError, UnicodeError):  # of a loader that fails at its own module
        return ""


# --- notebooks -------------------------------------------------------------------------------------------------------


def _cells_before(text: str) -> list[str] | None:
    """The cells that ran before this one, in order; None if this is no notebook, or its history does not have it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    history = getattr(shell, "user_ns", {}).get("_ih", ())
    ran = [cell for cell in history if isinstance(cell, str)]
    at = next((at for at in reversed(range(len(ran))) if ran[at].strip() == text.strip()), None)
    return None if at is None else ran[:at]


def _bound_in(cells: Sequence[str]) -> set[str]:
    return {name for cell in cells for node in _statements(cell) for name in _names(node)}


def _statements(cell: str) -> Sequence[ast.stmt]:
    try:
        return ast.parse(cell).body
    except SyntaxError:  # of another language, say
        return ()


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name


def _without(cell: str, later: set[str], current: str) -> str:
    """A cell without what does not count any more, and as many lines.

    That is a function or class that a later cell defines again, a workflow that the current cell does not speak of
    (it was compiled, or refused, when its own cell ran), what is awaited in the cell itself, and a cell that is no
    Python.
    """

    def counts_no_more(node: ast.stmt) -> bool:
        named = set(_names(node))
        if named & later or (_is_workflow(node) and not any(name in current for name in named)):
            return True
        return _awaits(node)

    if not _statements(cell):
        return "\n" * (cell.count("\n") + 1)
    return _blanked(cell, counts_no_more)


def _blanked(cell: str, leaves_out: Callable[[ast.stmt], bool]) -> str:
    """A cell without some of its statements, and as many lines."""
    lines = cell.split("\n")
    for node in _statements(cell):
        if leaves_out(node):
            first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
            lines[first - 1 : node.end_lineno] = [""] * ((node.end_lineno or first) - first + 1)
    return "\n".join(lines)


def _awaits(node: ast.AST) -> bool:
    """Whether a statement of a cell awaits by itself, as only notebooks can: the functions in it do not count."""
    if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
        return True
    if isinstance(node, ast.comprehension) and node.is_async:
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return False
    return any(_awaits(each) for each in ast.iter_child_nodes(node))


def _is_workflow(node: ast.stmt) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.ClassDef) else ()
    return any(ast.unparse(each).rpartition(".")[2] == "workflow" for each in decorators)
