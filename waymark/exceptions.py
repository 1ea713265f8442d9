"""What Waymark raises at its users. Each class is a sentence about what happened and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waymark.compiler.diagnostics.errors import UnsupportedPatternError as UnsupportedPatternError


class WaymarkError(Exception):
    """Something that Waymark was asked for cannot be done; the message says what to do."""


class ConfigurationError(WaymarkError):
    """A `WAYMARK_*` variable is missing or wrong."""


class WorkflowFailed(WaymarkError, RuntimeError):
    """The workflow raised. `__cause__` is the original exception, and `trace` the workflow's lines, outermost first."""

    def __init__(self, workflow: str, key: str, error: BaseException, trace: tuple[str, ...] = ()) -> None:
        self.workflow = workflow
        self.key = key
        self.trace = trace
        shown = "".join(f"\n  {line}" for line in trace)
        super().__init__(f"workflow {workflow!r} ({key}) failed: {type(error).__name__}: {error}{shown}")
        self.__cause__ = error


class WorkflowParked(WaymarkError):
    """The run is set aside: nothing is lost, and it goes on after the reason is mended."""

    def __init__(self, workflow: str, key: str, reason: str) -> None:
        self.workflow = workflow
        self.key = key
        self.reason = reason
        super().__init__(f"workflow {workflow!r} ({key}) is parked: {reason}")


def __getattr__(name: str) -> Any:
    # The compiler's exception lives with the compiler, which a worker never loads.
    if name == "UnsupportedPatternError":
        from waymark.compiler.diagnostics.errors import UnsupportedPatternError

        return UnsupportedPatternError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
