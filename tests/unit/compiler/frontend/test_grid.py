"""For each kind of Python's syntax tree: compiled, or refused with which code. There is no third outcome."""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path

import libcst as cst
import pytest
from differential import compare, script

from waymark.compiler.frontend import dispatch
from waymark.compiler.frontend.constructs import CONSTRUCTS
from waymark.compiler.pipeline import compile_text
from waymark.compiler.reference.grid import INPUTS, ROWS, Row
from waymark.compiler.reference.refused import REFUSED, Refused

from ..programs import codes, compiled

# What `ast` has for parts of nodes, for the sake of old programs, or no parser makes.
NOT_MADE = set("AST AugLoad AugStore slice ExtSlice Index Param Suite NameConstant Num Str Bytes Ellipsis".split())
FIXED = [row for row in ROWS if not row.since]


def concrete() -> set[str]:
    """The node classes of this Python that a parser makes."""
    kinds = {name: kind for name, kind in vars(ast).items() if _is_node(kind) and name[0] != "_"}
    made = {name: kind for name, kind in kinds.items() if name not in NOT_MADE}
    return set(made) - {base.__name__ for kind in made.values() for base in kind.__mro__[1:]}


def _is_node(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, ast.AST)


def test_the_grid_has_every_kind_of_node_once() -> None:
    assert len({row.node for row in ROWS}) == len(ROWS)
    assert concrete() <= {row.node for row in ROWS} | set(INPUTS)
    assert {row.node for row in FIXED} <= concrete() | {"Load", "Store", "Del"}


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.node)
def test_each_example_uses_its_kind_of_node(row: Row) -> None:
    used = ast.walk(ast.parse(script(row.body)))
    assert row.node in {type(node).__name__ for node in used}


@pytest.mark.parametrize("row", [row for row in ROWS if row.node in concrete()], ids=lambda row: row.node)
def test_each_kind_of_node_is_compiled_and_does_what_cpython_does_or_is_refused(row: Row) -> None:
    report = compare(script(row.body))
    assert [each.code for each in report.refused] == row.code.split()
    # Texts of errors are those of 3.11 on every Python; the other minors have some of their own.
    assert row.code or report.same or sys.version_info[:2] != (3, 11), report.explain()


@pytest.mark.parametrize("each", REFUSED, ids=lambda each: each.what)
def test_each_refused_use_is_refused_with_its_code_and_says_what_to_write(each: Refused) -> None:
    if "[T]" in each.body and sys.version_info < (3, 12):
        pytest.skip("syntax of Python 3.12")
    text = script(each.body, above=each.above)
    found = compile_text(text, path="program.py", module="program", root=Path("/nonexistent")).diagnostics
    assert each.code in [problem.code for problem in found]
    assert all(problem.help() for problem in found)


def node_kinds() -> list[type[cst.CSTNode]]:
    """libcst's own classes of expressions, statements and parts of displays that a parser makes."""
    waiting: list[type[cst.CSTNode]] = [
        cst.BaseExpression, cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.BaseElement, cst.BaseDictElement,
    ]  # fmt: skip
    found: dict[str, type[cst.CSTNode]] = {}
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not inspect.isabstract(kind) and kind.__module__.startswith("libcst."):
            found[kind.__name__] = getattr(cst, kind.__name__, kind)
    return [found[name] for name in sorted(found) if name not in PARTS]


# Parts that whoever translates the node around them looks at.
PARTS = {"Element", "DictElement"}


@pytest.mark.parametrize("kind", node_kinds(), ids=lambda kind: kind.__name__)
def test_each_kind_of_node_has_a_translator_or_a_name_to_refuse_it_by(kind: type[cst.CSTNode]) -> None:
    assert dispatch.is_translated(kind) != (kind.__name__ in CONSTRUCTS)


@pytest.mark.parametrize(
    "body",
    [
        "return ...",
        "return self",
        "self = 1",
        "() = items",
        "first, *rest = items",
        "items.name = 1",
        "items[*total]",
        "items[1:2, *total]",
        "return {**items}",
        "return {*items}",
        "return total(1)",
        "return (1)(2)",
        "return None()",
        "return zip(items)",
        "return len",
        "return len(*items)",
        "return str(object=1)",
        "return items.append",
        "return dict.fromkeys(items), str.upper",
        "print(1)",
        "items[0]: int",
        "pending = charge(1)\nreturn await pending",
        "return [await each for each in [charge(1), ship(2)]]",
        "def inner(): yield\nreturn list(inner())",
        "def inner(): yield from items\nreturn list(inner())",
        "async def inner(): yield\nreturn [each async for each in inner()]",
        "inner = (await each for each in [charge(1)])\nreturn await anext(inner)",
        "return f'{total!r:>{total}}' f'{total=}' 'x'",
    ],
)
def test_a_kind_is_compiled_wherever_it_may_stand(body: str) -> None:
    compilation = compiled(body)
    assert codes(compilation) == []
    assert compilation.executable()


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("return charge", "WM110"),
        ("return charge.name", "WM110"),
        ("return asyncio.StreamReader", "WM110"),
        ("return asyncio", "WM403"),
        ("return __file__", "WM403"),
        ("return Checkout", "WM110"),
        ("return open", "WM202"),
        ("return open('x')", "WM202"),
        ("return items.__globals__", "WM205"),
        ("return dict.__subclasses__()", "WM205"),
        ("return charge(1) + 1", "WM302"),
        ("charge(1)", "WM301"),
    ],
)
def test_what_a_kind_is_used_for_is_looked_at_too(body: str, refused: str) -> None:
    assert codes(compiled(body)) == [refused]
