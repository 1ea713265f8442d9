"""What `waymark run FILE:Workflow --input JSON --id ID` names: a compiled workflow, its arguments, its id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from waymark.compiler.pipeline import Compilation
from waymark.exceptions import WaymarkError
from waymark.programs import CompiledWorkflow, program_of
from waymark.runtime.helpers.helper import Helper, HelperSettings
from waymark.runtime.helpers.taking import NotTaken, taken
from waymark.runtime.store.rules import check_key
from waymark.vm.hosting import HostTimeout, HostUnavailable
from waymark.vm.unit import Parameter, Unit, Workflow
from waymark.vm.wire import encode_value

from .compiling import compile_named
from .errors import UsageError
from .files import existing_file

SHOWN_CHARS = 60


class Target(NamedTuple):
    """What a command line names."""

    file: Path
    workflow: CompiledWorkflow
    parameters: tuple[Parameter, ...]  # of its `run`, without `self`
    module: str
    qualname: str  # of the class, in the module


def workflow_of(target: str) -> Target:
    name, colon, wanted = target.rpartition(":")
    if not (colon and name and wanted):
        raise UsageError(f"{target!r} names no workflow: say FILE:Workflow, such as shop/checkout.py:Checkout")
    file = existing_file(Path(name), "a Python file with a workflow")
    compilation = compile_named(file)
    compilation.raise_if_failed()
    unit, workflow = _find(compilation, wanted)
    program = program_of(unit, workflow.name, compilation.wrl)
    return Target(file, program, workflow.parameters, unit.modules[0], workflow.qualname)


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
        raise UsageError(f"""--input is no JSON: {error}. Write it as in --input '{{"order_id": 7}}'""") from None
    except RecursionError:
        raise UsageError("--input is nested too deeply to be read") from None
    if not isinstance(given, dict):
        raise UsageError(f"--input is a JSON object with the arguments of run(), not {_shortened(text)}")
    names = [parameter.name for parameter in parameters]
    surplus = [name for name in given if name not in names]
    missing = [parameter.name for parameter in parameters if not parameter.optional and parameter.name not in given]
    takes = f"run() takes {', '.join(names)}" if names else "run() takes no arguments"
    if surplus:
        raise UsageError(f"--input has {', '.join(map(repr, surplus))}, which run() does not take; {takes}")
    if missing:
        raise UsageError(f"--input lacks {', '.join(map(repr, missing))}; {takes}")
    return given


def typed_arguments(target: Target, given: dict[str, Any], modules: tuple[str, ...] = ()) -> bytes:
    """The arguments as `run()` is annotated to take them, encoded.

    That takes the classes that it names, and so a process that imports the project: this one does not. `modules`: what
    it imports beside the workflow's own.
    """
    if not given:
        return encode_value(given, "arguments")
    helper = Helper(HelperSettings(modules=(str(target.file.resolve()), *modules)))
    try:
        return taken(helper, target.module, target.qualname, json.dumps(given))
    except NotTaken as problem:
        raise UsageError(f"--input does not fit: {problem}") from None
    except (HostTimeout, HostUnavailable) as problem:
        raise WaymarkError(f"--input cannot be made what run() takes: {problem}") from None
    finally:
        helper.close()


def checked_id(workflow: str, key: str | None) -> str | None:
    """The id that was asked for, if a run can have it."""
    if key == "":
        raise UsageError("--id is empty: give the run an id of its own, such as order-7, or leave --id out")
    if key is not None:
        try:
            check_key(workflow, key)
        except ValueError as error:
            raise UsageError(f"--id cannot be used: {error}") from None
    return key


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}..."
