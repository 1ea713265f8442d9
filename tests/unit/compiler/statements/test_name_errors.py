"""A name that nobody binds: the program's own NameError where something may take it, and refused anywhere else."""

from __future__ import annotations

import pytest
from differential import assert_same, compiled, script

TAKEN = {
    "a clause for every exception": """
        try:
            await act(missing())
        except:
            return "taken"
    """,
    "a function that is called in a `try`": """
        def helper():
            print("before")
            missing
        try:
            helper()
        except NameError as error:
            return str(error), error.name
    """,
    "a clause inside of a clause": """
        try:
            missing.x
        except:
            try:
                other[1]
            except (ValueError, NameError) as error:
                return str(error), repr(error.__context__)
    """,
    "a statement that is only the name": """
        try:
            missing
        except (TypeError, Exception) as error:
            return str(error)
    """,
    "a name that is never looked at": """
        return 1 or missing, 0 and missing, (await act() or 1) or missing(2), "" and 1 and missing, True and 3
    """,
    "a `finally` that returns": """
        try:
            raise ValueError
        except Missing:
            pass
        finally:
            return "taken"
    """,
}
MISTAKES = (
    "return missing",
    "try:\n    return missing()\nexcept ValueError:\n    pass",
    "try:\n    return missing(1)\nexcept Exception:\n    pass",
    "def helper():\n    return missing\ntry:\n    helper()\nexcept ValueError:\n    pass",
    "try:\n    pass\nexcept:\n    return missing",
    "return 0 or missing",
    "return (await act() or 0) or missing",
    "try:\n    return missing\nfinally:\n    print(1)",
)


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_error_that_is_taken_is_cpythons(name: str) -> None:
    assert_same(script(TAKEN[name]))


@pytest.mark.parametrize("body", MISTAKES)
def test_a_name_error_that_nothing_takes_is_refused(body: str) -> None:
    assert [each.code for each in compiled(script(body)).diagnostics] == ["WM401"]
