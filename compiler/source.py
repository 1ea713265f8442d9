"""From bytes on disk to a libcst tree with positions, or to the one diagnostic that says why not.

CPython looks first: what it cannot compile is not a Python program, and its own message is the best there is. That also
bounds nesting before libcst's parser, whose native stack a hostile file could overflow, gets to see the text.
"""

from __future__ import annotations

import ast
import codecs
import io
import tokenize
import warnings
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from waymark.grammar.span import NOWHERE, Span

from .diagnostics import Diagnostic
from .diagnostics.render import split_lines
from .diagnostics.syntax import NotPython, NotText, TooDeep
from .nesting import NESTING_MAX, deepest_place, too_deep
from .positions import Mismatch, Positions, positions


class SourceError(Exception):
    """A file cannot be read at all. Nothing is known of its text, so there is no diagnostic with a line."""


class Refusal(Exception):
    """This text is not a Python program that can be looked at further; `diagnostic` says why."""

    def __init__(self, diagnostic: Diagnostic, text: str) -> None:
        super().__init__(diagnostic.headline())
        self.diagnostic = diagnostic
        self.text = text


class Source:
    """A parsed file. Positions are worked out when one is asked for: a module that is only looked up needs none.

    `parsed` is what CPython's parser made of the text; with it, positions are cheap (`positions.py`). Without it they
    are libcst's own, which also know the parts of an f-string: that is what problems are reported with.
    """

    def __init__(self, path: str, text: str, tree: cst.Module, parsed: ast.Module | None = None) -> None:
        self.path = path
        self.text = text
        self.tree = tree
        self.parsed = parsed

    def exact(self) -> Source:
        """The same file with libcst's own positions."""
        return Source(self.path, self.text, self.tree)

    def span(self, node: cst.CSTNode) -> Span:
        span = self._quick.get(node)
        if span is not None:
            return span
        place = self._exact.get(node)
        if place is None:
            return NOWHERE
        return Span(place.start.line, place.start.column, place.end.line, place.end.column)

    @cached_property
    def _quick(self) -> Positions:
        if self.parsed is None:
            return {}
        try:
            return positions(self.tree, self.parsed, self.text)
        except (Mismatch, ValueError):  # ValueError: two lists of parts that are not of one length
            return {}

    @cached_property
    def _exact(self) -> Mapping[cst.CSTNode, CodeRange]:
        # The tree comes straight from the parser, so no node stands in it twice and the defensive copy can be saved.
        return MetadataWrapper(self.tree, unsafe_skip_copy=True).resolve(PositionProvider)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a source file; SourceError says what to do when there are none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{path} does not exist: give the path of a Python file with a workflow") from None
    except IsADirectoryError:
        raise SourceError(f"{path} is a folder: give the path of a Python file inside it") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SourceError(f"{path} cannot be read ({reason}): check that it exists and may be read") from None
    except ValueError as error:
        raise SourceError(f"{path!r} is not a path ({error}): give the path of a Python file") from None


def decode(data: bytes, path: str) -> str:
    """Return the text of a file as Python would read it: BOM and PEP 263 cookie honoured. Raises Refusal."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        codecs.lookup(encoding)
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        problem = f"byte 0x{data[error.start]:02x} is not valid {error.encoding}"
        line, column = data.count(b"\n", 0, error.start) + 1, error.start - data.rfind(b"\n", 0, error.start) - 1
        raise _not_text(data, path, problem, line, column) from None
    except (SyntaxError, LookupError, UnicodeError) as error:
        raise _not_text(data, path, str(error).split(" for '")[0]) from None


def _not_text(data: bytes, path: str, problem: str, line: int = 1, column: int = 0) -> Refusal:
    """The text is shown as latin-1, in which every byte is a character."""
    diagnostic = NotText(path=path, span=Span(line, column, line, column + 1), problem=problem)
    return Refusal(diagnostic, data.decode("latin-1"))


def parse(text: str, path: str) -> Source:
    """Parse a file's text. Raises Refusal for what is not Python, or nested too deep to be looked at."""
    text = text.removeprefix("\ufeff")
    parsed = _check_with_python(text, path)
    try:
        source = Source(path, text, cst.parse_module(text), parsed)
    except cst.ParserSyntaxError as error:
        span = Span(error.raw_line, error.raw_column, error.raw_line, error.raw_column + 1)
        raise Refusal(NotPython(path=path, span=span, problem=error.message, by_python=False), text) from None
    except (RecursionError, KeyError):
        # Out of stack inside its position pass, libcst loses a node (KeyError) as often as it says so.
        raise Refusal(TooDeep(path=path, span=deepest_place(parsed, text), limit=NESTING_MAX), text) from None
    return source


def _check_with_python(text: str, path: str) -> ast.Module:
    if "\0" in text:
        before = split_lines(text[: text.index("\0")])
        span = Span(len(before), len(before[-1]), len(before), len(before[-1]) + 1)
        raise Refusal(NotPython(path=path, span=span, problem="source code cannot contain null bytes"), text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the import of the module shows SyntaxWarnings; once is enough
            parsed = ast.parse(text)
            deep = too_deep(parsed, text)
            if deep is not None:
                raise Refusal(TooDeep(path=path, span=deep[0], limit=deep[1]), text)
            compile(text, path, "exec", dont_inherit=True)
            return parsed
    except SyntaxError as error:
        raise Refusal(NotPython(path=path, span=_span_of(error, text), problem=error.msg), text) from None
    except (RecursionError, MemoryError):  # CPython's two ways of saying that its own parser ran out of stack
        raise Refusal(TooDeep(path=path, span=deepest_place(None, text), limit=NESTING_MAX), text) from None
    except (UnicodeEncodeError, ValueError) as error:
        raise Refusal(NotText(path=path, span=Span(1, 0, 1, 1), problem=str(error)), text) from None


def _span_of(error: SyntaxError, text: str) -> Span:
    lines = split_lines(text)
    line = min(max(error.lineno or 1, 1), len(lines))
    column = min(max((error.offset or 1) - 1, 0), len(lines[line - 1]))
    end_line, end_column = error.end_lineno or line, (error.end_offset or 0) - 1
    if (end_line, end_column) <= (line, column):
        return Span(line, column, line, column + 1)
    return Span(line, column, end_line, end_column)
