"""What a run came to, as its caller gets it: the value that `run()` is annotated to return, or WorkflowFailed."""

from __future__ import annotations

from typing import Any

from waymark.runtime.model import EndedRun
from waymark.runtime.workers.fitting import fitted
from waymark.runtime.workers.misfits import Misfit
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome

from .exceptions import BadResult, WorkflowFailed
from .failures import lines_of
from .tracebacks import with_traceback


def outcome_of(ended: EndedRun, workflow: str, key: str, returns: Any, *, apart: bool) -> Any:
    """`apart`: nothing of the project is imported for it."""
    assert ended.outcome is not None, "a run that has ended has an outcome"
    outcome = decode_outcome(ended.outcome, inside=apart)
    if isinstance(outcome, Raised):
        raise WorkflowFailed(workflow, key, with_traceback(outcome.error), lines_of(outcome.error))
    value = outcome.value
    try:
        return fitted(value, returns, "result")
    except Misfit as problem:
        if _holds_error(value):  # of `gather(..., return_exceptions=True)`, which no annotation speaks of
            return value
        text = f"the result of <run {key!r} of {workflow!r}> is not what its `run()` is annotated to return: {problem}"
    raise BadResult(text)


def _holds_error(value: Any, depth: int = 0) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list | tuple) or depth > 3:
        return isinstance(value, BaseException)
    return any(_holds_error(each, depth + 1) for each in value)
