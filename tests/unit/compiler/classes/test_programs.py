"""Programs with classes do what CPython does, restored at every pause: `tests/cases/classes/`."""

from __future__ import annotations

import sys

import pytest
from differential import assert_same

from ..casefile import Case, cases

# Texts of errors are those of 3.11 on every Python; the other minors have some of their own.
pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="compares with CPython 3.11")


@pytest.mark.parametrize("case", cases("classes"), ids=str)
def test_a_program_with_classes_is_the_same(case: Case) -> None:
    assert_same(case.sections["python"])
