"""What the front end and the desugaring make of a program does what CPython does: result, error, order of effects.

The lowered tree is run as Python, so that a difference here is a difference of these passes and of nothing behind them.
"""

from __future__ import annotations

import asyncio
import copy
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hypothesis import given
from vm_runs import chain_of

from examples import examples
from waymark.compiler.pipeline import compile_text

from ..unit.compiler.desugar.wrl_as_python import as_python, outside
from ..unit.compiler.programs import workflow_of
from .thin_programs import CALLS_MAX, bodies, outcomes


def run_as_python(
    text: str, script: list[object], names: Mapping[str, Any] = MappingProxyType({})
) -> tuple[object, ...]:
    """Define `run` from a text, run it with scripted actions, and return what it came to and what it asked for."""
    asked: list[str] = []

    async def charge(value: object) -> object:
        asked.append(repr(value))
        if len(asked) > CALLS_MAX:
            raise RuntimeError("the script has ended")
        outcome = copy.deepcopy(script[len(asked) % len(script)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    space: dict[str, Any] = {**names, "charge": charge}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `1 < []` and the like are meant
        exec(compile(text, "<program>", "exec"), space)
    items = [1, [2, 3], "x", 4]
    try:
        came_to = ("returned", repr(asyncio.run(space["run"](None, items, 2))))
    except Exception as error:
        came_to = ("raised", repr(chain_of(error)))
    return came_to, asked, repr(items)


@examples(150)
@given(bodies, outcomes)
def test_a_lowered_program_does_what_cpython_does(body: str, script: list[object]) -> None:
    compilation = compile_text(workflow_of(body), path="shop.py", module="shop", root=Path("/nonexistent"))
    compilation.raise_if_failed()
    assert compilation.tree is not None
    native = "async def run(self, items, total=0):\n" + "\n".join("    " + line for line in body.splitlines())
    lowered = as_python(compilation.tree.functions[0])
    names = outside(compilation.tree)
    assert run_as_python(lowered, script, names) == run_as_python(native, script), lowered
