"""Every name is to us what it is to CPython's own `symtable`: on drawn texts, and on the standard library."""

from __future__ import annotations

import symtable
import sys
import sysconfig
import warnings
from pathlib import Path
from typing import Any

import libcst as cst
import pytest
from hypothesis import assume, given
from scoped_programs import modules

from examples import examples
from waymark.compiler.frontend.scopes import Scope, Scopes, analyse

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="later ones inline comprehensions, and symtable shows what that leaves"
)

# A scope: its kind, its name, what its names are, and its inner scopes in any order.
Shape = tuple[str, str, tuple[tuple[str, str], ...], tuple[Any, ...]]

STDLIB = Path(sysconfig.get_path("stdlib"))
FILES = [
    "ast.py", "asyncio/base_events.py", "asyncio/tasks.py", "collections/__init__.py", "contextlib.py", "enum.py",
    "dataclasses.py", "functools.py", "inspect.py", "json/encoder.py", "statistics.py", "textwrap.py", "typing.py",
    "unittest/mock.py", "test/test_generators.py", "test/test_named_expressions.py", "test/test_listcomps.py",
    "test/test_scope.py", "test/test_patma.py", "test/test_coroutines.py",
]  # fmt: skip


def python_shape(table: symtable.SymbolTable) -> Shape:
    names = tuple(sorted((s.get_name(), _python_kind(s)) for s in table.get_symbols() if s.get_name() != ".0"))
    inner = (python_shape(child) for child in table.get_children())
    return table.get_type(), table.get_name(), names, tuple(sorted(inner))


def _python_kind(symbol: symtable.Symbol) -> str:
    scope = symbol._Symbol__scope  # type: ignore[attr-defined]  # the one thing that tells a cell from a local
    return {1: "local", 2: "global", 3: "implicit", 4: "free", 5: "cell"}[scope]


def our_shape(scopes: Scopes) -> Shape:
    around: dict[Scope | None, list[Scope]] = {}
    used: set[tuple[Scope, str]] = set()  # variables that a scope inside uses
    passed: dict[Scope, set[str]] = {}  # free ones that only go through
    for scope in scopes:
        around.setdefault(scope.parent, []).append(scope)
        for name in scope.names:
            home = scope.symbol(name).home
            if home is not None and home is not scope:
                used.add((home, name))
                for between in scope.inside:
                    if between is home:
                        break
                    passed.setdefault(between, set()).add(name)

    def shape(scope: Scope) -> Shape:
        names = {*scope.names, *passed.get(scope, ())}
        kinds = tuple(sorted((name, kind(scope, name)) for name in names))
        typed = {"module": "module", "class": "class"}.get(scope.kind, "function")
        return typed, _name(scope), kinds, tuple(sorted(shape(inner) for inner in around.get(scope, ())))

    def kind(scope: Scope, name: str) -> str:
        symbol = scope.symbol(name)
        if symbol.home is None:
            return "global" if symbol.declared_global else "implicit"
        if symbol.home is not scope:
            return "free"
        return "cell" if (scope, name) in used else "local"

    (module,) = around[None]
    return shape(module)


_NAMES = {
    cst.Module: "top", cst.Lambda: "lambda", cst.ListComp: "listcomp", cst.SetComp: "setcomp", cst.DictComp: "dictcomp",
    cst.GeneratorExp: "genexpr",
}  # fmt: skip


def _name(scope: Scope) -> str:
    return _NAMES.get(type(scope.node)) or scope.node.name.value  # type: ignore[attr-defined]


def assert_same(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = python_shape(symtable.symtable(text, "module.py", "exec"))
    assert our_shape(analyse(cst.parse_module(text))) == theirs, text


@examples(400)
@given(modules())
def test_names_of_drawn_modules_are_what_symtable_says(text: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "module.py", "exec", dont_inherit=True)
    except SyntaxError:
        assume(False)
    assert_same(text)


@pytest.mark.parametrize("name", [name for name in FILES if (STDLIB / name).exists()])
def test_names_of_the_standard_library_are_what_symtable_says(name: str) -> None:
    assert_same((STDLIB / name).read_text(encoding="utf-8"))
