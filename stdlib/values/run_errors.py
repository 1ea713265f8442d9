"""Exceptions of Waymark's own that a workflow can catch: engines raise them in runs, and clients at their users."""

from __future__ import annotations

from ..problems import WaymarkError
from .failures import told


class WaymarkTimeout(WaymarkError, TimeoutError):
    """An attempt of an action had no outcome in its time, or its worker was lost; or the time of the call is over.

    Policies know it as `ActionTimeout`, too.

    Example:
        @workflow
        class Hasty(Workflow):
            async def run(self) -> str:
                try:
                    await self.run_action(slow(), timeout=0.01, retry=RetryPolicy(1, ["ActionTimeout"]))
                except waymark.WaymarkTimeout:
                    return "too slow"

        assert await Hasty().run() == "too slow"
    """


class ExhaustedRetriesError(WaymarkError):
    """All attempts of an action have failed. Nothing here raises it: what a workflow gets is the last attempt's error.

    It is there for code that names it.

    Example:
        assert waymark.ExhaustedRetries is waymark.ExhaustedRetriesError
    """


ExhaustedRetries = ExhaustedRetriesError


class WorkflowFailed(WaymarkError, RuntimeError):
    """The workflow raised. `__cause__` is the original exception, and `trace` the workflow's lines, outermost first.

    The text has them, too, and those of what led to the exception and of the members of a group.

    Example:
        stage.on(charge).raises(ConnectionError("away"))
        await handle.send("approved", "ada")
        try:
            await handle.result()
        except waymark.WorkflowFailed as failed:
            assert isinstance(failed.__cause__, ConnectionError)
    """

    def __init__(self, workflow: str, key: str, error: BaseException, trace: tuple[str, ...] = ()) -> None:
        self.workflow = workflow
        self.key = key
        self.trace = trace
        what = "".join(f"\n  {line}" if line else "\n" for line in told(error, trace))
        super().__init__(f"workflow {workflow!r}, run {key}, failed:{what}")
        self.__cause__ = error

    def __reduce__(self) -> tuple[type[WorkflowFailed], tuple[str, str, BaseException, tuple[str, ...]]]:
        assert self.__cause__ is not None
        return type(self), (self.workflow, self.key, self.__cause__, self.trace)


RUN_ERRORS: dict[str, type[BaseException]] = {}
for _kind in (WaymarkError, WaymarkTimeout, ExhaustedRetriesError, WorkflowFailed):
    _kind.__module__ = "waymark.exceptions"  # where users import them from
    RUN_ERRORS[f"waymark.exceptions:{_kind.__qualname__}"] = _kind
