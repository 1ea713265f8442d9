"""`difflib.get_close_matches` of what cannot be compared fails as in CPython, where it looks first."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from waymark.stdlib.natives import diff_parts

GIVEN: tuple[Any, ...] = ((1, ["ab", "x"]), (1, []), ("ab", [1, 2]), (None, ["a"]), ("ab", 5), ([1, 2], ["ab", [1, 2]]))


@pytest.mark.parametrize("given", GIVEN, ids=str)
def test_arguments_of_other_kinds_are_told_as_cpython_tells_them(given: tuple[Any, ...]) -> None:
    assert outcome(diff_parts.get_close_matches, given) == outcome(difflib.get_close_matches, given)


def outcome(function: Any, given: tuple[Any, ...]) -> object:
    try:
        return function(*given)
    except TypeError as error:
        return str(error)
