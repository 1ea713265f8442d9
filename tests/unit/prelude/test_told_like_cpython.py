"""The prelude's modules in Python, each used by programs in tests/cases/prelude: the same as under CPython."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from differential import assert_same

CASES = Path(__file__).parents[2] / "cases" / "prelude"


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the prelude is 3.11's")
@pytest.mark.parametrize("path", sorted(CASES.glob("*.py")), ids=lambda path: path.stem)
def test_a_program_does_the_same_as_under_cpython(path: Path) -> None:
    assert_same(path.read_text(encoding="utf-8"), ticks=((3, 7), ()))
