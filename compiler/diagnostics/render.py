"""Show diagnostics as rustc does: where, the line itself, carets under the place, then help and notes.

    error[WM203]: `datetime.now()` gives a different answer when this workflow resumes
     --> billing/invoice.py:4:15
      |
    4 |     started = datetime.now()
      |               ^^^^^^^^^^^^^^ reads the machine's clock
      |
    help: move it into an @action
    note: `waymark explain WM203` has an example

Plain text unless colour is asked for. A tab counts to the next multiple of four, a wide character two columns, a
combining one none; a long line is clipped around its carets. Control characters are shown as `?`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from .model import Diagnostic
from .suggest import plural

TAB = 4
WIDTH_MAX = 100  # columns of source shown; what is beyond is clipped
LEAD = 20  # columns kept before the carets of a clipped line

RED, BLUE, CYAN, BOLD, RESET = "\x1b[1;31m", "\x1b[1;34m", "\x1b[1;36m", "\x1b[1m", "\x1b[0m"


def render_report(
    diagnostics: Sequence[Diagnostic], text: str, *, colour: bool = False, others: Mapping[str, str] | None = None
) -> str:
    """Show all problems of one compilation, in the order of the file, and how many there are.

    `others` has the texts of other files that some of them may be in, by path.
    """
    texts = {path: split_lines(other) for path, other in (others or {}).items()}
    lines = split_lines(text)
    blocks = [_render(each, texts.get(each.path, lines), colour) for each in in_order(diagnostics, texts)]
    paths = dict.fromkeys(each.path for each in diagnostics)
    if len(blocks) > 1:
        where = next(iter(paths)) if len(paths) == 1 else plural(len(paths), "file")
        blocks.append(f"{plural(len(blocks), 'problem')} in {where}")
    return "\n\n".join(blocks)


def render(diagnostic: Diagnostic, text: str, *, colour: bool = False) -> str:
    """Show one problem of the file whose text is `text`."""
    return _render(diagnostic, split_lines(text), colour)


def in_order(diagnostics: Sequence[Diagnostic], others: Iterable[str]) -> list[Diagnostic]:
    """By position, those of other files behind those of the file itself."""
    return sorted(diagnostics, key=lambda each: (each.path if each.path in others else "", position(each)))


def position(diagnostic: Diagnostic) -> tuple[object, ...]:
    return (diagnostic.span, diagnostic.code, diagnostic.headline())


def split_lines(text: str) -> list[str]:
    """Python's own lines: broken at \\n, \\r\\n and \\r, and not where `str.splitlines` also would."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _render(diagnostic: Diagnostic, lines: list[str], colour: bool) -> str:
    paint = _painted if colour else _plain
    span = diagnostic.span
    gutter = " " * len(str(max(span.line, 1)))
    bar = paint(BLUE, "|")
    out = [
        paint(RED, f"error[{diagnostic.code}]") + paint(BOLD, f": {diagnostic.headline()}"),
        f"{gutter}{paint(BLUE, '-->')} {diagnostic.path}:{max(span.line, 1)}:{diagnostic.column}",
    ]
    if 1 <= span.line <= len(lines) and any(lines):
        shown, indent, carets = excerpt(lines[span.line - 1], span.column, _last_column(diagnostic, lines))
        label = f" {diagnostic.label()}" if diagnostic.label() else ""
        out += [
            f"{gutter} {bar}",
            f"{paint(BLUE, str(span.line))} {bar} {shown}".rstrip(),
            f"{gutter} {bar} {' ' * indent}{paint(RED, '^' * carets + label)}",
            f"{gutter} {bar}",
        ]
    out += [f"{paint(CYAN, 'help')}: {text}" for text in (diagnostic.help(),) if text]
    out += [f"{paint(CYAN, 'note')}: {text}" for text in diagnostic.remarks]
    out.append(f"{paint(CYAN, 'note')}: `waymark explain {diagnostic.code}` has an example")
    return "\n".join(out)


def _last_column(diagnostic: Diagnostic, lines: list[str]) -> int:
    """Where the carets end: of a place that goes on below, the end of its first line."""
    span = diagnostic.span
    return span.end_column if span.end_line == span.line else len(lines[span.line - 1].rstrip())


def excerpt(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Return what to show of a line, the indent of the carets and their number."""
    cells: list[str] = []  # one entry a column, so that columns can be clipped; a wide character's second is empty
    columns = [0]
    for character in line:
        cells += _cells(character, len(cells))
        columns.append(len(cells))
    first = columns[min(start, len(line))]
    last = max(columns[min(end, len(line))], first + 1)
    left, right = 0, len(cells)
    if len(cells) > WIDTH_MAX:
        left = 0 if last <= WIDTH_MAX else max(0, min(first - LEAD, len(cells) - WIDTH_MAX))
        right = min(len(cells), left + WIDTH_MAX)
        last = min(last, max(right, first + 1))
    before, after = ("..." if left else ""), ("..." if right < len(cells) else "")
    shown = before + "".join(cells[left:right]) + after
    return shown, len(before) + first - left, last - first


def _cells(character: str, at: int) -> list[str]:
    if character == "\t":
        return [" "] * (TAB - at % TAB)
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return []  # takes no column; leaving it out keeps the carets right in every terminal
    if category in ("Cc", "Cs"):
        return ["?"]
    return [character, ""] if unicodedata.east_asian_width(character) in "WF" else [character]


def _plain(_style: str, text: str) -> str:
    return text


def _painted(style: str, text: str) -> str:
    return f"{style}{text}{RESET}"
