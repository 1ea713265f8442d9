"""The parameters of an action as they are written, and whether the arguments of a call fit them, as CPython decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import libcst as cst
import msgspec

from waymark.grammar.span import Span

from ..diagnostics import Diagnostic
from ..diagnostics.arguments import MissingArgument, RepeatedArgument, SurplusArgument, UnknownKeyword
from ..diagnostics.suggest import nearest
from .bindings import dotted, identifier

Kind = Literal["positional", "either", "variadic", "keyword", "keywords"]
Signature = tuple[tuple[str, Kind, bool], ...]  # (name, kind, has a default)

ANYTHING: Signature = (("args", "variadic", False), ("kwargs", "keywords", False))
INJECTED = ("Depend", "Depends")


class Given(msgspec.Struct, frozen=True):
    """One argument of a call: its keyword, if any, and where it stands."""

    keyword: str
    span: Span


def parameters_of(node: cst.Parameters) -> Iterator[tuple[cst.Param, Kind]]:
    """Every parameter in order, with its kind."""
    for param in node.posonly_params:
        yield param, "positional"
    for param in node.params:
        yield param, "either"
    if isinstance(node.star_arg, cst.Param):
        yield node.star_arg, "variadic"
    for param in node.kwonly_params:
        yield param, "keyword"
    if node.star_kwarg is not None:
        yield node.star_kwarg, "keywords"


def action_signature(node: cst.FunctionDef, module: cst.Module) -> Signature:
    """Return the parameters that a caller sees. What the worker injects need not be given, so it counts as optional."""
    return tuple(
        (identifier(param.name.value), kind, param.default is not None or _is_injected(param, module))
        for param, kind in parameters_of(node.params)
    )


def _is_injected(param: cst.Param, module: cst.Module) -> bool:
    """Whether the annotation is `Annotated[..., Depend(...)]`, written there or given a name in the same module."""
    if param.annotation is None:
        return False
    annotation: cst.BaseExpression | None = param.annotation.annotation
    if isinstance(annotation, cst.Name):
        annotation = _assigned(annotation.value, module) or annotation
    if isinstance(annotation, cst.SimpleString):
        return any(f"{name}(" in annotation.value for name in INJECTED)
    if not isinstance(annotation, cst.Subscript):
        return False
    parts = [part.slice.value for part in annotation.slice if isinstance(part.slice, cst.Index)]
    called = [dotted(part.func) or "" for part in parts if isinstance(part, cst.Call)]
    return any(name.rpartition(".")[2] in INJECTED for name in called)


def _assigned(name: str, module: cst.Module) -> cst.BaseExpression | None:
    for line in module.body:
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(small, cst.Assign) and any(dotted(target.target) == name for target in small.targets):
                return small.value
    return None


def shown(signature: Signature) -> str:
    """The parameters as one would write the call: `order_id, currency=...`."""
    marks = {"variadic": "*", "keywords": "**"}
    parts = [
        f"{name}=..." if optional or kind == "keyword" else f"{marks.get(kind, '')}{name}"
        for name, kind, optional in signature
    ]
    return ", ".join(parts)


def misfits(call: str, signature: Signature, args: Sequence[Given], path: str, span: Span) -> Iterator[Diagnostic]:
    """Yield what CPython would refuse in this call. Spread arguments are not in `args`: they are refused elsewhere."""
    takes = shown(signature)
    kinds = {kind for _, kind, _ in signature}
    by_position = [name for name, kind, _ in signature if kind in ("positional", "either")]
    by_name = {name for name, kind, _ in signature if kind in ("either", "keyword")}
    positional = [arg for arg in args if not arg.keyword]
    if len(positional) > len(by_position) and "variadic" not in kinds:
        surplus = positional[len(by_position)].span
        accepted, given = len(by_position), len(positional)
        yield SurplusArgument(path=path, span=surplus, call=call, takes=takes, accepted=accepted, given=given)
    filled = set(by_position[: len(positional)])
    misnamed = False
    for arg in args:
        if arg.keyword in filled & by_name:
            yield RepeatedArgument(path=path, span=arg.span, call=call, takes=takes, keyword=arg.keyword)
        elif arg.keyword and arg.keyword not in by_name and "keywords" not in kinds:
            misnamed = True
            close = nearest(arg.keyword, by_name)
            yield UnknownKeyword(path=path, span=arg.span, call=call, takes=takes, keyword=arg.keyword, nearest=close)
    filled |= {arg.keyword for arg in args if arg.keyword in by_name}
    required = [name for name, kind, optional in signature if not optional and kind not in ("variadic", "keywords")]
    missing = tuple(name for name in required if name not in filled)
    if missing and not misnamed:  # the misnamed one is most likely the missing one
        yield MissingArgument(path=path, span=span, call=call, takes=takes, missing=missing)
