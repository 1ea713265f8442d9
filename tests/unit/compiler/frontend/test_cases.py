"""Python -> WRL, one construct a case."""

from __future__ import annotations

import pytest

from waymark.grammar import print_module

from ..casefile import Case, cases, check
from ..programs import compiled


@pytest.mark.parametrize("case", cases("frontend"), ids=str)
def test_python_comes_to_this_wrl(case: Case, request: pytest.FixtureRequest) -> None:
    def produce() -> str:
        compilation = compiled(case.sections["python"])
        compilation.raise_if_failed()
        assert compilation.tree is not None
        text = print_module(compilation.tree, positions=False)
        return text[text.index("\n") :]  # the module's own name says nothing here

    check(case, "wrl", produce, request.config)
