"""WRL text as the printer writes it, with the comments that a person put in: what `waymark fmt` does.

The tree knows no comments. But it knows where each statement stands, in the text as it was and in the text as it is
printed, in the same order; so a comment moves with the statement that it stands at, above or below.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import get_args

import msgspec

from .parsing import parse
from .printing import print_module
from .tree import Declaration, Module, Statement
from .walk import walk

# Strings and quoted names are read over: what looks like a comment in one of them is none.
_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\\n])*`|(#[^\n]*)')
_HEADER = re.compile(r"^[ \t]*(?P<word>module)\b", re.MULTILINE)
_TABLE = re.compile(r"^positions\s*\{[^}]*\}\s*", re.MULTILINE)
_LINE_KINDS = (*get_args(Statement), *get_args(Declaration))


class _Comment(msgspec.Struct, frozen=True):
    line: int
    text: str
    alone: bool  # nothing stands before it on its line
    closing: bool  # the next thing behind it is the end of a block
    gap: bool  # an empty line follows


def format_text(text: str, name: str = "<wrl>") -> str:
    """The text in the printer's form. Raises WrlSyntaxError, as `parse` does. Formatting twice changes nothing more."""
    table = _TABLE.search(text)
    printed = print_module(parse(text, name), positions=table is not None)
    comments = _comments(text)
    if not comments:
        return printed
    before = parse(text if table is None else _TABLE.sub("", text), name)  # with the places in the text
    bare = print_module(before, positions=False)
    lines = _with_comments(comments, _places(before, text), _places(parse(bare, name), bare), bare.splitlines())
    return "\n".join(lines) + "\n" + printed[len(bare) :]


def _comments(text: str) -> list[_Comment]:
    lines = text.splitlines()
    found: list[_Comment] = []
    for match in _COMMENT.finditer(text):
        if match[1] is None:
            continue
        line = text.count("\n", 0, match.start()) + 1
        alone = lines[line - 1].lstrip().startswith("#")
        gap = line < len(lines) and not lines[line].strip()
        found.append(_Comment(line, match[1].rstrip(), alone, _closes(lines[line:]), gap))
    return found


def _closes(below: list[str]) -> bool:
    following = (line.strip() for line in below)
    return next((line for line in following if line and not line.startswith("#")), "").startswith("}")


def _places(module: Module, text: str) -> list[tuple[int, int]]:
    """First and last line of the header, and of whatever else has lines of its own, in the order of the text."""
    header = _HEADER.search(text)
    assert header is not None, "the text was parsed"
    line = text.count("\n", 0, header.start("word")) + 1
    nodes = [node for node in walk(module) if isinstance(node, _LINE_KINDS)]
    return [(line, line), *((node.span.line, node.span.end_line) for node in nodes)]


def _with_comments(
    comments: list[_Comment], before: list[tuple[int, int]], after: list[tuple[int, int]], lines: list[str]
) -> list[str]:
    above: dict[int, list[str]] = defaultdict(list)
    below: dict[int, list[str]] = defaultdict(list)
    beside: dict[int, list[str]] = defaultdict(list)
    starts = [first for first, _ in before]
    for comment in comments:
        last = bisect_right(starts, comment.line) - 1  # what begins before the comment, or on its line
        if not comment.alone:
            first, end = after[last]
            beside[first if comment.line == before[last][0] else end].append(comment.text)
        elif comment.closing:
            # Of the block that it closes, the last statement: what ended last, and of several the outermost.
            ended = [index for index, (_, end) in enumerate(before[: last + 1]) if end < comment.line]
            first, end = after[max(ended, key=lambda index: (before[index][1], -index))]
            below[end].append(_margin(lines[first - 1]) + comment.text)
        elif last + 1 < len(after):
            first = after[last + 1][0]
            above[first] += [_margin(lines[first - 1]) + comment.text, *([""] if comment.gap else [])]
        else:
            below[len(lines)].append(comment.text)
    made: list[str] = []
    for number, line in enumerate(lines, 1):
        made += [*above[number], "  ".join([line, *beside[number]]), *below[number]]
    return made


def _margin(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
