"""The import statements of a module, from CPython's own tree: enough for following imports, and quick."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
import msgspec

from .bindings import dotted, imported


class ImportForm(msgspec.Struct, frozen=True):
    """`import a.b`: one form for each module, without names. `from ..a import b, c`: dots and module, and the names."""

    module: str
    names: tuple[str, ...] | None = None
    later: bool = False  # it stands in a function, which may never run


def forms_of_text(text: str, parsed: ast.Module | None = None) -> tuple[ImportForm, ...]:
    """Every import of a module, in the order of the file. Raises SyntaxError. `parsed`: the text, if it has been."""
    return tuple(_forms((parsed or ast.parse(text)).body, False))


def forms_of(node: cst.Import | cst.ImportFrom) -> tuple[ImportForm, ...]:
    """What one import statement has."""
    if isinstance(node, cst.Import):
        return tuple(ImportForm(dotted(alias.name) or "") for alias in node.names)
    bindings = tuple(imported(node))
    return (ImportForm(bindings[0].module, tuple(binding.original for binding in bindings)),)


def _forms(body: list[ast.stmt], later: bool) -> Iterator[ImportForm]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from (ImportForm(alias.name, None, later) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            yield ImportForm("." * node.level + (node.module or ""), names, later)
        elif isinstance(node, ast.If) and (known := _known_test(node.test)) is not None:
            yield from _forms(node.body if known else node.orelse, later)
        else:
            yield from _inside(node, later or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _inside(node: ast.AST, later: bool) -> Iterator[ImportForm]:
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        part = getattr(node, name, None)
        for each in part if isinstance(part, list) else ():
            yield from _forms([each], later) if isinstance(each, ast.stmt) else _inside(each, later)


def _known_test(test: ast.expr) -> bool | None:
    """What the test of an `if` is while a workflow runs, as `bindings` decides it; None when that is not known."""
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            known = _known_test(operand)
            return None if known is None else not known
        case ast.Compare(left=ast.Name(id="__name__"), ops=[operator], comparators=[ast.Constant(value="__main__")]):
            return isinstance(operator, ast.NotEq) if isinstance(operator, ast.Eq | ast.NotEq) else None
    return None
