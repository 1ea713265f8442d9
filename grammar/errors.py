"""The one error of a WRL text: where it is, what stands there, and what could."""

from __future__ import annotations

from collections.abc import Iterable

from .span import Span

_EXCERPT_MAX = 100

# An expected set that holds the first of these holds them all; the reader is told the word.
_STATEMENT = frozenset(
    "_IF _WHILE _FOR _TRY _BREAK _CONTINUE _RETURN _RAISE _RENEW _RERAISE _DEL _CLASS _FN ASYNC GEN _YIELD".split()
)
_EXPRESSION = frozenset(
    "INT FLOAT IMAGINARY TYPED_NUMBER STRING BYTES NONE TRUE FALSE ELLIPSIS NAME QUOTED LPAR LSQB _DISPLAY UNARY_OP "
    "_NOT _AWAIT _YIELD".split()
)
_OPERATOR = frozenset(
    "ADD_OP MULTIPLY_OP POWER_OP SHIFT_OP BIT_AND_OP BIT_XOR_OP BIT_OR_OP COMPARE_OP UPDATE_OP _AND _OR _NOT _IN _IS "
    "_IF LPAR LSQB DOT".split()
)
_FUNCTION = frozenset("_FN ASYNC GEN".split())
_DECLARATION = frozenset("_FOLLOW _NATIVE _LINK _ACTION _INTRINSIC _GLOBAL _WORKFLOW".split())
_GROUPS = (
    ("_WHILE", _STATEMENT | _EXPRESSION, "a statement"),
    ("INT", _EXPRESSION, "an expression"),
    ("_OR", _OPERATOR, "an operator"),
    ("_NATIVE", _DECLARATION, "a declaration"),
    ("_FN", _FUNCTION, "a function"),
)

_WORDS = {
    "$END": "the end of the text",
    "_NL": "a line break",
    "_LINE": "a line break",
    "NAME": "a name",
    "DOTTED": "a name",
    "IDENTIFIER": "a name",
    "QUOTED": "a name",
    "STRING": "a string",
    "TABLE": "positions",
    "STAR": "`*`",
    "SLASH": "`/`",
    "COMMA": "`,`",
    "COLON": "`:`",
    "DOT": "`.`",
    "EQUAL": "`=`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "RBRACE": "`}`",
    "_BLOCK": "`{`",
    "_DISPLAY": "`{`",
    "POWER_OP": "`**`",
    "UPDATE_OP": "`+=`",
    "MULTIPLY_OP": "`*`",
}

_COMPARISONS = frozenset("== != < <= > >= is in".split())

# What people write who think in Python. The key is what was found.
_HINTS = {
    "def": "a function is written `fn name(...) { ... }`",
    "elif": "write `else if`",
    "except": "a handler is written `catch name { ... }`",
    "lambda": "give the function a name: `fn name(...) { return ... }`",
    "pass": "an empty block is written `{}`",
    "import": 'a name from elsewhere is declared: `link name = module "export"`',
    "with": "WRL has no `with`: write its calls around a `try`",
    "assert": "write `if not ... { raise ... }`",
    "nonlocal": "a shared variable is declared in the function's head: `captures(name)`",
    "'": "strings are written in double quotes",
}


class WrlSyntaxError(ValueError):
    """A text that is not WRL. `line` counts from 1, `column` from 0, as in a Span; the message counts both from 1."""

    def __init__(
        self,
        name: str,
        text: str,
        line: int,
        column: int,
        problem: str,
        found: str = "",
        expected: tuple[str, ...] = (),
    ) -> None:
        source = text.split("\n")[line - 1].rstrip("\r")
        super().__init__(f"{name}:{line}:{column + 1}: {problem}\n{_excerpt(line, column, source)}")
        self.name, self.line, self.column = name, line, column
        self.problem, self.found, self.expected, self.source = problem, found, expected, source


class Problem(ValueError):
    """What is wrong and where, said by those who do not have the text. `parse` makes a WrlSyntaxError of it."""

    def __init__(self, span: Span, problem: str) -> None:
        super().__init__(problem)
        self.span = span


def _excerpt(line: int, column: int, source: str) -> str:
    """The line with a caret under the column; of a long line only what is around it."""
    start = max(0, column - _EXCERPT_MAX // 2)
    shown = source[start : start + _EXCERPT_MAX].replace("\t", " ")
    return f"{line:>4} | {shown}\n     | {' ' * (column - start)}^"


def unexpected(name: str, text: str, line: int, column: int, found: str, terminals: Iterable[str]) -> WrlSyntaxError:
    """The error for `found` where one of `terminals` should stand."""
    expected = tuple(_words(set(terminals)))
    problem = f"found {found}"
    if expected:
        problem += f", expected {_either(expected)}"
    hint = _HINTS.get(found.strip("`"))
    if found.strip("`") in _COMPARISONS and "an operator" in expected:
        hint = "comparisons do not chain: give the middle operand a name and write `and`"
    if hint:
        problem += f" ({hint})"
    return WrlSyntaxError(name, text, line, column, problem, found, expected)


def _words(terminals: set[str]) -> list[str]:
    words = []
    for mark, group, word in _GROUPS:
        if mark in terminals:
            words.append(word)
            terminals -= group
    # A line break and a semicolon are the same to the grammar.
    terminals.discard("SEMICOLON")
    return sorted(set(words)) + sorted(
        {_WORDS.get(terminal, f"`{terminal.strip('_').lower()}`") for terminal in terminals}
    )


def _either(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
