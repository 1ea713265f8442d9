"""WM12x: the `run` of a workflow is missing, or does not have the form that can be compiled."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic


class RunMissing(Diagnostic, frozen=True, kw_only=True):
    """A workflow class has no `run`.

    What it means
        `run` is where a workflow starts. A workflow without one can never do anything.

    Instead of
        @workflow
        class Checkout(Workflow):
            async def execute(self): ...

    Write
        @workflow
        class Checkout(Workflow):
            async def run(self): ...
    """

    code: ClassVar[str] = "WM121"
    workflow: str

    def headline(self) -> str:
        return f"the workflow `{self.workflow}` has no `run`"

    def help(self) -> str:
        return "write `async def run(self, ...)` in the class"


class RunNotAsync(Diagnostic, frozen=True, kw_only=True):
    """The `run` of a workflow is not `async def`.

    What it means
        A workflow waits for actions, and only an `async def` can wait.

    Instead of
        def run(self): ...

    Write
        async def run(self): ...
    """

    code: ClassVar[str] = "WM122"
    workflow: str

    def headline(self) -> str:
        return f"`{self.workflow}.run` is not `async def`, so it could not await anything"

    def label(self) -> str:
        return "a plain function"

    def help(self) -> str:
        return "write `async def run(self, ...)`"


class RunParameters(Diagnostic, frozen=True, kw_only=True):
    """The `run` of a workflow has no place for the workflow object.

    What it means
        Python calls `run` with the object first, so `run` must take one argument by position.

    Instead of
        async def run(): ...

    Write
        async def run(self, order_id): ...
    """

    code: ClassVar[str] = "WM127"
    problem: str

    def headline(self) -> str:
        return self.problem

    def help(self) -> str:
        return "write `self` as the first parameter"
