"""What Waymark raises at its users. Each class is a sentence about what happened; the message says what to do."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from waymark.stdlib.problems import WaymarkError as WaymarkError
from waymark.stdlib.values.run_errors import ExhaustedRetries as ExhaustedRetries
from waymark.stdlib.values.run_errors import ExhaustedRetriesError as ExhaustedRetriesError
from waymark.stdlib.values.run_errors import WaymarkTimeout as WaymarkTimeout
from waymark.stdlib.values.run_errors import WorkflowFailed as WorkflowFailed

if TYPE_CHECKING:
    from waymark.compiler.diagnostics.errors import UnsupportedPatternError as UnsupportedPatternError
    from waymark.runtime.ports import BadId as BadId
    from waymark.runtime.ports import StoreError as StoreError
    from waymark.runtime.ports import Unreachable as Unreachable
    from waymark.vm.wire import Unencodable as Unencodable

# Exceptions of houses that a process may never need: a worker loads no compiler, and `waymark check` no store.
_HOMES = {
    "UnsupportedPatternError": "waymark.compiler.diagnostics.errors",
    "BadId": "waymark.runtime.ports",
    "StoreError": "waymark.runtime.ports",
    "Unreachable": "waymark.runtime.ports",
    "Unencodable": "waymark.vm.wire",
}


class ConfigurationError(WaymarkError):
    """A `WAYMARK_*` variable is missing or wrong."""


class WorkflowParked(WaymarkError):
    """The run is set aside: nothing is lost, and it goes on after the reason is mended."""

    def __init__(self, workflow: str, key: str, reason: str) -> None:
        self.workflow = workflow
        self.key = key
        self.reason = reason
        super().__init__(f"workflow {workflow!r}, run {key}, is parked, and nothing of it is lost: {reason}")

    def __reduce__(self) -> tuple[type[WorkflowParked], tuple[str, str, str]]:
        return type(self), (self.workflow, self.key, self.reason)


class BadArguments(WaymarkError, TypeError):
    """The arguments are not what `run()` takes: one is missing, too many, or of another type."""


class BadResult(WaymarkError, TypeError):
    """The result is not what `run()` is annotated to return. The run has ended; mend the annotation or the workflow."""


class BadOption(WaymarkError, ValueError, TypeError):
    """An option of `start()`, or of a method of a handle, takes something else than it was given."""


class ScheduleAlreadyExistsError(WaymarkError):
    """The workflow has a schedule of this name already, and it was not to be replaced."""


class ScheduleNotFoundError(WaymarkError, LookupError):
    """The workflow has no schedule of this name, or has none any more."""


class UnknownRun(WaymarkError, LookupError):
    """No run has this id. Look whether the workflow and the database are the right ones; old runs are collected."""

    def __init__(self, workflow: str, key: str) -> None:
        self.workflow = workflow
        self.key = key
        super().__init__(
            f"workflow {workflow!r} has no run with the id {key[:50]!r}: it was never started in this database, or it "
            f"has ended and was collected. `waymark runs list --workflow {workflow}` shows those that are there"
        )

    def __reduce__(self) -> tuple[type[UnknownRun], tuple[str, str]]:
        return type(self), (self.workflow, self.key)


class RunExists(WaymarkError):
    """A run with this id is there already, and `on_conflict="reject"` was asked for. Start it under another id."""


class RunEnded(WaymarkError):
    """The run has ended and takes nothing any more. `handle.result()` has its outcome; start another one."""


class NotPaused(WaymarkError):
    """The run is neither paused nor parked, so there is nothing to resume. It goes on by itself."""


class NotFailed(WaymarkError):
    """Only a run that has failed is retried. One that waits goes on by itself, and one that is parked is resumed."""


class NotEnded(WaymarkError, TimeoutError):
    """The run has not ended in the time that `result(timeout=)` was given. It goes on; ask again."""


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
