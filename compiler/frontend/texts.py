"""Texts: string constants, f-strings, and what Python joins because it stands side by side.

The text of an f-string is a part of the file, escapes and all, so it is read here as Python's parser would read it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Literal, cast

import libcst as cst

from waymark.grammar import tree

from . import sugar
from .context import Context
from .dispatch import expression, problem, translates
from .literals import literal_value

Part = cst.BaseFormattedStringContent

_ESCAPE = re.compile(
    r"\\(?:N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[^{}]|)|\{\{|\}\}", re.S
)
_BRACE = re.compile(r"\{\{|\}\}")
_PLAIN = {"\\": "\\", "'": "'", '"': '"', "\n": ""}
_EVALUATED = "abfnrtvxuUN"


@translates(cst.SimpleString)
def _text(node: cst.SimpleString, context: Context) -> tree.Expression:
    return tree.Constant(span=context.span(node), value=literal_value(node))


@translates(cst.FormattedString)
def _formatted(node: cst.FormattedString, context: Context) -> tree.Expression:
    return _joined(node, tuple(_parts(node, context)), context)


@translates(cst.ConcatenatedString)
def _concatenated(node: cst.ConcatenatedString, context: Context) -> tree.Expression:
    # libcst nests "a" "b" "c" to the right, and a long table of texts is not deep.
    pieces: list[cst.BaseExpression] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        pieces.append(rest.left)
        rest = rest.right
    pieces.append(rest)
    constants = [literal_value(piece) for piece in pieces if isinstance(piece, cst.SimpleString)]
    if any(isinstance(value, bytes) for value in constants):  # Python itself refuses to mix them with texts
        return tree.Constant(span=context.span(node), value=b"".join(cast(list[bytes], constants)))
    parts: list[tree.Expression] = []
    for piece in pieces:
        if isinstance(piece, cst.FormattedString):
            parts += _parts(piece, context)
        else:
            parts.append(expression(piece, context))
    return _joined(node, parts, context)


def _joined(node: cst.CSTNode, parts: Sequence[tree.Expression], context: Context) -> tree.Expression:
    """One constant if nothing is filled in; otherwise neighbouring texts are one, as in CPython."""
    span = context.span(node)
    merged: list[tree.Expression] = []
    for part in parts:
        if not isinstance(part, tree.Constant):
            merged.append(part)
        elif merged and isinstance(merged[-1], tree.Constant):
            merged[-1] = tree.Constant(span=span, value=str(merged[-1].value) + str(part.value))
        elif part.value != "":
            merged.append(tree.Constant(span=span, value=part.value))
    if not any(isinstance(part, sugar.Placeholder) for part in merged):
        return merged[0] if merged else tree.Constant(span=span, value="")
    return sugar.expression(sugar.FormattedText(span=span, parts=tuple(merged)))


def _parts(node: cst.FormattedString, context: Context) -> Iterator[tree.Expression]:
    raw = "r" in node.prefix.lower()
    for part in node.parts:
        yield from _part(part, context, raw=raw)


def _part(node: Part, context: Context, *, raw: bool, spec: bool = False) -> Iterator[tree.Expression]:
    span = context.span(node)
    if isinstance(node, cst.FormattedStringText):
        if spec and _BRACE.search(node.value):  # 3.12 reads it in another way than 3.11
            context.refuse(
                problem(node, context, "a doubled brace inside a format specification", "write `format(value, spec)`")
            )
        text = _lines(node.value)
        yield tree.Constant(span=span, value=_BRACE.sub(_half, text) if raw else _ESCAPE.sub(_read, text))
        return
    if not isinstance(node, cst.FormattedStringExpression):
        context.refuse_construct(node)
        return
    if node.equal is not None:
        yield tree.Constant(span=span, value=_shown(node, node.equal, context))
    conversion = node.conversion or ("r" if node.equal is not None and node.format_spec is None else "")
    value = expression(node.expression, context)
    yield sugar.expression(
        sugar.Placeholder(
            span=span,
            value=value,
            conversion=cast(Literal["", "s", "r", "a"], conversion),
            spec=_specification(node, context, raw=raw),
        )
    )


def _specification(node: cst.FormattedStringExpression, context: Context, *, raw: bool) -> tree.Expression | None:
    if node.format_spec is None:
        return None
    parts = [made for part in node.format_spec for made in _part(part, context, raw=raw, spec=True)]
    return _joined(node, parts, context)


def _shown(node: cst.FormattedStringExpression, equal: cst.AssignEqual, context: Context) -> str:
    """`{ x = }` shows ` x = ` as it is written."""
    pieces = (
        node.whitespace_before_expression, node.expression, node.whitespace_after_expression,
        equal.whitespace_before, "=", equal.whitespace_after,
    )  # fmt: skip
    code = context.source.tree.code_for_node
    return _lines("".join(piece if isinstance(piece, str) else code(piece) for piece in pieces))


def _lines(text: str) -> str:
    """The text with line ends as Python reads them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _half(found: re.Match[str]) -> str:
    return found.group()[0]


def _read(found: re.Match[str]) -> str:
    """What an escape or a doubled brace stands for. A backslash before anything else is a backslash."""
    escape = found.group()
    if escape[0] in "{}":
        return escape[0]
    first = escape[1:2]
    if first in _PLAIN:
        return _PLAIN[first]
    if first.isdigit():  # at most three, in octal; 8 and 9 begin no escape
        return chr(int(escape[1:], 8)) if first in "01234567" else escape
    return cast(str, ast.literal_eval(f'"{escape}"')) if first and first in _EVALUATED else escape
