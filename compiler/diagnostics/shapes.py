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
    """A workflow class is not derived from `Workflow`, or also from something that it cannot extend.

    What it means
        `Workflow` brings `start`, `run` and the rest. Its other bases are classes of your own project, whose source the
        compiler follows. Classes from elsewhere and metaclasses are not compiled.

    Instead of
        @workflow
        class Checkout(dict, Workflow): ...

    Write
        @workflow
        class Checkout(Audited, Workflow): ...      # `Audited` is a class of the project
    """

    code: ClassVar[str] = "WM126"
    workflow: str
    base: str  # what it has; empty if `Workflow` is missing

    def headline(self) -> str:
        if not self.base:
            return f"the workflow `{self.workflow}` is not derived from `Workflow`"
        return f"the workflow `{self.workflow}` has {self.base}, which cannot be compiled"

    def help(self) -> str:
        return f"write `class {self.workflow}(Workflow):`"


class WorkflowName(Diagnostic, frozen=True, kw_only=True):
    """The `name` or the `version` of a workflow is not a text that is written out.

    What it means
        Runs are stored under the workflow's name, so it has to be known before anything runs: a text, texts joined with
        `+`, or None, which stands for the class's own name in lower case.

    Instead of
        class Checkout(Workflow):
            name = make_name()

    Write
        class Checkout(Workflow):
            name = "checkout"
    """

    code: ClassVar[str] = "WM128"
    workflow: str
    variable: str

    def headline(self) -> str:
        return f"the `{self.variable}` of the workflow `{self.workflow}` is not a text that is written out"

    def help(self) -> str:
        return f'write `{self.variable} = "..."`'


class SourceMissing(Diagnostic, frozen=True, kw_only=True):
    """The source of a workflow class cannot be found.

    What it means
        The body of `run` is compiled from its source text, so there must be one: a `.py` file, a module in an archive,
        a notebook cell. A class that was made by `exec` or `type(...)`, typed at Python's own prompt (before 3.13), or
        imported from bytecode alone has none.

    Instead of
        exec("@workflow\\nclass Checkout(Workflow): ...")

    Write
        @workflow
        class Checkout(Workflow): ...       # in a .py file
    """

    code: ClassVar[str] = "WM131"
    problem: str

    def headline(self) -> str:
        return self.problem

    def help(self) -> str:
        return "write the class at the top of a .py file, with `@workflow` on it, and import it from there"


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
