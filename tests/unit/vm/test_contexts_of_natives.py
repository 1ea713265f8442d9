"""What is being handled is the context of the first error that a native raised, as if its body were Python."""

from __future__ import annotations

import pytest
from differential import assert_same, script

ABOVE = """
import json
from decimal import Decimal

def chain(error):
    seen = []
    while error is not None:
        seen.append(type(error).__name__)
        error = error.__context__
    return seen
class Bad:
    def __hash__(self):
        try:
            raise LookupError("inside")
        except LookupError:
            raise ZeroDivisionError("hash")
"""
FAILING = ("json.loads('')", "json.loads('[1,]')", "{Bad(): 1}", "int('x')", "[].pop()", "Decimal('x')", "{}['k']")


@pytest.mark.parametrize("failing", FAILING)
def test_errors_of_a_native_are_chained_to_what_is_handled(failing: str) -> None:
    body = f"""
    try:
        raise ValueError("boom")
    except ValueError as first:
        try:
            {failing}
        except Exception as error:
            print(chain(error))
            try:
                {failing}
            except Exception as second:
                print(chain(second))
    try:
        {failing}
    except Exception as error:
        print(chain(error))
    """
    assert_same(script(body, above=ABOVE))
