"""How names and constants are spelled in WRL text, in both directions.

A reader gets one token of `wrl.lark` and raises `ValueError` in words about the text. What is printed depends on the
value alone: fixed ranges of code points decide what is escaped, never the Unicode tables of the running Python, because
a unit's hash covers the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import EllipsisType

ConstantValue = None | bool | int | float | complex | str | bytes | EllipsisType

KEYWORDS = frozenset(
    "and as assert async await break catch class continue def del elif else except finally fn for from gen global if "
    "import in is lambda nonlocal not or pass raise renew reraise return try while with yield None True False".split()
)

# As in wrl.lark (tests/unit/grammar/test_spelling.py compares them).
_LETTER = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff"
    r"\u2c00-\u2fef\u3005-\u3007\u3041-\ud7ff\uf900-\ufdcf\U00010000-\U000dffff"
)
_IDENTIFIER = rf"[{_LETTER}][{_LETTER}0-9]*"
_PLAIN_IDENTIFIER = re.compile(_IDENTIFIER)
_PLAIN_VARIABLE = re.compile(rf"(?!(?:{'|'.join(sorted(KEYWORDS))})(?![\w]|\.[0-9])){_IDENTIFIER}(?:\.[0-9]+)*")
_PLAIN_DOTTED = re.compile(rf"{_IDENTIFIER}(?:\.(?:{_IDENTIFIER}|[0-9]+))*")

# What a string shows as it is: visible ASCII, and ranges without controls, blanks, marks of direction and surrogates.
_ESCAPED = re.compile(
    r"[^ !#-\[\]-~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u2010-\u2027"
    r"\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufdff\ufe30-\ufefe\uff01-\uffee\U00010000-\U000dffff]"
)
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", '"': '\\"', "`": "\\`"}
_SHORT_MEANINGS = {escape[1]: character for character, escape in _SHORT_ESCAPES.items()}
_ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)")

# Above this an int is written in hexadecimal: nobody reads it, and decimal takes quadratic time.
_DECIMAL_MAX = 10**40


# --- names -----------------------------------------------------------------------------------------------------------


def variable(name: str) -> str:
    return name if _PLAIN_VARIABLE.fullmatch(name) else _quoted(name)


def identifier(name: str) -> str:
    """An attribute's name: a word may stand there, because it follows a dot."""
    return name if _PLAIN_IDENTIFIER.fullmatch(name) else _quoted(name)


def dotted(name: str) -> str:
    """The name of a module, a function or a class."""
    return name if _PLAIN_DOTTED.fullmatch(name) and name not in KEYWORDS else _quoted(name)


def _quoted(name: str) -> str:
    return f"`{_escaped(name).replace('`', _SHORT_ESCAPES['`'])}`"


def read_quoted(token: str) -> str:
    return _ESCAPE.sub(_meaning, token[1:-1])


# --- constants -------------------------------------------------------------------------------------------------------


def constant(value: ConstantValue) -> str:
    match value:
        case None | bool():
            return str(value)
        case int():
            return _int(value) if value >= 0 else f'int"{_int(value)}"'
        case float():
            # `isdigit` of the first character: neither a sign nor `inf` or `nan`.
            return repr(value) if repr(value)[0].isdigit() else f'float"{value!r}"'
        case complex():
            spelled = repr(value).strip("()")
            return spelled if re.fullmatch(r"[0-9.]+(e[+-]?[0-9]+)?j", spelled) else f'complex"{spelled}"'
        case str():
            return string(value)
        case bytes():
            return f'b"{re.sub(_ESCAPED, _escape, value.decode("latin-1")).translate(_LATIN_1)}"'
        case _ if value is ...:
            return "..."
    raise TypeError(f"a WRL constant cannot be a {type(value).__name__}: {value!r}")


# Bytes show ASCII only.
_LATIN_1 = {code: f"\\x{code:02x}" for code in range(0x80, 0x100)}


def string(value: str) -> str:
    return f'"{_escaped(value)}"'


def read_string(token: str) -> str:
    return _ESCAPE.sub(_meaning, token[1:-1])


def read_bytes(token: str) -> bytes:
    text = _ESCAPE.sub(_meaning, token[2:-1])
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError("an escape in bytes is at most `\\xff`") from None


def read_int(token: str) -> int:
    try:
        return int(token, 0)
    except ValueError:
        raise ValueError("a number of thousands of digits is written in hexadecimal, `0x...`") from None


def read_typed_number(token: str) -> int | float | complex:
    kind, _, spelled = token[:-1].partition('"')
    readers: dict[str, Callable[[str], int | float | complex]] = {"int": read_int, "float": float, "complex": complex}
    try:
        value = readers[kind](spelled)
    except ValueError:
        raise ValueError(f"`{spelled}` is not {_A[kind]}") from None
    if (_int(value) if isinstance(value, int) else repr(value).strip("()")) != spelled:
        raise ValueError(f"`{spelled}` is not spelled as Python spells {_A[kind]}: write {constant(value)}")
    return value


_A = {"int": "an int", "float": "a float", "complex": "a complex number"}


def _int(value: int) -> str:
    return str(value) if abs(value) < _DECIMAL_MAX else hex(value)


# --- escapes ---------------------------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    return _ESCAPED.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _meaning(found: re.Match[str]) -> str:
    escape = found[1]
    if len(escape) > 1:
        code = int(escape[1:], 16)
        if code > 0x10FFFF:
            raise ValueError(f"there is no character `\\{escape}`: the last one is `\\U0010ffff`")
        return chr(code)
    if escape not in _SHORT_MEANINGS:
        raise ValueError(f"there is no escape `\\{escape}`: write a backslash as `\\\\`")
    return _SHORT_MEANINGS[escape]
