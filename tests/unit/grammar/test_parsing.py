"""What the parser says about texts that are not WRL, and what it does with hostile ones."""

from __future__ import annotations

import pytest

from waymark.grammar import WrlSyntaxError, parse, print_module, tree
from waymark.grammar.walk import walk


def body(text: str) -> str:
    return f"module m\n\ninit {{\n{text}\n}}\n"


def test_a_syntax_error_shows_the_line_and_a_caret() -> None:
    with pytest.raises(WrlSyntaxError) as caught:
        parse(body("    total = (1 +\n        )"), "shop.wrl")
    assert str(caught.value) == (
        "shop.wrl:5:9: found `)`, expected an expression\n"  #
        "   5 |         )\n"
        "     |         ^"
    )
    error = caught.value
    assert (error.line, error.column, error.found, error.expected) == (5, 8, "`)`", ("an expression",))
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", r"<wrl>:1:1: found the end of the text, expected `module` or a line break"),
        ("module m\nnative a = 1\n", r":2:12: found `1`, expected a string"),
        ("module m\nnative a = \"a/1\"; global b\n", r":2:17: found `;`, expected a line break or the end of the text"),
        ("module m\ninit {", r":2:7: found the end of the text, expected a statement, `}` or a line break"),
        ("module m\ninit {}\nfn f() {}", r":3:1: found `fn`, expected `positions` or the end of the text"),
        (body("a b"), r":4:3: found `b`, expected an operator"),
        (body("a = 1 b = 2"), r":4:7: found `b`, expected an operator"),
        (body("a = b = c"), r":4:7: found `=`, expected `}` or a line break"),
        (body("a < b < c"), r":4:7: found `<`, expected an operator.*\(comparisons do not chain: give"),
        (body("if a { } else if { }"), r":4:21: found a line break, expected `{`"),
        (body("if a {\n}\nelse {}"), r":6:1: found `else`, expected a statement"),
        (body("def f() {}"), r"found `def`.*\(a function is written `fn name\(...\) \{ ... \}`\)"),
        (body("if a {} elif b {}"), r"found `elif`.*\(write `else if`\)"),
        (body("try {} except {}"), r"found `except`, expected `catch` or `finally` \(a handler is written"),
        (body("a = 'x'"), r"found `'`, expected an expression \(strings are written in double quotes\)"),
        (body("pass"), r"found `pass`.*\(an empty block is written `\{\}`\)"),
        (body("a = while"), r":4:5: found `while`, expected an expression"),
        (body("x iffy else y"), r":4:3: found `iffy`, expected an operator"),
        (body("f() = 1"), r":4:1: cannot assign to this call: only to a name, an attribute or a subscript"),
        (body("a, [b] = 1"), r":4:4: cannot assign to this list"),
        (body("a, b += 1"), r":4:6: found `\+=`, expected `,` or `=`"),
        (body("(a, b) += 1"), r":4:1: cannot assign to this tuple"),
        (body("del f()"), r":4:5: cannot delete this call"),
        (body("a[(1:2)]"), r":4:5: found `:`, expected"),
        (body('a = "\\q"'), r":4:5: there is no escape `\\q`: write a backslash as `\\\\`"),
        (body('a = "\\Uffffffff"'), r"there is no character `\\Uffffffff`"),
        (body('a = b"\\u0100"'), r":4:5: an escape in bytes is at most `\\xff`"),
        (body('a = "open'), r":4:5: found `\"`, expected an expression"),
        (body("a = 007"), r":4:5: found `007`, expected an expression"),
        (body("a = " + "9" * 5000), r":4:5: a number of thousands of digits is written in hexadecimal, `0x...`"),
        (body('a = float"Infinity"'), r'`Infinity` is not spelled as Python spells a float: write float"inf"'),
        (body('a = int"x"'), r":4:5: a number|`x` is not an int"),
        (body('a = complex"one"'), r"`one` is not a complex number"),
        (body("fn f(*) {}"), r":4:6: a bare `\*` needs a parameter behind it"),
        (body("fn f(/) {}"), r":4:6: `/` stands once, behind the parameters that it makes positional"),
        (body("fn f(*a, *b) {}"), r"`\*` stands once in a list of parameters"),
        (body("fn f(**a, b) {}"), r"nothing may follow `\*\*a`"),
        ("module m\naction a = \"a\"(b = 1)\n", r":2:1: the default of a parameter is recorded as `...`"),
        (body("a") + "positions { 1: 0-1 }", r":6:12: the position table is for 1 nodes, but the text has 3"),
        (body("a") + "positions { ? =9999999999 }", r"the position table is for 4 nodes, but the text has 3"),
        (body("a") + "positions { =2 ? }", r"the position table starts with a repetition"),
        (body("a") + "positions { 1:2:3 }", r"`1:2:3` is no position"),
        (body("a") + "positions { }", r"the position table is for 0 nodes"),
        (body("a = \x00"), r":4:5: found `\x00`, expected an expression"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words(text: str, problem: str) -> None:
    with pytest.raises(WrlSyntaxError, match=problem):
        parse(text)


DEEP = 10_000


@pytest.mark.parametrize(
    "text",
    [
        body("(" * DEEP + "a" + ")" * DEEP),
        body("[" * DEEP),
        body("{1: " * DEEP),
        body("if a {" * DEEP),
        body("f(" * DEEP),
        body("not " * DEEP + "a"),
        body("-" * DEEP + "a"),
        body("a" + " + a" * DEEP),
        body("a" + " ** a" * DEEP),
        body("a" + ".b" * DEEP),
        body("a" + " if a else a" * DEEP),
        body("if a {}" + " else if a {}" * DEEP),
        body("(" * DEEP + "a" + ",)" * DEEP + " = b"),
    ],
    ids=lambda text: text[18:30],
)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(WrlSyntaxError, match="deeper than 200 levels"):
        parse(text)


def test_of_a_long_line_only_the_part_around_the_caret_is_shown() -> None:
    with pytest.raises(WrlSyntaxError) as caught:
        parse(body("a = [" + "1, " * 1000 + "! " + "1, " * 1000 + "]"))
    assert all(len(line) < 120 for line in str(caught.value).split("\n"))
    assert str(caught.value).split("\n")[1][str(caught.value).split("\n")[2].index("^")] == "!"


def test_words_of_wrl_are_variables_where_nothing_else_can_be_meant() -> None:
    module = parse(body("action = init\nlink(native, via=of)\nmodule.positions += cells"))
    names = [node.id for node in _names(module)]
    assert names == ["action", "init", "link", "native", "of", "module", "cells"]


def test_a_digit_behind_the_dot_makes_a_name_and_a_letter_an_attribute() -> None:
    (statement,) = parse(body("broke.0.real")).init
    assert isinstance(statement, tree.Do) and isinstance(statement.value, tree.Attribute)
    assert statement.value.value.id == "broke.0"  # type: ignore[union-attr]


def test_line_ends_of_windows_are_line_ends() -> None:
    text = body("    a = 1\n    b = [\n        2,\n    ]")
    assert print_module(parse(text.replace("\n", "\r\n")), positions=False) == print_module(
        parse(text), positions=False
    )


def test_a_huge_int_survives() -> None:
    module = tree.Module("m", init=(tree.Do(tree.Constant(10**5000)),))
    assert parse(print_module(module)) == module


def _names(module: tree.Module) -> list[tree.Name]:
    return [node for node in walk(module) if isinstance(node, tree.Name)]
