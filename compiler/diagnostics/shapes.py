"""WM12x: a workflow class or an action does not have the shape that Waymark asks for; `entry` has those of `run`."""

from __future__ import annotations

from typing import ClassVar

from .model import Diagnostic


class NoWorkflow(Diagnostic, frozen=True, kw_only=True):
    """The file has no workflow to compile.

    What it means
        A workflow is a class at the top of a module, derived from `Workflow` and decorated with `@workflow`.

    Instead of
        class Checkout(Workflow):
            async def run(self): ...

    Write
        @workflow
        class Checkout(Workflow):
            async def run(self): ...
    """

    code: ClassVar[str] = "WM120"
    undecorated: tuple[str, ...] = ()

    def headline(self) -> str:
        return "this file has no workflow"

    def help(self) -> str:
        if self.undecorated:
            return f"decorate `{self.undecorated[0]}` with `@workflow`"
        return "derive a class from `waymark.Workflow`, give it an `async def run(self)`, decorate it with `@workflow`"


class WorkflowInsideFunction(Diagnostic, frozen=True, kw_only=True):
    """A workflow class is defined inside a function or inside another class.

    What it means
        A parked run finds its workflow by module and name. A class made by a call has no name that lasts.

    Instead of
        def make():
            @workflow
            class Checkout(Workflow): ...

    Write
        @workflow
        class Checkout(Workflow): ...       # at the top of the module
    """

    code: ClassVar[str] = "WM123"
    workflow: str
    inside: str

    def headline(self) -> str:
        return f"the workflow `{self.workflow}` is defined inside `{self.inside}`, where no worker can find it"

    def label(self) -> str:
        return "not at the top of the module"

    def help(self) -> str:
        return "move the class to the top of the module, and pass what it needs to `run` as arguments"


class DuplicateWorkflow(Diagnostic, frozen=True, kw_only=True):
    """Two workflows of one file have the same name.

    What it means
        Runs are started and found by the workflow's name, so one name can mean one workflow only. The name is the class
        variable `name`, or the class's name in lower case.

    Instead of
        class Checkout(Workflow): ...
        class CheckOut(Workflow): ...       # both are "checkout"

    Write
        class CheckOut(Workflow):
            name = "checkout-again"
    """

    code: ClassVar[str] = "WM124"
    name: str
    first_line: int

    def headline(self) -> str:
        return f'a second workflow is named "{self.name}"'

    def label(self) -> str:
        return f"the first is at line {self.first_line}"

    def help(self) -> str:
        return "give one of them another name with the class variable `name`"


class UnknownDecorator(Diagnostic, frozen=True, kw_only=True):
    """A decorator changes a workflow, its `run` or an action in a way the compiler cannot follow.

    What it means
        A decorator may replace what it decorates by anything. The compiler knows `@workflow` and `@action`; another one
        could change what the program does, and would be lost.

    Instead of
        @traced
        @workflow
        class Checkout(Workflow): ...

    Write
        @workflow
        class Checkout(Workflow): ...
    """

    code: ClassVar[str] = "WM125"
    decorator: str
    on: str

    def headline(self) -> str:
        return f"the decorator `{self.decorator}` on {self.on} cannot be compiled"

    def label(self) -> str:
        return "would be lost"

    def help(self) -> str:
        return "remove the decorator, or do its work in an @action"


class WrongBase(Diagnostic, frozen=True, kw_only=True):
    """A workflow class is not derived from `Workflow` alone.

    What it means
        `Workflow` brings `start`, `run` and the rest. Other bases and metaclasses are not compiled yet.

    Instead of
        @workflow
        class Checkout(Audited, Workflow): ...

    Write
        @workflow
        class Checkout(Workflow): ...
    """

    code: ClassVar[str] = "WM126"
    workflow: str
    missing: bool

    def headline(self) -> str:
        if self.missing:
            return f"the workflow `{self.workflow}` is not derived from `Workflow`"
        return f"the workflow `{self.workflow}` has a base besides `Workflow`, which is not compiled yet"

    def help(self) -> str:
        return f"write `class {self.workflow}(Workflow):`"


class ClassMember(Diagnostic, frozen=True, kw_only=True):
    """A workflow class holds something besides `run`, `name` and `version`.

    What it means
        Helper methods and other class variables are not compiled yet.

    Instead of
        class Checkout(Workflow):
            def total(self, items): ...
            async def run(self, items): ...

    Write
        class Checkout(Workflow):
            name = "checkout"
            async def run(self, items): ...     # the helper's code inline, or in an @action
    """

    code: ClassVar[str] = "WM128"
    what: str

    def headline(self) -> str:
        return f"{self.what} in a workflow class is not compiled yet"

    def help(self) -> str:
        return "move it into `run`, or into an @action; `name` and `version` may be strings"


class ActionShape(Diagnostic, frozen=True, kw_only=True):
    """An action is not an `async def` at the top of a module, or its name is not a constant.

    What it means
        An action runs in another process, which finds it by module and name and awaits it.

    Instead of
        @action
        def charge(order_id): ...

    Write
        @action
        async def charge(order_id): ...
    """

    code: ClassVar[str] = "WM129"
    problem: str

    def headline(self) -> str:
        return self.problem

    def help(self) -> str:
        return 'write `@action` above an `async def` at the top of a module; `name=` takes a string like "charge"'
