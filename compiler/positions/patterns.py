"""`match` and its patterns, beside CPython's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from .model import Pair
from .suites import suite


def match_(node: cst.Match, twin: Any) -> Iterator[Pair]:
    yield node.subject, twin.subject
    for case, theirs in zip(node.cases, twin.cases, strict=True):
        yield case.pattern, theirs.pattern
        if case.guard is not None:
            yield case.guard, theirs.guard
        yield from suite(case.body, theirs.body)


def match_items(node: cst.MatchList | cst.MatchTuple, twin: Any) -> Iterator[Pair]:
    for item, theirs in zip(node.patterns, twin.patterns, strict=True):
        yield (item, theirs) if isinstance(item, cst.MatchStar) else (item.value, theirs)


def match_mapping(node: cst.MatchMapping, twin: Any) -> Iterator[Pair]:
    for item, key, theirs in zip(node.elements, twin.keys, twin.patterns, strict=True):
        yield item.key, key
        yield item.pattern, theirs


def match_class(node: cst.MatchClass, twin: Any) -> Iterator[Pair]:
    yield node.cls, twin.cls
    yield from ((mine.value, theirs) for mine, theirs in zip(node.patterns, twin.patterns, strict=True))
    yield from ((mine.pattern, theirs) for mine, theirs in zip(node.kwds, twin.kwd_patterns, strict=True))


def match_as(node: cst.MatchAs, twin: Any) -> Iterator[Pair]:
    if node.pattern is not None:
        yield node.pattern, twin.pattern


def match_or(node: cst.MatchOr, twin: Any) -> Iterator[Pair]:
    yield from ((mine.pattern, theirs) for mine, theirs in zip(node.patterns, twin.patterns, strict=True))
