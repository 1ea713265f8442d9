"""What printed WRL looks like: the files in tests/cases/wrl are exactly what the printer makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.grammar import parse, print_module, tree
from waymark.grammar.span import NOWHERE, Span
from waymark.grammar.walk import NESTING_MAX, TooDeep, walk

CASES = sorted(Path(__file__).parents[2].joinpath("cases", "wrl").glob("*.wrl"))
X = tree.Name("x")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_text_is_what_the_printer_makes_of_it(path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text("utf-8")
    printed = print_module(parse(text, str(path)), positions="positions {" in text)
    if request.config.getoption("--update-golden", False):
        path.write_text(printed, "utf-8")
    assert printed == text


def test_free_form_text_prints_in_the_one_form() -> None:
    text = "# a note\nmodule m\ninit { if (x) { y = ((1)) ; z=2 } else { if w {} }\n\n f(a,\n  b, ) # bye\n}"
    assert print_module(parse(text), positions=False) == (
        "module m\n\ninit {\n    if x {\n        y = 1\n        z = 2\n    } else if w {}\n    f(a, b)\n}\n"
    )


def test_spans_without_a_table_are_places_in_the_text() -> None:
    module = parse("module m\n\ninit {\n    x = f(1,\n        y)\n}\n")
    (assign,) = module.init
    assert isinstance(assign, tree.Assign) and isinstance(assign.value, tree.Call)
    assert assign.span == Span(4, 4, 5, 10)
    assert assign.target.span == Span(4, 4, 4, 5)
    assert assign.value.args[1].value.span == Span(5, 8, 5, 9)


def test_the_position_table_stands_apart_and_is_compact() -> None:
    here = Span(12, 4, 12, 20)
    call = tree.Call(tree.Name("f", span=here), (), span=here)
    body = (tree.Return(call, span=Span(12, 0, 15, 8)), tree.Break(), tree.Continue())
    module = tree.Module("m", init=body, span=Span(1, 0, 30, 0))
    assert print_module(module).endswith("}\n\npositions {\n    1: 0-30:0 12: 0-15:8 4-20 =1 ? =1\n}\n")
    assert parse(print_module(module)) == module


def test_a_tree_from_nowhere_stays_there() -> None:
    module = tree.Module("m", init=(tree.Do(X), tree.Do(X)))
    assert print_module(module) == "module m\n\ninit {\n    x\n    x\n}\n\npositions {\n    ? =4\n}\n"
    assert {node.span for node in walk(parse(print_module(module)))} == {NOWHERE}


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (tree.Do(tree.Set(())), "a set display has items"),
        (tree.Do(tree.Slice(X, X, X)), "a slice stands directly in a subscript"),
        (tree.Raise(None, X), "a `raise` with a cause needs an error"),
        (tree.Do(X, span=Span(-1, 0, 1, 0)), "a position is a number of up to ten digits"),
        (
            tree.Function("f", (tree.Parameter("a", "keyword"), tree.Parameter("b")), ()),
            "in this order: keyword, either",
        ),
        (tree.Function("f", (tree.Parameter("a", "variadic", X),), ()), r"`a` takes what is left over"),
    ],
)
def test_a_tree_that_no_text_can_stand_for_is_refused(statement: tree.Statement, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        print_module(tree.Module("m", init=(statement,)))


def _negations(count: int) -> tree.Module:
    value: tree.Expression = X
    for _ in range(count):
        value = tree.Unary("not", value)
    return tree.Module("m", init=(tree.Do(value),))


def _loops(count: int) -> tree.Module:
    body: tree.Block = ()
    for _ in range(count):
        body = (tree.While(X, body),)
    return tree.Module("m", init=body)


def _calls(count: int) -> tree.Module:
    value: tree.Expression = X
    for _ in range(count):
        value = tree.Call(X, (tree.Argument("positional", value),))
    return tree.Module("m", init=(tree.Do(value),))


@pytest.mark.parametrize(
    "module",
    [_negations(NESTING_MAX - 3), _loops(NESTING_MAX - 2), _calls(NESTING_MAX - 3)],
    ids=["not", "while", "call"],
)
def test_the_deepest_tree_survives_its_text(module: tree.Module) -> None:
    assert parse(print_module(module)) == module


@pytest.mark.parametrize("deep", [_negations, _loops, _calls])
def test_a_deeper_tree_is_refused_by_the_printer(deep: object) -> None:
    with pytest.raises(TooDeep, match="the tree nests deeper than 200 levels"):
        print_module(deep(NESTING_MAX))  # type: ignore[operator]
