"""A name that is no local variable: what it means, and the diagnostic for a meaning that a workflow cannot use."""

from __future__ import annotations

import builtins

import libcst as cst

from waymark.grammar.span import Span
from waymark.stdlib.catalogue import BUILTINS

from ..check.determinism import impurity
from ..diagnostics import Diagnostic
from ..diagnostics.names import (
    BrokenModule,
    Foreign,
    MissingInModule,
    ModuleValue,
    SeveralMeanings,
    UndefinedName,
)
from ..diagnostics.suggest import nearest
from ..diagnostics.syntax import NotCompiledYet
from .bindings import dotted
from .context import Context
from .resolve import Action, Ambiguous, Broken, InProject, Meaning, Missing, Outside, Unusable

PYTHON_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__"}
MODULE_NAMES = frozenset({"__name__", "__file__", "__doc__", "__package__", "__spec__", "__builtins__", "__debug__"})

_ADVICE = {
    "function": "decorate it with `@action` (as an `async def`) and await it, or write its code in `run`",
    "async function": "decorate it with `@action`",
    "class": "make the value in an @action, or pass it to `run` as an argument",
    "value": "pass it to `run` as an argument, give it to a parameter as a default, or assign it inside `run`",
}


def meaning_of(node: cst.BaseExpression, context: Context) -> Meaning | None:
    """Return what `a` or `a.b.c` means when it starts outside the function; None when it is local or unknown."""
    name = dotted(node)
    if name is None:
        return None
    first, dot, rest = name.partition(".")
    first = context.scope.name(first)
    if first in context.scope.locals:
        return None
    meaning = context.resolver.dotted(first + dot + rest, context.module)
    if meaning is None and first in PYTHON_BUILTINS:
        return Outside(f"builtins.{first}{dot}{rest}")
    return meaning


def is_local(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a name or a chain of attributes starts at a local variable."""
    first = (dotted(node) or "").partition(".")[0]
    return context.scope.name(first) in context.scope.locals


def undefined(node: cst.BaseExpression, name: str, context: Context) -> Diagnostic:
    """The diagnostic for a name that nobody binds."""
    if name in MODULE_NAMES:
        what = "an attribute of the module"
        return ModuleValue(path=context.path, span=context.span(node), name=name, what=what, advice=_ADVICE["value"])
    known = context.scope.locals | set(context.module.bindings) | set(BUILTINS)
    hint = nearest(name, known - {context.scope.self_name})
    return UndefinedName(path=context.path, span=context.span(node), name=name, nearest=hint)


def refused_meaning(
    node: cst.CSTNode, meaning: Meaning, context: Context, *, called: bool, span: Span | None = None
) -> Diagnostic:
    """The diagnostic for a name whose meaning is known and of no use here."""
    span = context.span(node) if span is None else span
    path, shown = context.path, dotted(node) if isinstance(node, cst.BaseExpression) else None  # as it is written
    match meaning:
        case Outside(name=name):
            return _outside(name, shown or name, context, span, called)
        case Action(name=name):
            construct = f"the action `{name}` as a value"
            return NotCompiledYet(path=path, span=span, construct=construct, advice=f"call it: `await {name}(...)`")
        case InProject(module=module):
            what = "a module"
            return ModuleValue(path=path, span=span, name=module, what=what, advice="use one of its actions")
        case Unusable(name=name, kind=kind, module=module):
            what = f"{_article(kind)} of {_owner(module, context)}"
            return ModuleValue(path=path, span=span, name=name, what=what, advice=_ADVICE[kind])
        case Ambiguous(name=name, module=module, bindings=bindings):
            own = module == context.module.name
            lines = tuple(context.span(binding.node).line for binding in bindings) if own else ()
            conditional = any(binding.conditional for binding in bindings)
            return SeveralMeanings(
                path=path, span=span, name=name, lines=lines, count=len(bindings), conditional=conditional
            )
        case Missing(name=name, module=module, nearest=close):
            return MissingInModule(path=path, span=span, name=name, module=module, nearest=close)
        case Broken(module=module, problem=problem):
            return BrokenModule(path=path, span=span, module=module, problem=problem)


def _outside(name: str, shown: str, context: Context, span: Span, called: bool) -> Diagnostic:
    kind = impurity(name)
    path = context.path
    if kind is not None:
        return kind(path=path, span=span, call=f"{shown}()" if called else shown)
    owner, _, last = name.partition(".")
    if owner == "builtins":
        use = "" if called or last not in BUILTINS else " as a value"
        return NotCompiledYet(path=path, span=span, construct=f"the builtin `{last}`{use}")
    if owner in ("asyncio", "waymark"):
        advice = "only `asyncio.sleep` is compiled today: await your actions one after the other"
        return NotCompiledYet(path=path, span=span, construct=f"`{name}`", advice=advice if owner == "asyncio" else "")
    return Foreign(path=path, span=span, name=name)


def _article(kind: str) -> str:
    return f"an {kind}" if kind.startswith("a") else f"a {kind}"


def _owner(module: str, context: Context) -> str:
    return "this module" if module == context.module.name else f"`{module}`"
