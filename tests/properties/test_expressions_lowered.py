"""Lowering an expression changes nothing that its operands can notice: not the order, not how often a truth is asked.

The lowered tree is run as Python, over values that note what is done to them.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from examples import examples
from waymark.compiler.pipeline import compile_text
from waymark.stdlib.values.sets import OrderedSet

from ..unit.compiler.desugar.wrl_as_python import as_python, outside
from ..unit.compiler.programs import workflow_of
from .spied_expressions import Log, Spy, bodies, named, scripts


def observed(text: str, script: list[int], space: dict[str, Any]) -> tuple[str, list[str]]:
    """Define `run` from a text, run it on three spies, and return what it came to and what was done to them."""
    log = Log(script)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `1()` and the like are meant
        exec(compile(text, "<program>", "exec"), space)
    try:
        # Driven by hand: a Task shows itself in its own time, and asks its result for a text.
        space["run"](None, *(Spy(name, log) for name in "abc")).send(None)
    except StopIteration as ended:
        came_to = named(ended.value)
    except Exception as error:
        came_to = f"{type(error).__name__}: {error.args[0] if isinstance(error, ValueError) else error}"
    else:
        raise AssertionError("nothing here waits")
    return came_to, log.entries


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="how often a truth is asked for is 3.11's")
@examples(300)
@given(bodies(), scripts)
def test_a_lowered_expression_does_to_its_operands_what_cpython_does(body: str, script: list[int]) -> None:
    text = workflow_of(body, "a, b, c")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        compilation = compile_text(text, path="shop.py", module="shop", root=Path("/nonexistent"))
    compilation.raise_if_failed()
    assert compilation.tree is not None
    native = "async def run(self, a, b, c):\n" + "\n".join("    " + line for line in body.splitlines())
    lowered = as_python(compilation.tree.functions[0])
    expected = observed(native, script, {})
    # Python's own sets on both sides: their order is not what this is about.
    space = {name: set if value is OrderedSet else value for name, value in outside(compilation.tree).items()}
    assert observed(lowered, script, space) == expected, lowered
