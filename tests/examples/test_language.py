"""The examples of docs/LANGUAGE.md do in a workflow what they do in CPython, and its error message is a real one."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from differential import ACTIONS, HEAD, assert_same, compare, script

from waymark.compiler.check.determinism import impurity
from waymark.compiler.diagnostics import REGISTRY, UnsupportedPatternError
from waymark.compiler.frontend.context import DEPTH_MAX, LOOPS_MAX
from waymark.compiler.pipeline import compile_file
from waymark.compiler.slow_forms import BRACKETS_MAX

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "LANGUAGE.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


BOX = "program.Script.run.<locals>.Box"
UNBOUND = """
def late():
    return [z for _ in "a"]
    z = 1
try:
    late()
except NameError as error:
    return str(error)[:27]
"""
DROPPED = """
def numbers():
    try:
        yield 1
    finally:
        seen.append(1)
seen = []
kept = [numbers()]
next(kept[0])
kept.clear()
return list(seen)
"""


def module_around(example: str) -> str:
    """A module with what stands above `run`, and `run` in a workflow."""
    above, _, run = example.partition("async def run(self)")
    method = textwrap.indent(f"async def run(self){run}", "    ")
    return f"{HEAD}{ACTIONS}{above}\n@workflow\nclass Example(Workflow):\n{method}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_does_what_it_does_in_cpython(example: str) -> None:
    assert_same(module_around(example))


@pytest.mark.parametrize(
    ("row", "body", "came_to"),
    [
        ("the order of a `set`", "return list({'b', 'c', 'a'} | {'d'})", "returned ['b', 'c', 'a', 'd']"),
        ("`is` between two", "return 10 ** 20 is 10 ** 19 * (await act(10))", "returned True"),
        ("`hash()` of a", "return hash('x') == hash(await act('x'))", "returned True"),
        ("the default `repr`", "class Box: pass\nreturn repr(Box())", f"returned '<{BOX} object>'"),
        ("a name that is not bound", UNBOUND, "returned 'cannot access free variable'"),
        ("a generator that is dropped", DROPPED, "returned []"),
    ],
)
def test_what_differs_on_purpose_differs_as_the_page_says(row: str, body: str, came_to: str) -> None:
    assert f"| {row}" in PAGE
    seen = compare(script(body)).seen
    assert {outcome.came_to for outcome in seen.values()} == {came_to}


def test_what_reading_cannot_see_fails_the_run_and_cannot_be_caught() -> None:
    body = "from datetime import date\nx = date\ntry:\n    return x.today()\nexcept BaseException:\n    return 'caught'"
    seen = compare(script(body)).seen
    assert all(outcome.came_to.startswith("raised LimitExceeded") for outcome in seen.values())


def test_the_page_has_an_example_for_each_kind_of_thing() -> None:
    assert len(EXAMPLES) >= 5


def test_the_error_message_is_what_the_compiler_says(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "helpers.py").write_text("import time\n\ndef stamp():\n    return time.time()\n")
    (tmp_path / "shop" / "checkout.py").write_text(
        "from waymark import Workflow, workflow\n\nfrom shop.helpers import stamp\n\n"
        "@workflow\nclass Checkout(Workflow):\n    async def run(self):\n        return stamp()\n"
    )
    with pytest.raises(UnsupportedPatternError) as caught:
        compile_file(tmp_path / "shop" / "checkout.py").raise_if_failed()
    (message,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert str(caught.value) == message.rstrip("\n")


def test_codes_and_limits_on_the_page_are_those_of_the_compiler() -> None:
    assert set(re.findall(r"WM\d{3}", PAGE)) <= set(REGISTRY)
    assert f"inside each other | {DEPTH_MAX} (WM103)" in PAGE
    assert f"behind `del` | {BRACKETS_MAX} (WM103)" in PAGE
    assert f"comprehensions inside each other | {LOOPS_MAX} (WM103)" in PAGE
    assert [name for name in ("eval", "exec", "locals", "id") if impurity(f"builtins.{name}") is None] == []


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", PAGE)
    assert links
    assert not [link for link in links if not (DOCS / link).exists()]
