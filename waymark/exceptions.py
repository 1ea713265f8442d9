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
    """A `WAYMARK_*` variable is missing or wrong.

    Example:
        os.environ["WAYMARK_BRIDGE_IN_MEMORY"] = "perhaps"
        try:
            await Report().run()
        except waymark.ConfigurationError as error:
            assert "it takes 1, true, yes, on, 0, false, no, off" in str(error)
    """


class WorkflowParked(WaymarkError):
    """The run is set aside: nothing is lost, and it goes on after the reason is mended.

    Example:
        try:
            await Bewildered().run()
        except waymark.WorkflowParked as parked:
            print(parked.reason)    # mend it, then `await Bewildered.handle(parked.key).resume()`
    """

    def __init__(self, workflow: str, key: str, reason: str) -> None:
        self.workflow = workflow
        self.key = key
        self.reason = reason
        super().__init__(f"workflow {workflow!r}, run {key}, is parked, and nothing of it is lost: {reason}")

    def __reduce__(self) -> tuple[type[WorkflowParked], tuple[str, str, str]]:
        return type(self), (self.workflow, self.key, self.reason)


class BadArguments(WaymarkError, TypeError):
    """The arguments are not what `run()` takes: one is missing, too many, or of another type.

    Example:
        try:
            await Order().start("seven")
        except waymark.BadArguments as error:
            assert "order_id: expected int, got str" in str(error)
    """


class BadResult(WaymarkError, TypeError):
    """The result is not what `run()` is annotated to return. The run has ended; mend the annotation or the workflow.

    Example:
        try:
            await Misannotated().run()
        except waymark.BadResult as error:
            assert "expected int, got str" in str(error)
    """


class BadOption(WaymarkError, ValueError, TypeError):
    """An option of `start()`, or of a method of a handle, takes something else than it was given.

    Example:
        try:
            await Order().start(8, delay=timedelta(hours=-1))
        except waymark.BadOption as error:
            assert "delay" in str(error)
    """


class ScheduleAlreadyExistsError(WaymarkError):
    """The workflow has a schedule of this name already, and it was not to be replaced.

    Example:
        try:
            await schedule_workflow(Report, schedule_name="nightly", schedule="@daily", replace=False)
        except waymark.ScheduleAlreadyExistsError as error:
            assert "'nightly'" in str(error)
    """


class ScheduleNotFoundError(WaymarkError, LookupError):
    """The workflow has no schedule of this name, or has none any more.

    Example:
        try:
            await trigger_schedule(Report, schedule_name="hourly")
        except waymark.ScheduleNotFoundError as error:
            assert "'hourly'" in str(error)
    """


class UnknownRun(WaymarkError, LookupError):
    """No run has this id. Look whether the workflow and the database are the right ones; old runs are collected.

    Example:
        try:
            await Order.handle("order-9").status()
        except waymark.UnknownRun as unknown:
            assert (unknown.workflow, unknown.key) == ("order", "order-9")
    """

    def __init__(self, workflow: str | None, key: str) -> None:
        """Without a workflow, the id was looked for in all of them."""
        self.workflow = workflow
        self.key = key
        whose, of_it = (f"workflow {workflow!r}", f" --workflow {workflow}") if workflow else ("no workflow", "")
        super().__init__(
            f"{whose} has {'no' if workflow else 'a'} run with the id {key[:50]!r}: it was never started in this "
            f"database, or it has ended and was collected. `waymark runs list{of_it}` shows those that are there"
        )

    def __reduce__(self) -> tuple[type[UnknownRun], tuple[str | None, str]]:
        return type(self), (self.workflow, self.key)


class RunExists(WaymarkError):
    """A run with this id is there already, and `on_conflict="reject"` was asked for. Start it under another id.

    Example:
        try:
            await Order().start(7, id="order-7", on_conflict="reject")
        except waymark.RunExists as error:
            assert "'order-7'" in str(error)
    """


class RunEnded(WaymarkError):
    """The run has ended and takes nothing any more. `handle.result()` has its outcome; start another one.

    Example:
        done = await Report().start()
        assert await done.result() == 7
        try:
            await done.cancel()
        except waymark.RunEnded as error:
            assert "has finished" in str(error)
    """


class NotPaused(WaymarkError):
    """The run is neither paused nor parked, so there is nothing to resume. It goes on by itself.

    Example:
        try:
            await handle.resume()
        except waymark.NotPaused as error:
            assert "it goes on by itself" in str(error)
    """


class NotFailed(WaymarkError):
    """Only a run that has failed is retried. One that waits goes on by itself, and one that is parked is resumed.

    Example:
        try:
            await handle.retry()
        except waymark.NotFailed as error:
            assert "it is running" in str(error)
    """


class NotEnded(WaymarkError, TimeoutError):
    """The run has not ended in the time that `result(timeout=)` was given. It goes on; ask again.

    Example:
        try:
            await handle.result(timeout=0.01)
        except TimeoutError as error:
            assert isinstance(error, waymark.NotEnded)
    """


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
