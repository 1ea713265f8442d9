"""The arguments of `run` are bound as CPython binds them, and none is dropped."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from differential import assert_same, script

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="texts of errors are those of 3.11")

PARAMETERS = ("", "a", "a, b=2", "*, k, m=3", "a, *more, k=1, **rest", "a=[1], **rest")
ARGUMENTS: tuple[dict[str, Any], ...] = (
    {},
    {"a": 1},
    {"b": 1},
    {"a": [1], "k": 2},
    {"surplus": 1},
    {"k": 1, "a": 2, "b": 3, "z": 4},
)


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_a_run_gets_its_arguments_or_the_error_of_a_call(parameters: str, arguments: dict[str, Any]) -> None:
    names = [part.split("=")[0].strip("* ") for part in parameters.split(",")]
    shown = ", ".join(name for name in names if name)
    assert_same(script(f"return [{shown}]", parameters=parameters), arguments=arguments)
