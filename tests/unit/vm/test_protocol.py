"""Code of the program inside operators, attributes, iteration and natives, beside CPython, restored at every pause.

Each file of tests/cases/protocol is the body of `run`. A slice of two ticks ends inside of every function that it
calls, so what cannot pause there would come out different.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from differential import assert_same, script

FOLDER = Path(__file__).parents[2] / "cases" / "protocol"
ATTEMPT = """
def attempt(call, *args):
    try:
        print("value", call(*args))
    except BaseException as error:
        print("error", type(error).__name__, error, repr(error.__context__), repr(error.__cause__))
"""


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the texts of errors are CPython 3.11's")
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_the_protocol_does_what_cpython_does(path: Path) -> None:
    assert_same(script(path.read_text(encoding="utf-8"), above=ATTEMPT), ticks=((2,), ()))
