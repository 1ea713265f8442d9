"""The reference pages say what the compiler does, and are not stale."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path

import pytest

from waymark.compiler.diagnostics import REGISTRY
from waymark.compiler.pipeline import compile_text
from waymark.compiler.reference import PAGES
from waymark.compiler.reference.names import EXCEPTIONS_OF, FUNCTIONS_OF, NEWER
from waymark.compiler.reference.pages import builtin_row, diagnostics_page, python_page

FOLDER = Path(__file__).parents[4] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_stale(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), (
        "run: python -m waymark.compiler.reference docs/reference"
    )


def test_every_code_has_its_place_on_the_page_once() -> None:
    page = diagnostics_page()
    assert {code: page.count(f"\n### {code}\n") for code in REGISTRY} == dict.fromkeys(REGISTRY, 1)
    assert page.count("```") % 2 == 0


def test_every_link_of_the_grid_leads_to_a_code() -> None:
    linked = {part.partition("]")[0] for part in python_page().split("[WM")[1:]}
    assert linked and {f"WM{number}" for number in linked} <= set(REGISTRY)


def test_the_page_has_every_name_of_builtins() -> None:
    # These are put in by Python's prompt and its tests, or are attributes of any module.
    others = {"_", "__name__", "__doc__", "__package__", "__loader__", "__spec__"}
    added = {name for name, version in NEWER.items() if sys.version_info >= tuple(map(int, version.split(".")))}
    assert set(dir(builtins)) - others - added == set(FUNCTIONS_OF) | set(EXCEPTIONS_OF)


@pytest.mark.parametrize("name", [*FUNCTIONS_OF, *EXCEPTIONS_OF])
def test_a_builtin_is_there_or_refused_with_the_code_on_the_page(name: str) -> None:
    text = (
        "from waymark import Workflow, workflow\n\n@workflow\nclass Flow(Workflow):\n"
        f"    async def run(self):\n        return {name}\n"
    )
    found = compile_text(text, path="flow.py", module="flow", root=Path("/nonexistent")).diagnostics
    _, outcome, reason = builtin_row(name)
    if outcome == "there":
        assert found == ()
    else:
        (problem,) = found
        assert outcome.startswith(f"[{problem.code}]") and reason
