"""Which reads of a function's variables in its comprehensions are plain, and which must be ready for an unbound one."""

from __future__ import annotations

import pytest

from ..programs import compiled

CAREFUL = "free_variable_error"


def wrl_of(body: str) -> str:
    compilation = compiled(body, parameters="c, p=1")
    compilation.raise_if_failed()
    return compilation.wrl


@pytest.mark.parametrize(
    "body",
    [
        "return [p for i in [1]]",
        "x = 1\nreturn [x for i in [1]]",
        "x, (y, z) = c\nreturn [x + y + z for i in [1]]",
        "if c:\n    x = 1\nelse:\n    x = 2\nreturn [x for i in [1]]",
        "if c:\n    x = 1\nelse:\n    return 2\nreturn [x for i in [1]]",
        "for x in c:\n    y = [x for i in [1]]\nreturn y",
        "while (x := c):\n    return [x for i in [1]]",
        "return (x := c), [x for i in [1]]",
        "try:\n    x = 1\nexcept ValueError:\n    return 2\nreturn [x for i in [1]]",
        "try:\n    x = c\nfinally:\n    print()\nreturn [x for i in [1]]",
        "def x(): pass\nreturn [x for i in [1]]",
        "class x: pass\nreturn [x for i in [1]]",
        "return [[i for j in [1]] for i in [1]]",
        "return [i for i in [1] if [i for j in [1]] for k in [i for j in [1]]]",
    ],
)
def test_a_variable_that_is_certainly_bound_is_read_plainly(body: str) -> None:
    assert CAREFUL not in wrl_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "if c:\n    x = 1\nreturn [x for i in [1]]",
        "for x in c:\n    pass\nreturn [x for i in [1]]",
        "while c:\n    x = 1\nreturn [x for i in [1]]",
        "try:\n    x = c\nexcept ValueError:\n    pass\nreturn [x for i in [1]]",
        "x = 1\ndel x\nreturn [x for i in [1]]",
        "y = c and (x := 1)\nreturn [x for i in [1]]",
        "y = 0 < c < (x := 1)\nreturn [x for i in [1]]",
        "y = (x := 1) if c else 2\nreturn [x for i in [1]]",
        "y = [x for i in [1]]\nx = 1",
        "y = [(x := i) for i in c]\nreturn [x for i in [1]]",
        "try:\n    x = 1\nexcept ValueError as x:\n    pass\nreturn [x for i in [1]]",
    ],
)
def test_any_other_variable_may_be_unbound(body: str) -> None:
    assert CAREFUL in wrl_of(body)
