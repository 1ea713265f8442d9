"""A literal is worth what CPython says it is."""

from __future__ import annotations

import ast

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.compiler.frontend.literals import literal_value

TEXTS = (
    "0 00 7 0_7 1_000 0x1F 0b11 0o17 1.5 1e3 1_0.5 2j 1.5J '' \"\" 'a' \"it's\" '\\n' r'\\n' b'a' u'é' 'é' "
    'B"\\x00" \'say"x"\' '
    "'''a'''  \"\"\"a'b\"\"\" '''''' 'a\\\nb' '''a\nb''' '#' ' ' '\\'' rb'\\' Rb\"a\""
)


@pytest.mark.parametrize("text", [*TEXTS.split(" "), "'''a\r\nb'''", "9" * 2000, '"a b"', "'''a\nb'''"])
def test_a_literal_is_worth_what_python_says(text: str) -> None:
    try:
        expected = ast.literal_eval(text)
    except SyntaxError:
        return  # a part of a literal with a space in it
    node = cst.parse_expression(text)
    assert isinstance(node, cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString)
    value = literal_value(node)
    assert (type(value), value) == (type(expected), expected)


@given(st.text(max_size=6), st.sampled_from(["'", '"', "'''", '"""']))
def test_any_text_is_read_as_python_reads_it(inside: str, quotes: str) -> None:
    text = quotes + inside + quotes
    try:
        expected = ast.literal_eval(text)
        node = cst.parse_expression(text)
    except (SyntaxError, ValueError, cst.ParserSyntaxError):
        return
    if isinstance(node, cst.SimpleString):
        assert literal_value(node) == expected
