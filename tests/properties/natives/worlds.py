"""The same calls by CPython and by a compiled program on the machine, each told as a text."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from differential import compiled, inside, program_of
from views import view
from vm_runs import observe

from waymark.compiler.pipeline import Compilation
from waymark.vm.machine import LimitExceeded

from .calls import Call
from .names import Compared

TOGETHER = 40  # functions in one module, compiled at once
REFUSED = "refused: "
_WORKFLOW = """\
@workflow
class Calls{number}(Workflow):
    async def run(self, cases):
        out = []
        for args, kwargs in cases:
            try:
                out.append(("gave", {expression}(*args, **kwargs), args))
            except Exception as error:
                out.append(("raised", type(error).__name__, str(error), args))
        return out

"""


def programs(functions: Sequence[Compared]) -> Iterator[tuple[Compared, Compilation, int]]:
    """Each with the module that calls it, and the number of its workflow there."""
    waiting = iter(functions)
    while some := list(islice(waiting, TOGETHER)):
        imports = "".join(f"import {name}\n" for name in sorted({each.module for each in some} - {"builtins"}))
        bodies = (_WORKFLOW.format(number=number, expression=each.expression) for number, each in enumerate(some))
        compilation = compiled(f"{imports}from waymark import Workflow, workflow\n\n{''.join(bodies)}")
        compilation.raise_if_failed()
        yield from ((each, compilation, number) for number, each in enumerate(some))


def by_cpython(function: Any, calls: Sequence[Call]) -> list[str]:
    told = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for call in calls:
            args, kwargs = copy.deepcopy(call)
            try:
                told.append(view(("gave", function(*args, **kwargs), args)))
            except Exception as error:
                told.append(view(("raised", type(error).__name__, str(error), args)))
    return told


def by_machine(compilation: Compilation, number: int, calls: Sequence[Call]) -> list[str]:
    """All in one run; one by one, if a call among them ends the run."""
    program = program_of(compilation, number)

    def run(some: Sequence[Call]) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return observe(program, inside({"cases": [copy.deepcopy(call) for call in some]}), restoring=False)

    seen = run(calls)
    if seen.error is None:
        return [view(each) for each in seen.result]
    told = []
    for call in calls:
        seen = run([call])
        assert seen.error is None or isinstance(seen.error, LimitExceeded), (call, seen.error)
        told.append(view(seen.result[0]) if seen.error is None else f"{REFUSED}{seen.error}")
    return told
