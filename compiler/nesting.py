"""How deep a file is nested, and where: libcst's recursion, and our own, may only be led so far.

Everything here walks without recursion, over what CPython has parsed; or over the text, when even CPython gave up.
"""

from __future__ import annotations

import ast
import io
import tokenize

from waymark.grammar.span import Span

from .diagnostics.render import split_lines
from .slow_forms import BRACKETS_MAX, too_slow

# Of a whole file: what CPython, libcst and our own walks all manage within the default recursion limit.
NESTING_MAX = 200
START = Span(1, 0, 1, 1)


def too_deep(parsed: ast.Module, text: str) -> tuple[Span, int] | None:
    """The first place that is nested deeper than libcst can follow, or that takes it too long, with the limit there."""
    depth_max, slow = _survey(parsed)
    if slow:
        lines = [line.encode("utf-8") for line in split_lines(text)]  # in which `ast` counts columns
        for node in slow:
            span = too_slow(node, lines)
            if span is not None:
                return span, BRACKETS_MAX
    if depth_max > NESTING_MAX:
        span, depth = _deepest(parsed, NESTING_MAX)
        if depth > NESTING_MAX:
            return span, NESTING_MAX
    return None


def deepest_place(parsed: ast.Module | None, text: str) -> Span:
    """Where a file is nested deepest, for when the stack has run out and nobody can say where it was."""
    return _deepest_bracket(text) if parsed is None else _deepest(parsed)[0]


def _survey(parsed: ast.Module) -> tuple[int, list[ast.AST]]:
    """How deep a tree is at most, level by level, and the statements that libcst may take long for."""
    depth = 0
    slow: list[ast.AST] = []
    level: list[ast.AST] = [parsed]
    while level:
        widest = 1
        below: list[ast.AST] = []
        for node in level:
            kind = type(node)
            if kind is ast.BoolOp:  # `a and b and c` is flat here, nested in libcst's tree
                widest = max(widest, len(node.values))  # type: ignore[attr-defined]
            elif kind is ast.Delete or kind is ast.Match:
                slow.append(node)
            for name in kind._fields:
                part = getattr(node, name, None)
                if type(part) is list:
                    below += [each for each in part if isinstance(each, ast.AST)]
                elif isinstance(part, ast.AST):
                    below.append(part)
        depth += widest
        level = below
    return depth, slow


def _deepest(parsed: ast.Module, enough: int | None = None) -> tuple[Span, int]:
    """The place that stands deepest and its depth, or the first that is met below `enough`."""
    place, deepest = START, 0
    waiting: list[tuple[ast.AST, int]] = [(parsed, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > deepest and isinstance(node, ast.expr | ast.stmt):
            place, deepest = Span(node.lineno, node.col_offset, node.lineno, node.col_offset + 1), depth
            if enough is not None and depth > enough:
                break
        below = depth + (len(node.values) if isinstance(node, ast.BoolOp) else 1)
        waiting += [(child, below) for child in ast.iter_child_nodes(node)]
    return place, deepest


def _deepest_bracket(text: str) -> Span:
    place, depth, deepest = START, 0, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.OP:
                continue
            depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
            if depth > deepest:
                (line, column), deepest = token.start, depth
                place = Span(line, column, line, column + 1)
    except (tokenize.TokenError, SyntaxError):  # what was read until then is what there is to point at
        pass
    return place
