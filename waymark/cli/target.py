"""What `waymark run FILE:Workflow --input JSON` names: a compiled workflow and its arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from waymark.compiler.pipeline import Compilation, compile_file
from waymark.exceptions import WaymarkError
from waymark.programs import CompiledWorkflow, program_of
from waymark.vm.unit import Parameter, Unit, Workflow


def workflow_of(target: str) -> tuple[Path, CompiledWorkflow, tuple[Parameter, ...]]:
    """The file, the compiled workflow and the parameters of its `run`, without `self`."""
    name, colon, wanted = target.rpartition(":")
    if not colon or not name or not wanted:
        raise WaymarkError(f"{target!r} names no workflow: say FILE:Workflow, such as shop/checkout.py:Checkout")
    file = Path(name)
    compilation = compile_file(file)
    compilation.raise_if_failed()
    unit, workflow = _find(compilation, wanted)
    return file, program_of(unit, workflow.name, compilation.wrl), unit.functions[workflow.function].parameters[1:]


def _find(compilation: Compilation, wanted: str) -> tuple[Unit, Workflow]:
    unit = compilation.unit
    assert unit is not None, "a compilation without diagnostics has a unit"
    for workflow in unit.workflows:
        if wanted in (workflow.qualname, workflow.name):
            return unit, workflow
    there = ", ".join(workflow.qualname for workflow in unit.workflows)
    raise WaymarkError(f"{compilation.path} has no workflow {wanted!r}; its workflows: {there}")


def arguments_of(text: str, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """The arguments of `run` from JSON, by name."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise WaymarkError(f"--input is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise WaymarkError(f"--input is a JSON object with the arguments of run(), not {text[:60]}")
    names = [parameter.name for parameter in parameters]
    surplus = [name for name in given if name not in names]
    missing = [parameter.name for parameter in parameters if not parameter.optional and parameter.name not in given]
    takes = f"run() takes {', '.join(names)}" if names else "run() takes no arguments"
    if surplus:
        raise WaymarkError(f"--input has {', '.join(map(repr, surplus))}, which run() does not take; {takes}")
    if missing:
        raise WaymarkError(f"--input lacks {', '.join(map(repr, missing))}; {takes}")
    return given
