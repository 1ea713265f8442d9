"""Which programs a program may start runs of: the database has to have them before its runs name them."""

from __future__ import annotations

from .programs import CompiledWorkflow
from .registry import workflow_registry


def started_by(compiled: CompiledWorkflow) -> list[CompiledWorkflow]:
    """Those that this process has compiled, if the program starts any; it says their names when it runs."""
    if not compiled.starts_runs:
        return []
    known = [vars(kind).get("__waymark_compiled__") for kind in workflow_registry.values()]
    return [each for each in known if isinstance(each, CompiledWorkflow) and each.name != compiled.name]
