"""The statements of a suite, one by one: libcst holds those that share a line in a node of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

# libcst's classes are abstract ones, of which `isinstance` is slow; none of these has a subclass.
_LINES = frozenset({cst.SimpleStatementLine, cst.SimpleStatementSuite})


def small_statements(body: Iterable[Any]) -> list[cst.CSTNode]:
    return [small for node in body for small in (node.body if type(node) in _LINES else (node,))]
