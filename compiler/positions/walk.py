"""Walk over the two trees side by side."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

import libcst as cst

from waymark.grammar.span import Span

from ..diagnostics.render import split_lines
from .kinds import FIELDS, LEAVES, PARTS, TEXTS
from .model import Between, Mismatch, Pair, Positions
from .names import BINDING
from .suites import block

_HEAD = re.compile(r"(?:async\s+)?def\s+|class\s+")


def positions(tree: cst.Module, parsed: ast.Module, text: str) -> Positions:
    """Return the span of every statement and expression. Raises Mismatch where the trees differ."""
    found: Positions = {}
    lines = split_lines(text)
    span_of = _spans(text, lines)
    waiting: list[Pair] = list(block(tree.body, parsed.body))
    while waiting:
        node, twin = waiting.pop()
        span = found[node] = span_of(twin)
        kind = type(node)
        if kind is cst.FunctionDef or kind is cst.ClassDef:
            _name(node, span, lines, found)
        elif kind in BINDING:
            found.update(dict.fromkeys(BINDING[kind](node), span))
        fields = FIELDS.get(kind)
        if fields is not None:
            for mine, theirs in fields:
                part, other = getattr(node, mine), getattr(twin, theirs)
                if part is not None:
                    waiting.append((part, other))
            continue
        parts = PARTS.get(kind)
        if parts is not None:
            if not isinstance(twin, Between):
                waiting += parts(node, twin)
        elif kind in TEXTS:
            _whole(node, span, found)
        elif kind not in LEAVES:
            raise Mismatch(kind.__name__)
    return found


def _spans(text: str, shown: list[str]) -> Callable[[Any], Span]:
    """CPython counts columns in bytes of UTF-8; here they are characters."""
    if text.isascii():
        return lambda node: Span(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    lines = [line.encode("utf-8", "surrogatepass") for line in shown]

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1][:offset].decode("utf-8", "surrogatepass"))

    def span(node: Any) -> Span:
        first, last = node.lineno, node.end_lineno
        return Span(first, column(first, node.col_offset), last, column(last, node.end_col_offset))

    return span


def _name(node: Any, span: Span, lines: list[str], found: Positions) -> None:
    """CPython's tree does not say where the name behind `def` stands; the text does, unless the line is broken up."""
    head = _HEAD.match(lines[span.line - 1], span.column)
    if head is not None:
        found[node.name] = Span(span.line, head.end(), span.line, head.end() + len(node.name.value))


def _whole(node: cst.CSTNode, span: Span, found: Positions) -> None:
    """Everything inside an f-string stands where the f-string stands."""
    for child in node.children:
        found[child] = span
        _whole(child, span, found)
