"""What a literal is worth.

libcst asks CPython's compiler each time, at 25 microseconds a literal; most are plain enough to be read here.
"""

from __future__ import annotations

import libcst as cst

Literal = cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString


def literal_value(node: Literal) -> int | float | complex | str | bytes:
    """The value of a number or a string that is written out."""
    text = node.value
    if isinstance(node, cst.Integer) and text.isdecimal() and text.isascii() and (text == "0" or text[0] != "0"):
        return int(text) if len(text) < 1000 else _evaluated(node)
    if isinstance(node, cst.SimpleString) and text[0] in "\"'" and "\\" not in text and "\r" not in text:
        quotes = 3 if len(text) >= 6 and text[:3] == text[0] * 3 else 1
        return text[quotes:-quotes]
    return _evaluated(node)


def _evaluated(node: Literal) -> int | float | complex | str | bytes:
    value: int | float | complex | str | bytes = node.evaluated_value
    return value
