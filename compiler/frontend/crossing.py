"""Data classes whose objects a run may get from outside: those that annotations of its actions and of `run` name.

    @action
    async def load(order_id: int) -> Order: ...      the run needs `Order`, though it never says so

An object arrives as the name of its class and its fields, and the run has to have the class. What the fields of such a
class are annotated with may arrive with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from .bindings import dotted
from .host_classes import host_form
from .meanings import Class, Outside, Variable
from .modules import Module
from .resolve import Resolver

_DECORATORS = frozenset({"dataclasses.dataclass"})
_BASES = frozenset(
    {f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum")} | {"typing.NamedTuple"}
)


def of_function(node: cst.FunctionDef, module: Module, resolver: Resolver) -> Iterator[Class]:
    """The data classes that the annotations of a function name."""
    params = node.params
    several = (each for each in (params.star_arg, params.star_kwarg) if isinstance(each, cst.Param))
    for each in (*params.posonly_params, *params.params, *params.kwonly_params, *several):
        if each.annotation is not None:
            yield from _named(each.annotation.annotation, module, resolver)
    if node.returns is not None:
        yield from _named(node.returns.annotation, module, resolver)


def of_fields(meaning: Class, module: Module, resolver: Resolver) -> Iterator[Class]:
    """The data classes that the fields of one are annotated with."""
    if not _is_data(meaning, resolver, 0):
        return
    for line in meaning.node.body.body:
        for part in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(part, cst.AnnAssign):
                yield from _named(part.annotation.annotation, module, resolver)


def _named(annotation: cst.BaseExpression, module: Module, resolver: Resolver) -> Iterator[Class]:
    waiting: list[cst.CSTNode] = [annotation]
    seen: set[Variable] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Name | cst.Attribute):
            meaning = resolver.dotted(dotted(node) or "?", module)
            if isinstance(meaning, Class) and _is_data(meaning, resolver, 0):
                yield meaning
            elif isinstance(meaning, Variable) and meaning not in seen:  # as in `Lines = list[Line]`
                seen.add(meaning)
                waiting += _assigned(meaning, resolver)
        elif isinstance(node, cst.SimpleString):
            waiting += _parsed(node)
        else:
            waiting += node.children


def _assigned(variable: Variable, resolver: Resolver) -> list[cst.CSTNode]:
    module = resolver.module(variable.module)
    if not isinstance(module, Module):
        return []
    nodes = [each.node for each in resolver.bindings(variable.name, module)[0]]
    return [each.value for each in nodes if isinstance(each, cst.Assign | cst.AnnAssign) and each.value is not None]


def _parsed(node: cst.SimpleString) -> list[cst.CSTNode]:
    text = node.evaluated_value
    try:
        return [cst.parse_expression(text)] if isinstance(text, str) else []
    except cst.ParserSyntaxError:  # no type, as in `Literal["a b"]`
        return []


_BASES_MAX = 50  # of classes that extend each other


def _is_data(meaning: Class, resolver: Resolver, depth: int) -> bool:
    module = resolver.module(meaning.module)
    if not isinstance(module, Module) or depth > _BASES_MAX:
        return False
    if host_form(meaning.node, module, resolver) is not None:
        return True
    for decorator in meaning.node.decorators:
        call = decorator.decorator
        if _is_one_of(call.func if isinstance(call, cst.Call) else call, _DECORATORS, module, resolver):
            return True
    for base in meaning.node.bases:
        if _is_one_of(base.value, _BASES, module, resolver):
            return True
        found = resolver.dotted(dotted(base.value) or "?", module)
        if isinstance(found, Class) and _is_data(found, resolver, depth + 1):
            return True
    return False


def _is_one_of(node: cst.BaseExpression, names: frozenset[str], module: Module, resolver: Resolver) -> bool:
    meaning = resolver.dotted(dotted(node) or "?", module)
    return isinstance(meaning, Outside) and meaning.name in names
