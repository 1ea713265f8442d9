"""What the parts share: a libcst node beside CPython's node for the same text."""

from __future__ import annotations

import ast
from typing import Any

import libcst as cst

from waymark.grammar.span import Span

Pair = tuple[cst.CSTNode, ast.AST]
Positions = dict[cst.CSTNode, Span]


class Mismatch(Exception):
    """The two trees do not have the same shape here. Then libcst's own positions are used."""


class Between(ast.AST):
    """A link of a chain of `and`: from the start of the chain to the end of the link's last operand."""

    values: tuple[()] = ()

    def __init__(self, first: Any, last: Any) -> None:
        super().__init__()
        self.lineno, self.col_offset = first.lineno, first.col_offset
        self.end_lineno, self.end_col_offset = last.end_lineno, last.end_col_offset
