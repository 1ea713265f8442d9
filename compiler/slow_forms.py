"""Two forms that libcst's parser takes exponentially long for: brackets inside brackets in a pattern or behind `del`.

    case [(((first, ), ), ), *rest]:        twice to four times as long for each pair
    del (((a, ), ), )

Twenty pairs would take minutes. So they are counted in what CPython has parsed already, and refused before libcst
sees them. A group in parentheses is no node of its own, so brackets are counted in the text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from waymark.grammar.span import Span

BRACKETS_MAX = 8  # inside each other; libcst takes a fifth of a second for these

_Place = tuple[int, int]  # line from 1, column in bytes, as `ast` counts
_TEXTS = re.compile(
    rb"#[^\n]*|'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"",
    re.DOTALL,
)


def too_slow(node: ast.AST, lines: list[bytes]) -> Span | None:
    """Where a statement has such a form that is too deep; None for all others. `lines` are those of the file."""
    for start, end in _slow_parts(node):
        part = lines[start[0] - 1 : end[0]]
        part = [*part[:-1], part[-1][: end[1]]]
        part[0] = part[0][start[1] :] if len(part) > 1 else part[0][start[1] : end[1]]
        if _depth(_TEXTS.sub(b"", b"\n".join(part))) > BRACKETS_MAX:
            return Span(end[0], 0, end[0], len(lines[end[0] - 1][: end[1]].decode("utf-8", "replace")))
    return None


def _slow_parts(node: ast.AST) -> Iterator[tuple[_Place, _Place]]:
    if isinstance(node, ast.Delete):
        yield (node.lineno, node.col_offset), _end(node)
    elif isinstance(node, ast.Match):
        before = _end(node.subject)
        for case in node.cases:
            behind = case.guard or case.body[0]
            yield before, (behind.lineno, behind.col_offset)
            before = _end(case.body[-1])


def _end(node: ast.stmt | ast.expr) -> _Place:
    assert node.end_lineno is not None and node.end_col_offset is not None, "the parser gives every node its end"
    return node.end_lineno, node.end_col_offset


def _depth(text: bytes) -> int:
    depth = deepest = 0
    for byte in text:
        if byte in b"([{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b")]}":
            depth -= 1
    return deepest
