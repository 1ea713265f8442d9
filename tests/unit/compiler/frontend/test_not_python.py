"""What only CPython's compiler finds, behind its parser: each is a diagnostic with CPython's own words and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..modules.projects import flow, project
from ..programs import compiled, workflow_of

BODIES = [
    "def inner(a, a): return 1",
    "class Box:\n    return 1",
    "def inner(): return await charge(1)",
    "def inner(): return [await charge(n) for n in items]",
    "def inner():\n    async for n in items: pass",
    "def inner():\n    async with items: pass",
    "async def inner():\n    yield 1\n    return 2",
    "async def inner():\n    yield from items",
    "nonlocal nobody",
    "global items",
    "print(LIMIT)\nglobal LIMIT",
    "def inner():\n    nonlocal items\n    global items",
    "global LIMIT\nLIMIT: int = 1",
    "def inner():\n    nonlocal items\n    items: int = 1",
    "*a, *b = items",
    "*a = items",
    ", ".join(f"a{n}" for n in range(256)) + ", *b = items",
    "break",
    "continue",
    "if items:\n    def inner(): break",
    "from math import *",
    "from __future__ import annotations",
    "__debug__ = 1",
    "[items := 1 for items in items]",
    "[total for n in (items := [1])]",
    "class Box:\n    found = [(n := m) for m in [1]]",
    "match items:\n    case 1 | n: return n",
    "match items:\n    case [n, n]: return n",
    "match items:\n    case {'a': n, 'a': m}: return n",
    "match items:\n    case int(real=n, real=m): return n",
    "match items:\n    case n: return n\n    case 2: return 1",
    "match items:\n    case _ | 1: return 1",
    "match items:\n    case [*a, *b]: return 1",
    "try: pass\nexcept: pass\nexcept ValueError: pass",
    "charge(currency=1, currency=2)",
    "del charge(1)",
    "items + 1 = 2",
    "lambda: (yield)\nclass Box:\n    yield 1",
]
TOPS = [
    "nonlocal items",
    "return 3",
    "yield 1",
    "items = await charge(1)",
    "from __future__ import braces",
    "def helper(a):\n    global a",
    "async def helper():\n    def inner(): await charge(1)",
]


def error_of(text: str) -> SyntaxError:
    with pytest.raises(SyntaxError) as raised:
        compile(text, "shop.py", "exec", dont_inherit=True)
    return raised.value


@pytest.mark.parametrize("body", BODIES)
def test_what_cpython_refuses_in_a_function_has_its_words_and_its_place(body: str) -> None:
    error = error_of(workflow_of(body))
    (only,) = compiled(body).diagnostics
    assert (only.code, only.line, only.column) == ("WM101", error.lineno, error.offset)
    assert only.message == f"this is not valid Python: {error.msg}"


@pytest.mark.parametrize("top", TOPS)
def test_what_cpython_refuses_in_a_module_is_told_of_a_helper_too(tmp_path: Path, top: str) -> None:
    error = error_of(top)
    files = {"program.py": flow("return helper.LIMIT", imports="import helper"), "helper.py": f"{top}\nLIMIT = 1\n"}
    (only,) = project(tmp_path, files).diagnostics
    assert (only.code, only.path, only.line, only.column) == ("WM101", "helper.py", error.lineno, error.offset)
    assert error.msg in only.message


def test_what_cpython_does_not_evaluate_is_no_error() -> None:
    compilation = compiled("total: (await charge(1)) = 1\nreturn total")
    assert (compilation.diagnostics == ()) == compiles(workflow_of("total: (await charge(1)) = 1\nreturn total"))


def compiles(text: str) -> bool:
    """Whether CPython takes it: 3.13 refuses an `await` in an annotation, older ones never look at it."""
    try:
        compile(text, "shop.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
