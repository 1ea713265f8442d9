"""The exact text that a user reads, one problem a case."""

from __future__ import annotations

from pathlib import Path

import pytest

from waymark.compiler.diagnostics import REGISTRY, UnsupportedPatternError
from waymark.compiler.pipeline import compile_text

from ..casefile import Case, cases, check
from ..programs import workflow_of


@pytest.mark.parametrize("case", cases("diagnostics"), ids=str)
def test_a_problem_reads_like_this(case: Case, request: pytest.FixtureRequest) -> None:
    text = workflow_of(case.sections["python"]) if "python" in case.sections else case.sections["file"]

    def produce() -> str:
        with pytest.raises(UnsupportedPatternError) as caught:
            compile_text(text, path="shop.py", module="shop", root=Path("/nonexistent")).raise_if_failed()
        return str(caught.value)

    check(case, "report", produce, request.config)


def test_every_code_has_a_case() -> None:
    shown = "\n".join(case.sections["report"] for case in cases("diagnostics"))
    # These need bytes, other files or syntax newer than the compiler: test_source.py, test_resolve.py,
    # tests/unit/compiler/modules/test_refusals.py and test_grid.py.
    # WM131 needs a class without a source: tests/unit/waymark/test_sources.py.
    elsewhere = {"WM102", "WM111", "WM131", "WM404", "WM407", "WM408"}
    assert {code for code in REGISTRY if f"error[{code}]" not in shown} == elsewhere
