"""What Waymark raises at its users. Each class is a sentence about what happened; the message says what to do."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waymark.compiler.diagnostics.errors import UnsupportedPatternError as UnsupportedPatternError
    from waymark.runtime.ports import StoreError as StoreError
    from waymark.runtime.ports import Unreachable as Unreachable

# Exceptions of houses that a process may never need: a worker loads no compiler, and `waymark check` no store.
_HOMES = {
    "UnsupportedPatternError": "waymark.compiler.diagnostics.errors",
    "StoreError": "waymark.runtime.ports",
    "Unreachable": "waymark.runtime.ports",
}


class WaymarkError(Exception):
    """Something that Waymark was asked for cannot be done."""


class ConfigurationError(WaymarkError):
    """A `WAYMARK_*` variable is missing or wrong."""


class WorkflowFailed(WaymarkError, RuntimeError):
    """The workflow raised. `__cause__` is the original exception, and `trace` the workflow's lines, outermost first.

    The text has them, too, and those of what led to the exception and of the members of a group.
    """

    def __init__(self, workflow: str, key: str, error: BaseException, trace: tuple[str, ...] = ()) -> None:
        self.workflow = workflow
        self.key = key
        self.trace = trace
        from .failures import told

        what = "".join(f"\n  {line}" if line else "\n" for line in told(error, trace))
        super().__init__(f"workflow {workflow!r}, run {key}, failed:{what}")
        self.__cause__ = error

    def __reduce__(self) -> tuple[type[WorkflowFailed], tuple[str, str, BaseException, tuple[str, ...]]]:
        assert self.__cause__ is not None
        return type(self), (self.workflow, self.key, self.__cause__, self.trace)


class WorkflowParked(WaymarkError):
    """The run is set aside: nothing is lost, and it goes on after the reason is mended."""

    def __init__(self, workflow: str, key: str, reason: str) -> None:
        self.workflow = workflow
        self.key = key
        self.reason = reason
        super().__init__(f"workflow {workflow!r}, run {key}, is parked, and nothing of it is lost: {reason}")

    def __reduce__(self) -> tuple[type[WorkflowParked], tuple[str, str, str]]:
        return type(self), (self.workflow, self.key, self.reason)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
