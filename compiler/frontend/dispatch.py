"""Which function translates which kind of libcst node. `expressions`, `calls` and `statements` fill the tables.

A kind that no table holds is refused by name, so a construct can only be compiled or reported: there is no third way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any, TypeVar

import libcst as cst

from waymark.grammar import tree

from ..diagnostics.syntax import NotCompiledYet
from .bindings import block
from .context import Context

Translator = TypeVar("Translator", bound=Callable[..., Any])

_EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Any, Context], tree.Expression]] = {}
_STATEMENTS: dict[type[cst.CSTNode], Callable[[Any, Context], Iterator[tree.Statement]]] = {}


def translates(*kinds: type[cst.CSTNode]) -> Callable[[Translator], Translator]:
    """Enter an expression's translator: `(node, context) -> Expression`."""
    return _enter(_EXPRESSIONS, kinds)


def translates_statement(*kinds: type[cst.CSTNode]) -> Callable[[Translator], Translator]:
    """Enter a statement's translator: `(node, context) -> Iterator[Statement]`."""
    return _enter(_STATEMENTS, kinds)


def _enter(table: dict[type[cst.CSTNode], Any], kinds: tuple[type[cst.CSTNode], ...]) -> Callable[[Any], Any]:
    def enter(translator: Any) -> Any:
        for kind in kinds:
            assert kind not in table, f"{kind.__name__} has two translators"
            table[kind] = translator
        return translator

    return enter


def filled_by(*modules: ModuleType) -> None:
    """Assert that each of these modules has entered translators, which it does when it is imported."""
    filling = {translator.__module__ for table in (_EXPRESSIONS, _STATEMENTS) for translator in table.values()}
    missing = [module.__name__ for module in modules if module.__name__ not in filling]
    assert not missing, f"no translator stands in {', '.join(missing)}"


def is_translated(kind: type[cst.CSTNode]) -> bool:
    """Whether a kind of node has a translator."""
    return kind in _EXPRESSIONS or kind in _STATEMENTS


def expression(node: cst.CSTNode, context: Context) -> tree.Expression:
    """Translate one expression, or report it and return a hole."""
    translator = _EXPRESSIONS.get(type(node))
    if translator is None:
        return context.refuse_construct(node)
    context.depth += 1
    try:
        return tree.Constant(value=None) if context.too_deep(node) else translator(node, context)
    finally:
        context.depth -= 1


def statements(node: cst.CSTNode | None, context: Context) -> tree.Block:
    """Translate the statements of a suite; no suite gives none."""
    imported = context.imported  # what an import in the suite brings is in force to its end
    made = tuple(made for inner in block(node) for made in statement(inner, context))
    context.imported = imported
    return made


def statement(node: cst.CSTNode, context: Context) -> Sequence[tree.Statement]:
    """Translate one statement into what it comes to, which may be nothing (`pass`)."""
    translator = _STATEMENTS.get(type(node))
    if translator is None:
        context.refuse_construct(node)
        return ()
    context.depth += 1
    try:
        return () if context.too_deep(node) else tuple(translator(node, context))
    finally:
        context.depth -= 1


def problem(node: cst.CSTNode, context: Context, construct: str, advice: str = "") -> NotCompiledYet:
    """A construct refused for what it is used for, rather than for its kind."""
    return NotCompiledYet(path=context.path, span=context.span(node), construct=construct, advice=advice)
