"""The parts of expressions, beside CPython's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from .model import Between, Mismatch, Pair
from .suites import arguments, parameters


def call(node: cst.Call, twin: Any) -> Iterator[Pair]:
    yield node.func, twin.func
    yield from arguments(node.args, twin.args, twin.keywords)


def elements(node: cst.Tuple | cst.List | cst.Set, twin: Any) -> Iterator[Pair]:
    for element, theirs in zip(node.elements, twin.elts, strict=True):
        yield element, theirs
        yield element.value, theirs.value if type(element) is cst.StarredElement else theirs


def dict_(node: cst.Dict, twin: Any) -> Iterator[Pair]:
    for element, key, value in zip(node.elements, twin.keys, twin.values, strict=True):
        if isinstance(element, cst.DictElement):
            yield element.key, key
        else:
            yield element, value
        yield element.value, value


def logical(node: cst.BooleanOperation, twin: Any) -> Iterator[Pair]:
    """`a and b and c` is one node of CPython's, and two of libcst's; so is `a and (b and c)`, of both."""
    parts = [node.right]
    left = node.left
    inner: list[cst.BooleanOperation] = []
    while isinstance(left, cst.BooleanOperation) and not left.lpar and type(left.operator) is type(node.operator):
        inner.append(left)
        parts.append(left.right)
        left = left.left
    parts.append(left)
    yield from zip(reversed(parts), twin.values, strict=True)
    for link, last in zip(reversed(inner), twin.values[1:], strict=False):
        yield link, Between(twin, last)


def comparison(node: cst.Comparison, twin: Any) -> Iterator[Pair]:
    yield node.left, twin.left
    yield from ((mine.comparator, theirs) for mine, theirs in zip(node.comparisons, twin.comparators, strict=True))


def subscript(node: cst.Subscript, twin: Any) -> Iterator[Pair]:
    yield node.value, twin.value
    several = len(node.slice) > 1 or isinstance(node.slice[-1].comma, cst.Comma) or _starred(node.slice[0].slice)
    twins = twin.slice.elts if several else [twin.slice]
    for part, theirs in zip(node.slice, twins, strict=True):
        mine = part.slice
        yield mine, theirs
        if isinstance(mine, cst.Slice):
            for own, other in ((mine.lower, theirs.lower), (mine.upper, theirs.upper), (mine.step, theirs.step)):
                if own is not None:
                    yield own, other
        elif isinstance(mine, cst.Index):
            yield mine.value, theirs.value if _starred(mine) else theirs


def _starred(node: cst.BaseSlice) -> bool:
    return isinstance(node, cst.Index) and node.star is not None


def lambda_(node: cst.Lambda, twin: Any) -> Iterator[Pair]:
    yield from parameters(node.params, twin.args)
    yield node.body, twin.body


def yield_(node: cst.Yield, twin: Any) -> Iterator[Pair]:
    if isinstance(node.value, cst.From):
        yield node.value.item, twin.value
    elif node.value is not None:
        yield node.value, twin.value


def comprehension(node: Any, twin: Any) -> Iterator[Pair]:
    yield node.elt, twin.elt
    yield from _clauses(node.for_in, twin)


def dict_comprehension(node: cst.DictComp, twin: Any) -> Iterator[Pair]:
    yield node.key, twin.key
    yield node.value, twin.value
    yield from _clauses(node.for_in, twin)


def _clauses(clause: cst.CompFor | None, twin: Any) -> Iterator[Pair]:
    for theirs in twin.generators:
        if clause is None:
            raise Mismatch("comprehension")
        yield clause.target, theirs.target
        yield clause.iter, theirs.iter
        yield from ((mine.test, test) for mine, test in zip(clause.ifs, theirs.ifs, strict=True))
        clause = clause.inner_for_in
