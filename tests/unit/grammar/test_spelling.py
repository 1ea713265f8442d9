"""Names and constants as text, and that the printer and wrl.lark agree on what a plain name is."""

from __future__ import annotations

import re

import pytest

from waymark.grammar import spelling
from waymark.grammar.parsing import _lark


def pattern(terminal: str) -> re.Pattern[str]:
    (found,) = (each.pattern.to_regexp() for each in _lark().terminals if each.name == terminal)
    return re.compile(found)


SAMPLES = [
    "a",
    "_",
    "a1",
    "broke.0",
    "broke.0.1",
    "a.b",
    "fn",
    "fn.0",
    "if",
    "iffy",
    "größe",
    "東京",
    "1a",
    "",
    "a b",
    "×",
    "ª",
]
SAMPLES += [word + tail for word in sorted(spelling.KEYWORDS) for tail in ("", "s", ".0", "é")]
SAMPLES += [chr(code) for code in (0xBF, 0xC0, 0x2FF, 0x300, 0x61C, 0x2028, 0x2C00, 0xD7FF, 0xD800, 0x1F600, 0xE0001)]


@pytest.mark.parametrize(
    ("terminal", "spell"),
    [("NAME", spelling.variable), ("IDENTIFIER", spelling.identifier), ("DOTTED", spelling.dotted)],
)
def test_what_is_printed_plainly_is_one_token_and_all_else_is_quoted(terminal: str, spell: object) -> None:
    plain, quoted = pattern(terminal), pattern("QUOTED")
    for name in SAMPLES:
        text = spell(name)  # type: ignore[operator]
        if text.startswith("`"):
            assert quoted.fullmatch(text) and spelling.read_quoted(text) == name
        else:
            assert text == name and plain.fullmatch(text), name


def test_ordinary_names_are_not_quoted() -> None:
    for name in ("a", "broke.0", "iffy", "fn.0", "größe", "東京", "init"):
        assert spelling.variable(name) == name
    assert spelling.dotted("Checkout.run") == "Checkout.run"
    assert spelling.identifier("catch") == "catch"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "True"),
        (0, "0"),
        (-5, 'int"-5"'),
        (10**40, "0x1d6329f1c35ca4bfabb9f5610000000000"),
        (1e16, "1e+16"),
        (-0.0, 'float"-0.0"'),
        (float("inf"), 'float"inf"'),
        (2j, "2j"),
        (1 + 2j, 'complex"1+2j"'),
        (complex(-0.0, 0.0), 'complex"-0+0j"'),
        ('a"\\\n', r'"a\"\\\n"'),
        ("é✓\u200b\ud800\U0001f600", '"é✓\\u200b\\ud800\U0001f600"'),
        (b'a"\xe9\x00', r'b"a\"\xe9\x00"'),
        (..., "..."),
    ],
)
def test_a_constant_is_spelled(value: spelling.ConstantValue, text: str) -> None:
    assert spelling.constant(value) == text


def test_what_is_no_constant_is_refused() -> None:
    with pytest.raises(TypeError, match=r"a WRL constant cannot be a list: \[\]"):
        spelling.constant([])  # type: ignore[arg-type]
