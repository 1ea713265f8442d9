"""Suites, parameters and arguments: what several kinds of statements and expressions have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

import libcst as cst

from ..small_statements import small_statements
from .model import Pair


def block(body: Iterable[cst.CSTNode], twins: list[ast.stmt]) -> Iterator[Pair]:
    return zip(small_statements(body), twins, strict=True)


def suite(node: Any, twins: list[ast.stmt]) -> Iterator[Pair]:
    """The body of a compound statement, its `else` or `finally`; an `elif` is an If inside CPython's `else`."""
    if node is None:
        return iter(())
    kind = type(node)
    if kind is cst.If:
        return iter([(node, twins[0])])
    if kind is cst.Else or kind is cst.Finally:
        node = node.body
    return block((node,) if type(node) is cst.SimpleStatementSuite else node.body, twins)


def parameters(node: cst.Parameters, twin: ast.arguments) -> Iterator[Pair]:
    mine = [*node.posonly_params, *node.params]
    pairs = list(zip(mine, (*twin.posonlyargs, *twin.args), strict=True))
    optional = [param for param in mine if param.default is not None]
    pairs += zip(node.kwonly_params, twin.kwonlyargs, strict=True)
    for param, rest in ((node.star_arg, twin.vararg), (node.star_kwarg, twin.kwarg)):
        if isinstance(param, cst.Param) and rest is not None:
            pairs.append((param, rest))
    for param, theirs in pairs:
        yield param, theirs
    for param, default in zip(optional, twin.defaults, strict=True):
        yield param.default, default  # type: ignore[misc]  # those with a default
    for param, maybe in zip(node.kwonly_params, twin.kw_defaults, strict=True):
        if param.default is not None and maybe is not None:
            yield param.default, maybe


def param(node: cst.Param, twin: ast.arg) -> Iterator[Pair]:
    if node.annotation is not None and twin.annotation is not None:
        yield node.annotation.annotation, twin.annotation


def arguments(args: Iterable[cst.Arg], plain: list[ast.expr], named: list[ast.keyword]) -> Iterator[Pair]:
    values, keywords = iter(plain), iter(named)
    for arg in args:
        if arg.keyword is not None or arg.star == "**":
            keyword = next(keywords)
            yield arg, keyword
            yield arg.value, keyword.value
        else:
            value: Any = next(values)
            yield arg, value
            yield arg.value, value.value if arg.star else value
