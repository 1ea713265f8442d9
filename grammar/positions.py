"""The position table at the end of a WRL text: where in the Python each node came from.

The spans stand in the order of `walk`, as words between blanks:

    12:      the nodes that follow start on line 12
    4-20     a node from column 4 to column 20 of that line
    4-15:8   a node from column 4 of that line to column 8 of line 15
    ?        a node from nowhere (`NOWHERE`)
    =3       three more nodes with the span of the one before

Neighbours share lines and often whole spans, so a node costs some five characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from .span import NOWHERE, Span

_WORD = re.compile(
    r"(?P<line>\d{1,10}):|(?P<start>\d{1,10})-(?:(?P<last>\d{1,10}):)?(?P<end>\d{1,10})|=(?P<more>\d{1,10})|\?"
)


def spell_positions(spans: Iterable[Span]) -> Iterator[str]:
    """The words of the table for `spans`."""
    line = 0
    for span, group in groupby(spans):
        numbers = span.line, span.column, span.end_line, span.end_column
        if min(numbers) < 0 or max(numbers) >= 10**10:
            raise ValueError(f"a position is a number of up to ten digits, but a node has {span}")
        if span != NOWHERE and span.line != line:
            line = span.line
            yield f"{line}:"
        yield _spell(span)
        more = sum(1 for _ in group) - 1
        if more:
            yield f"={more}"


def _spell(span: Span) -> str:
    if span == NOWHERE:
        return "?"
    last = "" if span.end_line == span.line else f"{span.end_line}:"
    return f"{span.column}-{last}{span.end_column}"


def read_positions(table: str, count: int) -> list[Span]:
    """The spans of `count` nodes. Raises ValueError when the table is for another number of nodes, or is no table."""
    line = 0
    spans: list[Span] = []
    for word in table.split():
        found = _WORD.fullmatch(word)
        if found is None:
            raise ValueError(f"`{word}` is no position: a position looks like `12:`, `4-20`, `4-15:8`, `?` or `=3`")
        if found["line"]:
            line = int(found["line"])
        elif found["start"]:
            spans.append(Span(line, int(found["start"]), int(found["last"] or line), int(found["end"])))
        elif word == "?":
            spans.append(NOWHERE)
        else:
            _repeat_last(spans, int(found["more"]), count)
    if len(spans) != count:
        raise ValueError(f"the position table is for {len(spans)} nodes, but the text has {count}: delete the table")
    return spans


def _repeat_last(spans: list[Span], more: int, count: int) -> None:
    if not spans:
        raise ValueError("the position table starts with a repetition")
    # Not one span more than could be right: the number comes from outside.
    spans.extend(spans[-1:] * min(more, count + 1 - len(spans)))
