"""Displays: tuples, lists, sets, dicts. Those with stars, and long ones, are taken apart by `desugar/displays.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import libcst as cst

from waymark.grammar import tree

from . import sugar
from .context import Context
from .dispatch import expression, translates

# CPython makes a longer set or dict item by item, and hashes each before it evaluates the next.
SET_MAX = 30
DICT_MAX = 15


@translates(cst.Tuple)
def _tuple(node: cst.Tuple, context: Context) -> tree.Expression:
    items = display_items(node.elements, context)
    if _has_star(items):
        return _display("tuple", node, items, context)
    return tree.Tuple(span=context.span(node), items=items)


@translates(cst.List)
def _list(node: cst.List, context: Context) -> tree.Expression:
    items = display_items(node.elements, context)
    if _has_star(items):
        return _display("list", node, items, context)
    return tree.List(span=context.span(node), items=items)


@translates(cst.Set)
def _set(node: cst.Set, context: Context) -> tree.Expression:
    items = display_items(node.elements, context)
    if _has_star(items) or (len(items) > SET_MAX and not _constant(items)):
        return _display("set", node, items, context)
    return tree.Set(span=context.span(node), items=items)


@translates(cst.Dict)
def _dict(node: cst.Dict, context: Context) -> tree.Expression:
    span = context.span(node)
    entries: list[tuple[tree.Expression | None, tree.Expression]] = []
    for element in node.elements:
        key = expression(element.key, context) if isinstance(element, cst.DictElement) else None
        entries.append((key, expression(element.value, context)))
    pairs = tuple((key, value) for key, value in entries if key is not None)
    if len(pairs) < len(entries) or (len(pairs) > DICT_MAX and not _constant([key for key, _ in pairs])):
        return sugar.expression(sugar.DictDisplay(span=span, entries=tuple(entries)))
    return tree.Dict(span=span, pairs=pairs)


def display_items(elements: Sequence[cst.BaseElement], context: Context) -> tuple[tree.Expression, ...]:
    """The items of a display, some of them starred."""
    return tuple(_item(element, context) for element in elements)


def _item(element: cst.BaseElement, context: Context) -> tree.Expression:
    value = expression(element.value, context)
    if isinstance(element, cst.StarredElement):
        return sugar.expression(sugar.Starred(span=context.span(element), value=value))
    return value


def _display(
    kind: Literal["list", "tuple", "set"], node: cst.CSTNode, items: tuple[tree.Expression, ...], context: Context
) -> tree.Expression:
    return sugar.expression(sugar.Display(span=context.span(node), kind=kind, items=items))


def _has_star(items: Sequence[tree.Expression]) -> bool:
    return any(isinstance(item, sugar.Starred) for item in items)


def _constant(items: Sequence[tree.Expression]) -> bool:
    """Whether nobody can tell when the items are hashed: constants always can be."""
    return all(isinstance(item, tree.Constant) for item in items)
