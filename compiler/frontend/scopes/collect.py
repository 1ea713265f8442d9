"""Walk over a module once and note what each scope does with each name.

The walk keeps its own stack, so no depth of nesting can exhaust Python's. An entry is a node, the scope that it stands
in, and whether it is a target: a name there is bound (or deleted, which is the same to a scope) and not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst

from ...fresh import FreshNames
from ..bindings import dotted
from .model import CLASS_CELL, Mark, Scope, ScopeKind, Scopes
from .parts import TARGET_PARTS, parts_of
from .resolve import resolve

Entry = tuple[cst.CSTNode, Scope, bool]

_USED, _BOUND, _PARAMETER = int(Mark.USED), int(Mark.BOUND), int(Mark.PARAMETER)
_GLOBAL, _NONLOCAL = int(Mark.GLOBAL), int(Mark.NONLOCAL)


def analyse(module: cst.Module, fresh: FreshNames | None = None) -> Scopes:
    """Return the scopes of a module. `fresh` numbers the names of comprehensions' variables."""
    found: dict[cst.CSTNode, Scope] = {module: Scope("module", module, None, "")}
    waiting: list[Entry] = [(child, found[module], False) for child in reversed(module.body)]
    while waiting:
        node, scope, is_target = waiting.pop()
        kind = type(node)
        if kind is cst.Name:
            _name(node, scope, is_target)
            continue
        visit = _VISITS.get(kind)
        if visit is not None:
            more = [entry for entry in visit(node, scope, found) if entry[0] is not None]
        elif is_target and kind in TARGET_PARTS:
            more = [(child, scope, True) for child in parts_of(node, TARGET_PARTS[kind])]
        else:
            more = [(child, scope, False) for child in parts_of(node)]
        more.reverse()
        waiting += more
    resolve(found.values())
    return Scopes(found, fresh or FreshNames())


def _mark(scope: Scope, text: str, marks: int) -> str:
    name = scope.name(text)
    scope.marks[name] = scope.marks.get(name, 0) | marks
    return name


def _name(node: Any, scope: Scope, is_target: bool) -> None:
    text = node.value
    if is_target:
        _mark(scope, text, _BOUND)
    elif text not in ("None", "True", "False"):
        _mark(scope, text, _USED)
        if text == "super" and scope.is_function:
            _mark(scope, CLASS_CELL, _USED)


def _open(
    kind: ScopeKind, node: cst.CSTNode, around: Scope, found: dict[cst.CSTNode, Scope], private: str = ""
) -> Scope:
    scope = found[node] = Scope(kind, node, around, private or around.private)
    return scope


# --- scopes ----------------------------------------------------------------------------------------------------------


def _function(node: cst.FunctionDef, scope: Scope, found: dict[cst.CSTNode, Scope]) -> Iterator[Entry]:
    yield from ((each.decorator, scope, False) for each in node.decorators)
    _mark(scope, node.name.value, _BOUND)
    inner = Scope("function", node, scope, scope.private)
    yield from _parameters(node.params, scope, inner)
    if node.returns is not None:
        yield node.returns.annotation, scope, False
    found[node] = inner
    yield node.body, inner, False


def _lambda(node: cst.Lambda, scope: Scope, found: dict[cst.CSTNode, Scope]) -> Iterator[Entry]:
    inner = _open("lambda", node, scope, found)
    yield from _parameters(node.params, scope, inner)
    yield node.body, inner, False


def _parameters(node: cst.Parameters, scope: Scope, inner: Scope) -> Iterator[Entry]:
    """Bind the parameters inside; their defaults and annotations stand outside."""
    variadic = [node.star_arg] if isinstance(node.star_arg, cst.Param) else []
    keywords = [node.star_kwarg] if node.star_kwarg is not None else []
    for param in (*node.posonly_params, *node.params, *variadic, *node.kwonly_params, *keywords):
        _mark(inner, param.name.value, _PARAMETER)
        if param.default is not None:
            yield param.default, scope, False
        if param.annotation is not None:
            yield param.annotation.annotation, scope, False


def _class(node: cst.ClassDef, scope: Scope, found: dict[cst.CSTNode, Scope]) -> Iterator[Entry]:
    for part in (*node.decorators, *node.bases, *node.keywords):
        yield part, scope, False
    _mark(scope, node.name.value, _BOUND)
    yield node.body, _open("class", node, scope, found, private=node.name.value), False


def _comprehension(node: Any, scope: Scope, found: dict[cst.CSTNode, Scope]) -> Iterator[Entry]:
    """The first iterable is evaluated in the scope around, all the rest inside."""
    kind: ScopeKind = "generator" if isinstance(node, cst.GeneratorExp) else "comprehension"
    inner = _open(kind, node, scope, found)
    yield node.for_in.iter, scope, False
    clause = node.for_in
    while clause is not None:
        if clause.asynchronous is not None:
            inner.function.awaits = True
        if clause is not node.for_in:
            yield clause.iter, inner, False
        yield clause.target, inner, True
        yield from ((each.test, inner, False) for each in clause.ifs)
        clause = clause.inner_for_in
    for part in (node.key, node.value) if isinstance(node, cst.DictComp) else (node.elt,):
        yield part, inner, False


# --- what binds ------------------------------------------------------------------------------------------------------


def _yield(node: cst.Yield, scope: Scope, _found: object) -> Iterator[Entry]:
    scope.yields = True
    if node.value is not None:
        yield node.value, scope, False


def _await(node: cst.Await, scope: Scope, _found: object) -> Iterator[Entry]:
    scope.function.awaits = True
    yield node.expression, scope, False


def _walrus(node: cst.NamedExpr, scope: Scope, _found: object) -> Iterator[Entry]:
    yield node.value, scope, False
    if not isinstance(node.target, cst.Name):
        raise AssertionError("Python's own compiler takes nothing but a name left of `:=`")
    owner = next(each for each in scope.inside if each.kind not in ("comprehension", "generator"))
    if owner is scope:
        _mark(scope, node.target.value, _BOUND)
        return
    is_global = owner.kind == "module" or owner.marks.get(owner.name(node.target.value), 0) & _GLOBAL
    _mark(scope, node.target.value, _GLOBAL if is_global else _NONLOCAL)
    _mark(owner, node.target.value, _GLOBAL if is_global else _BOUND)


def _global(node: cst.Global, scope: Scope, found: dict[cst.CSTNode, Scope]) -> Iterator[Entry]:
    module = next(iter(found.values()))
    for item in node.names:
        name = _mark(scope, item.name.value, _GLOBAL)
        module.marks[name] = module.marks.get(name, 0) | _GLOBAL
    yield from ()


def _nonlocal(node: cst.Nonlocal, scope: Scope, _found: object) -> Iterator[Entry]:
    for item in node.names:
        _mark(scope, item.name.value, _NONLOCAL)
    yield from ()


def _import(node: cst.Import | cst.ImportFrom, scope: Scope, _found: object) -> Iterator[Entry]:
    if not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            shown = alias.asname.name if alias.asname is not None else alias.name
            _mark(scope, (dotted(shown) or "").partition(".")[0], _BOUND)
    yield from ()


def _targets(*fields: str) -> Callable[[Any, Scope, object], Iterator[Entry]]:
    """Visit a statement field by field; one with `=` before its name is a target."""

    def visit(node: Any, scope: Scope, _found: object) -> Iterator[Entry]:
        for field in fields:
            part = getattr(node, field.lstrip("="))
            for each in part if isinstance(part, list | tuple) else (part,):
                yield each, scope, field.startswith("=")

    return visit


def _annotated(node: cst.AnnAssign, scope: Scope, _found: object) -> Iterator[Entry]:
    yield node.annotation.annotation, scope, False
    if node.value is not None:
        yield node.value, scope, False
    yield node.target, scope, True


def _as_name(node: cst.AsName, scope: Scope, _found: object) -> Iterator[Entry]:
    yield node.name, scope, True


_VISITS: dict[type[cst.CSTNode], Callable[[Any, Scope, dict[cst.CSTNode, Scope]], Iterator[Entry]]] = {
    cst.FunctionDef: _function,
    cst.Lambda: _lambda,
    cst.ClassDef: _class,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.DictComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.NamedExpr: _walrus,
    cst.Yield: _yield,
    cst.Await: _await,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Import: _import,
    cst.ImportFrom: _import,
    cst.AsName: _as_name,
    cst.AnnAssign: _annotated,
    cst.Assign: _targets("value", "=targets"),
    cst.AugAssign: _targets("value", "=target"),
    cst.For: _targets("iter", "=target", "body", "orelse"),
    cst.Del: _targets("=target"),
    cst.MatchAs: _targets("pattern", "=name"),
    cst.MatchStar: _targets("=name"),
    cst.MatchMapping: _targets("elements", "=rest"),
    cst.TypeAlias: _targets("=name"),
}
