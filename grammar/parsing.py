"""WRL text to tree. `parse` is the inverse of `print_module`, and raises nothing but `WrlSyntaxError`.

lark does the lexing and the LALR parsing; here are the line breaks, which depend on brackets, the limits on nesting,
and the position table, whose spans take the place of those in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import msgspec
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from .building import Builder, span_of
from .cache import load_lark
from .errors import Problem, WrlSyntaxError, unexpected
from .positions import read_positions
from .span import Span
from .tree import Module
from .walk import NESTING_MAX, TooDeep, walk


def parse(text: str, name: str = "<wrl>") -> Module:
    """The tree of a WRL text. `name` is the text's file in errors.

    With a position table the nodes get its spans, which belong to the Python that the text came from. Without one a
    span is the node's place in `text`.
    """
    try:
        module, table = Builder().transform(_lark().parse(text))
        return _place(module, table)
    except UnexpectedInput as error:
        raise _syntax_error(error, text, name) from None
    except VisitError as error:
        raise _refused_rule(error, text, name) from None
    except Problem as error:
        raise _error(text, name, error.span, str(error)) from None
    except TooDeep as error:
        raise _error(text, name, error.node.span, str(error)) from None


def _place(module: Module, table: Token | None) -> Module:
    nodes = list(walk(module))
    if table is not None:
        try:
            spans = read_positions(table, len(nodes))
        except ValueError as error:
            raise Problem(span_of(table), str(error)) from None
        for node, span in zip(nodes, spans, strict=True):
            # These nodes are new and nobody else holds one, so that they may still change.
            msgspec.structs.force_setattr(node, "span", span)
    return module


@cache
def _lark() -> Lark:
    return load_lark(LineBreaks())


# --- lines and brackets ----------------------------------------------------------------------------------------------


class LineBreaks:
    """Takes out the line breaks inside (), [] and displays: only in a block and at the top they end anything."""

    # The contextual lexer must see every line break, also where the grammar has none.
    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        open_brackets: list[str] = []
        for token in stream:
            if token.type in ("LPAR", "LSQB", "_DISPLAY", "_BLOCK"):
                open_brackets.append(token.type)
                if len(open_brackets) > NESTING_MAX:
                    raise Problem(span_of(token), f"brackets nest deeper than {NESTING_MAX} levels")
            elif token.type in ("RPAR", "RSQB", "RBRACE") and open_brackets:
                open_brackets.pop()
            if token.type != "_NL":
                yield token
            elif not open_brackets:
                yield token.update(type="_LINE")
            elif open_brackets[-1] == "_BLOCK":
                yield token


# --- errors ----------------------------------------------------------------------------------------------------------


def _syntax_error(error: UnexpectedInput, text: str, name: str) -> WrlSyntaxError:
    accepts: Callable[[], set[str]] = error.interactive_parser.accepts
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        line = text.count("\n") + 1
        return unexpected(name, text, line, len(text) - text.rfind("\n") - 1, "the end of the text", accepts())
    assert isinstance(error, UnexpectedToken | UnexpectedCharacters) and error.pos_in_stream is not None
    return unexpected(name, text, error.line, error.column - 1, _found(text, error.pos_in_stream), accepts())


def _found(text: str, position: int) -> str:
    found = _VISIBLE.match(text, position)
    return f"`{found[0]}`" if found else "a line break"


# What a person calls one thing: a word, a number, the start of a string, a sign.
_VISIBLE = re.compile(r"[\w.]+|[-+*/%@&|^<>=!]+|[^\s\w]")


def _refused_rule(error: VisitError, text: str, name: str) -> WrlSyntaxError:
    """What building.py refuses; lark has wrapped it. Anything else is a mistake of ours and not of the text."""
    problem = error.orig_exc
    if not isinstance(problem, ValueError):
        raise problem
    assert isinstance(error.obj, Tree)
    span = problem.span if isinstance(problem, Problem) else span_of(error.obj.meta)
    return _error(text, name, span, str(problem))


def _error(text: str, name: str, span: Span, problem: str) -> WrlSyntaxError:
    return WrlSyntaxError(name, text, span.line, span.column, problem)
