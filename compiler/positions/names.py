"""Names for which CPython has a text and no node: they stand where what binds them stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst


def _aliases(node: cst.Import | cst.ImportFrom) -> Iterator[cst.CSTNode]:
    for alias in () if isinstance(node.names, cst.ImportStar) else node.names:
        yield alias
        yield alias.name
        if alias.asname is not None:
            yield alias.asname.name


def _caught(node: cst.ExceptHandler | cst.ExceptStarHandler) -> Iterator[cst.CSTNode]:
    if node.name is not None:
        yield node.name.name


def _captured(node: cst.MatchAs | cst.MatchStar) -> Iterator[cst.CSTNode]:
    if node.name is not None:
        yield node.name


def _rest(node: cst.MatchMapping) -> Iterator[cst.CSTNode]:
    if node.rest is not None:
        yield node.rest


# Kinds that bind names which are no nodes of CPython's.
BINDING: dict[type[cst.CSTNode], Callable[[Any], Iterator[cst.CSTNode]]] = {
    cst.Import: _aliases,
    cst.ImportFrom: _aliases,
    cst.ExceptHandler: _caught,
    cst.ExceptStarHandler: _caught,
    cst.MatchAs: _captured,
    cst.MatchStar: _captured,
    cst.MatchMapping: _rest,
}
