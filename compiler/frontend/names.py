"""Names: whose variable a name is, what a name that is nobody's means, and the diagnostics for what cannot be used.

A variable of the function, or of one around it, is a name in WRL too. So is a member of a class body, inside that body.
Everything else is a name of the module or a builtin, and the resolver knows its meaning.
"""

from __future__ import annotations

import builtins

import libcst as cst

from waymark.grammar import tree
from waymark.grammar.span import Span
from waymark.stdlib.catalogue import BUILTINS, CONSTANTS, OUTSIDE
from waymark.stdlib.refused import REFUSED

from ..check.determinism import impurity
from ..diagnostics import Diagnostic
from ..diagnostics.modules import BrokenModule, MissingInModule, PatchedName, UnlistedName
from ..diagnostics.names import Foreign, ModuleValue, SeveralMeanings, UndefinedName
from ..diagnostics.suggest import nearest
from ..diagnostics.syntax import NotCompiledYet
from . import sugar
from .bindings import dotted
from .context import Context
from .dispatch import expression, problem, translates
from .local_imports import imported_names
from .meanings import MaybeImported
from .members import member
from .name_errors import expected
from .resolve import (
    Action,
    Ambiguous,
    Broken,
    InProject,
    Meaning,
    Missing,
    Outside,
    Patched,
    Unlisted,
    Variable,
    WorkflowClass,
)
from .scopes import CLASS_CELL, Symbol
from .values import is_value, value_of

PYTHON_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__"}
MODULE_NAMES = frozenset(
    {"__name__", "__file__", "__doc__", "__package__", "__spec__", "__builtins__", "__debug__"}
) | {
    "__build_class__",
    "__loader__",
}
CONSTANT_NAMES = {"None": None, "True": True, "False": False}

_BUILTIN_ADVICE = {
    "EncodingWarning": "use `Warning`, or a class of your own that extends it",
}
_VERSION_ADVICE = "compare it with a version below 3.11, as in `sys.version_info >= (3, 8)`; engines have 3.11 or newer"
_ADVICE = "pass it to `run` as an argument, or write it out"


@translates(cst.Name)
def _name(node: cst.Name, context: Context) -> tree.Expression:
    if node.value in CONSTANT_NAMES:
        return tree.Constant(span=context.span(node), value=CONSTANT_NAMES[node.value])
    symbol = context.symbol(node)
    if symbol.kind == "member":
        return member(node, symbol, context)
    if symbol.kind != "global" and not is_imported(symbol, context):
        return _variable(symbol, context.span(node), context)
    meaning = meaning_of(node, context)
    if isinstance(meaning, WorkflowClass):
        advice = "keep what you need of it in variables of the module; it may be named in `isinstance` and as a base"
        return context.refuse(problem(node, context, f"the workflow class `{node.value}` as a value", advice))
    value = value_of(meaning, context.span(node), context)
    if value is not None:
        return value
    if meaning is None and symbol.name not in MODULE_NAMES and expected(context):
        return tree.Name(span=context.span(node), id=context.program.variable(context.module.name, symbol.name))
    if meaning is None:
        return context.refuse(undefined(node, symbol.name, context))
    return context.refuse(refused_meaning(node, meaning, context, called=False))


def _variable(symbol: Symbol, span: Span, context: Context) -> tree.Expression:
    if symbol.kind != "free" and symbol.home is not context.scope:  # a comprehension's, or what is around one
        return sugar.expression(sugar.FreeName(span=span, id=symbol.variable))
    return tree.Name(span=span, id=symbol.variable)


def reference(node: cst.BaseExpression, context: Context) -> tree.Expression:
    """An expression in a place where it may be a workflow class."""
    meaning = meaning_of(node, context)
    if isinstance(meaning, WorkflowClass):
        value = value_of(meaning, context.span(node), context)
        assert value is not None, "a class is a variable of its module"
        return value
    return expression(node, context)


def bound(node: cst.Name, context: Context) -> tree.Name:
    """The variable that a statement or `:=` binds, or `del` unbinds, under this name."""
    symbol, span = context.symbol(node), context.span(node)
    if symbol.name == CLASS_CELL and symbol.home is not None and symbol.home.kind == "class":
        context.refuse(problem(node, context, "an assignment to `__class__`, which `super()` reads"))
    if symbol.kind == "global":
        return tree.Name(span=span, id=context.program.variable(context.module.name, symbol.name))
    return tree.Name(span=span, id=symbol.variable)


def meaning_of(node: cst.BaseExpression, context: Context) -> Meaning | None:
    """Return what `a` or `a.b.c` means when it starts outside the function; None when it is local or unknown."""
    name = dotted(node)
    if name is None:
        return None
    first, dot, rest = name.partition(".")
    if first in CONSTANT_NAMES:
        return None
    first = context.scope.name(first)
    symbol = context.scope.symbol(first)
    if is_imported(symbol, context):
        return imported_meaning(symbol, tuple(rest.split(".")) if rest else (), context)
    if symbol.kind != "global":
        return None
    meaning = context.resolver.dotted(first + dot + rest, context.module)
    if isinstance(meaning, Ambiguous) and _is_own_variable(meaning, context):
        return None if dot else Variable(meaning.name, meaning.module)
    if meaning is None and not dot and first in PYTHON_BUILTINS:
        return Outside(f"builtins.{first}")
    if meaning is None and first in PYTHON_BUILTINS and context.resolver.name(first, context.module) is None:
        meaning = Outside(f"builtins.{first}.{rest}")
    return None if isinstance(meaning, Outside) and _is_of_a_value(node, meaning, context) else meaning


def _is_of_a_value(node: cst.BaseExpression, meaning: Outside, context: Context) -> bool:
    """Whether it is an attribute of something of the catalogue, as in `dict.fromkeys`, and nothing by itself."""
    if not isinstance(node, cst.Attribute) or is_value(meaning) or impurity(meaning.name) is not None:
        return False
    owner = meaning_of(node.value, context)
    return owner is None or is_value(owner)


def is_imported(symbol: Symbol, context: Context) -> bool:
    """Whether a variable of a function is no variable, but what an import in it brings: a module, an action."""
    return symbol.home is not None and symbol.is_variable and symbol.name in imported_names(symbol.home, context)


def imported_meaning(symbol: Symbol, rest: tuple[str, ...], context: Context) -> Meaning | None:
    """What such a name, and the attributes behind it, mean; None for an attribute of a value."""
    assert symbol.home is not None
    key = (symbol.home, symbol.name)
    meaning, left = context.resolver.follow(imported_names(symbol.home, context)[symbol.name], rest)
    if left and not isinstance(meaning, Missing | Broken | Ambiguous | Patched | Unlisted):
        return None
    return meaning if key in context.imported else MaybeImported(symbol.name, meaning, symbol.variable)


def _is_own_variable(meaning: Ambiguous, context: Context) -> bool:
    """While a module is imported its statements see what the ones before them bound, under whatever condition."""
    plain = all(binding.kind in ("value", "update", "delete") for binding in meaning.bindings)
    return plain and context.scope.function.kind == "module" and meaning.module == context.module.name


def is_builtin(node: cst.BaseExpression, name: str, context: Context) -> bool:
    """Whether an expression names this builtin."""
    return meaning_of(node, context) == Outside(f"builtins.{name}")


def is_local(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a name or a chain of attributes starts at a variable of a function, or at a member of a class body."""
    first = (dotted(node) or "").partition(".")[0]
    return bool(first) and context.scope.symbol(context.scope.name(first)).kind != "global"


def undefined(node: cst.BaseExpression, name: str, context: Context) -> Diagnostic:
    """The diagnostic for a name that nobody binds."""
    if name in MODULE_NAMES:
        what = "an attribute of the module"
        return ModuleValue(path=context.path, span=context.span(node), name=name, what=what, advice=_ADVICE)
    hints, place = context.program.hints, (context.scope, name)
    if place not in hints and context.program.hinting > 0:
        known = context.scope.in_reach | set(context.module.bindings) | set(BUILTINS)
        context.program.hinting -= len(known)
        hints[place] = nearest(name, known)
    return UndefinedName(path=context.path, span=context.span(node), name=name, nearest=hints.get(place))


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
            advice = f"name what you use of it, as in `{shown or module}.something`"
            return ModuleValue(path=path, span=span, name=shown or module, what="a module", advice=advice)
        case MaybeImported(meaning=Outside(name=full)):
            return _outside(full, shown or full, context, span, called)
        case MaybeImported(name=name):
            construct = f"this use of `{name}` before its import, or outside the suite that the import stands in,"
            advice = f"import `{name}` at the top of the function, or of the module"
            return NotCompiledYet(path=path, span=span, construct=construct, advice=advice)
        case Patched(name=name, module=module, by=by, line=line):
            return PatchedName(path=path, span=span, name=name, module=module, by=by, by_line=line)
        case Unlisted(name=name, origin=origin):
            return UnlistedName(path=path, span=span, name=name, module=origin)
        case Ambiguous(name=name, module=module, bindings=bindings):
            source = context.program.module(module).source
            lines = tuple(source.span(binding.node).line for binding in bindings)
            where = "" if source.path == path else source.path
            conditional = any(binding.conditional for binding in bindings)
            return SeveralMeanings(
                path=path, span=span, name=name, lines=lines, count=len(bindings), conditional=conditional, where=where
            )
        case Missing(name=name, module=module, nearest=close):
            return MissingInModule(path=path, span=span, name=name, module=module, nearest=close)
        case Broken(module=module, problem=problem):
            return BrokenModule(path=path, span=span, module=module, problem=problem)
    raise AssertionError(f"`{meaning.name}` is a value, and nothing to refuse")


def _outside(name: str, shown: str, context: Context, span: Span, called: bool) -> Diagnostic:
    kind = impurity(name)
    path = context.path
    if kind is not None:
        return kind(path=path, span=span, call=f"{shown}()" if called else shown)
    if any(known.startswith(f"{name}.") for table in (OUTSIDE, CONSTANTS) for known in table):
        advice = f"name what you use of it, as in `{shown}.something`"
        what = "a module"
        if name.startswith("sys."):  # sys.version_info, sys.float_info
            what = "something that only this interpreter has"
            advice = _VERSION_ADVICE if name == "sys.version_info" else advice
        return ModuleValue(path=path, span=span, name=shown, what=what, advice=advice)
    owner, _, last = name.partition(".")
    if owner == "builtins":
        use = "" if called or last not in BUILTINS else " as a value"
        return NotCompiledYet(
            path=path, span=span, construct=f"the builtin `{last}`{use}", advice=_BUILTIN_ADVICE.get(last, "")
        )
    if owner in ("asyncio", "waymark") or name in REFUSED:
        return NotCompiledYet(path=path, span=span, construct=f"`{name}`", advice=REFUSED.get(name, ""))
    return Foreign(path=path, span=span, name=name)
