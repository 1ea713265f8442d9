"""What is folded has CPython's value, and what would fail or grow is left to the run."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.compiler.codegen.folding import fold
from waymark.grammar import parse, tree

LITERALS = st.sampled_from(
    ["0", "1", "7", "128", "0xffffffff", "True", "False", "None", '"a"', '""', "1.5", "2j", 'b"b"']
)
TEXTS = st.recursive(
    LITERALS,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["-", "+", "~", "not "]), inner).map(lambda each: f"({each[0]}{each[1]})"),
        st.tuples(inner, st.sampled_from("+ - * // % ** << >> & | ^ / @".split()), inner).map(
            lambda each: f"({' '.join(each)})"
        ),
        st.lists(inner, max_size=3).map(lambda each: f"({''.join(item + ', ' for item in each)})"),
    ),
    max_leaves=8,
)


def expression(text: str) -> tree.Expression:
    (statement,) = parse(f"module m\nfn f() {{\nreturn {text}\n}}\n", "m").functions[0].body
    assert isinstance(statement, tree.Return)
    return statement.value


@given(TEXTS)
def test_what_is_folded_has_the_value_of_cpython(text: str) -> None:
    folded = fold(expression(text))
    if folded is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = eval(compile(ast.parse(text, mode="eval"), "<constant>", "eval"))  # noqa: S307  # a text made above
        assert (repr(folded[0]), type(folded[0])) == (repr(value), type(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24 * 60 * 60", 86400),
        ("2 ** 10 - 1", 1023),
        ('"a" + "b"', "ab"),
        ("not 1", False),
        ("(1 + 1, -2.0, (True, None))", (2, -2.0, (True, None))),
    ],
)
def test_constants_are_worked_out(text: str, value: object) -> None:
    assert fold(expression(text)) == (value,)


@pytest.mark.parametrize(
    "text",
    [
        "1 // 0",
        "1 % 0",
        "2 ** -1",
        "1 << 1000",
        "10 ** 100",
        "1 << -1",
        "1 / 2",
        '"a" * 3',
        "1.5 + 1",
        "...",
        "(1, ...)",
        "~True",
        "x + 1",
        "-None",
    ],
)
def test_what_could_fail_or_differ_or_grow_is_left_to_the_run(text: str) -> None:
    assert fold(expression(text)) is None


def test_a_long_text_is_left_to_the_run() -> None:
    assert fold(expression(f'"{"a" * 4000}" + "{"b" * 4000}"')) is None
