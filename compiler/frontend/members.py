"""Names that a class body binds: its members.

A member that is not bound yet means what the module or Python has under that name, as in `limit = limit`. Where the
text alone does not say whether it is bound, the namespace is asked:

    class C:                            class C {
        if fast:                            if fast { limit = 1 }
            limit = 1          =>           twice = (limit if "limit" in namespace.0 else 3) * 2
        twice = limit * 2               }
"""

from __future__ import annotations

import builtins

import libcst as cst

from waymark.grammar import tree

from .bindings import block, dotted
from .context import Context
from .meanings import Meaning, Outside
from .scopes import Symbol
from .values import value_of

NAMESPACE = "namespace.0"


def member(node: cst.Name, symbol: Symbol, context: Context) -> tree.Expression:
    """Read a member."""
    span = context.span(node)
    name = tree.Name(span=span, id=symbol.variable)
    if _is_bound(symbol.name, node, context):
        return name
    otherwise = value_of(_meaning(symbol.name, context), span, context)
    if otherwise is None:
        return name
    key = tree.Constant(span=span, value=symbol.variable)
    namespace = tree.Name(span=span, id=NAMESPACE)
    test = tree.Compare(span=span, operator="in", left=key, right=namespace)
    return tree.Conditional(span=span, test=test, body=name, orelse=otherwise)


def _meaning(name: str, context: Context) -> Meaning | None:
    meaning = context.resolver.name(name, context.module)
    if meaning is None and name in vars(builtins):
        return Outside(f"builtins.{name}")
    return meaning


def _is_bound(name: str, node: cst.Name, context: Context) -> bool:
    """Whether a statement of the class body, before the one that the name stands in, has bound it for certain."""
    scope = context.scope
    if not isinstance(scope.node, cst.ClassDef):
        return False
    place = context.span(node)
    found = False
    for statement in block(scope.node.body):
        span = context.span(statement)
        if (span.line, span.column) >= (place.line, place.column) or span.end_line >= place.line:
            break
        small = getattr(statement, "body", ()) if isinstance(statement, cst.SimpleStatementLine) else (statement,)
        for each in small:
            found = (found and not _may_unbind(each)) or _binds(each, name, context)
    return found


def _may_unbind(node: cst.CSTNode) -> bool:
    """Whether the statement may take a name of the body away again: by `del`, or behind an `except ... as`."""
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return False
    named = isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler) and node.name is not None
    return named or isinstance(node, cst.Del) or any(_may_unbind(child) for child in node.children)


def _binds(node: cst.CSTNode, name: str, context: Context) -> bool:
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return context.scope.name(node.name.value) == name
    if isinstance(node, cst.Assign):
        return any(_named(target.target, context) == name for target in node.targets)
    return isinstance(node, cst.AnnAssign) and node.value is not None and _named(node.target, context) == name


def _named(node: cst.BaseExpression, context: Context) -> str | None:
    text = dotted(node)
    return None if text is None or "." in text else context.scope.name(text)
