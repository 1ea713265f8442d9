"""The parts of statements, beside CPython's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from .model import Pair
from .suites import arguments, parameters, suite


def function(node: cst.FunctionDef, twin: Any) -> Iterator[Pair]:
    yield from ((mine.decorator, theirs) for mine, theirs in zip(node.decorators, twin.decorator_list, strict=True))
    yield from parameters(node.params, twin.args)
    if node.returns is not None:
        yield node.returns.annotation, twin.returns
    yield from suite(node.body, twin.body)


def class_(node: cst.ClassDef, twin: Any) -> Iterator[Pair]:
    yield from ((mine.decorator, theirs) for mine, theirs in zip(node.decorators, twin.decorator_list, strict=True))
    yield from arguments((*node.bases, *node.keywords), twin.bases, twin.keywords)
    yield from suite(node.body, twin.body)


def for_(node: cst.For, twin: Any) -> Iterator[Pair]:
    yield node.target, twin.target
    yield node.iter, twin.iter
    yield from suite(node.body, twin.body)
    yield from suite(node.orelse, twin.orelse)


def tested(node: cst.If | cst.While, twin: Any) -> Iterator[Pair]:
    yield node.test, twin.test
    yield from suite(node.body, twin.body)
    yield from suite(node.orelse, twin.orelse)


def with_(node: cst.With, twin: Any) -> Iterator[Pair]:
    for item, theirs in zip(node.items, twin.items, strict=True):
        yield item.item, theirs.context_expr
        if item.asname is not None:
            yield item.asname.name, theirs.optional_vars
    yield from suite(node.body, twin.body)


def try_(node: cst.Try | cst.TryStar, twin: Any) -> Iterator[Pair]:
    yield from suite(node.body, twin.body)
    yield from zip(node.handlers, twin.handlers, strict=True)
    yield from suite(node.orelse, twin.orelse)
    yield from suite(node.finalbody, twin.finalbody)


def handler(node: cst.ExceptHandler | cst.ExceptStarHandler, twin: Any) -> Iterator[Pair]:
    if node.type is not None:
        yield node.type, twin.type
    yield from suite(node.body, twin.body)


def assign(node: cst.Assign, twin: Any) -> Iterator[Pair]:
    yield from ((mine.target, theirs) for mine, theirs in zip(node.targets, twin.targets, strict=True))
    yield node.value, twin.value


def annotated(node: cst.AnnAssign, twin: Any) -> Iterator[Pair]:
    yield node.target, twin.target
    yield node.annotation.annotation, twin.annotation
    if node.value is not None:
        yield node.value, twin.value


def delete(node: cst.Del, twin: Any) -> Iterator[Pair]:
    target = node.target
    if isinstance(target, cst.Tuple) and not target.lpar:
        yield from ((mine.value, theirs) for mine, theirs in zip(target.elements, twin.targets, strict=True))
    else:
        yield target, twin.targets[0]


def raise_(node: cst.Raise, twin: Any) -> Iterator[Pair]:
    if node.exc is not None:
        yield node.exc, twin.exc
    if node.cause is not None:
        yield node.cause.item, twin.cause
