"""Find the workflows of a file, and check that they and the file's actions have the shape that Waymark asks for.

A workflow is a class at the top of the module with `@workflow` on it. Classes anywhere else are looked for too, only to
say that they cannot work there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
import msgspec

from waymark.grammar.span import Span

from ..diagnostics import Diagnostic
from ..diagnostics.entry import RunMissing, RunNotAsync
from ..diagnostics.names import StarImport
from ..diagnostics.shapes import (
    ActionShape,
    ClassMember,
    DuplicateWorkflow,
    NoWorkflow,
    UnknownDecorator,
    WorkflowInsideFunction,
    WrongBase,
)
from ..source import Source
from .bindings import COMPOUND, block, compound_parts, dotted, identifier
from .resolve import BASE, WORKFLOW, Module, Resolver, action_name

START = Span(1, 0, 1, 1)
_DOCUMENTATION = (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)


class Workflow(msgspec.Struct, frozen=True):
    """A workflow class as it is written."""

    name: str  # the registered one
    qualname: str
    run: cst.FunctionDef
    line: int


class Discovery:
    """One walk over a file."""

    def __init__(self, source: Source, module: Module, resolver: Resolver) -> None:
        self._source = source
        self._module = module
        self._resolver = resolver
        self.problems: list[Diagnostic] = []

    def workflows(self) -> tuple[Workflow, ...]:
        """Return the workflows in the order of the file. What is wrong with the rest of the file is in `problems`."""
        found: dict[str, Workflow] = {}
        decorated = 0
        for node, inside in _definitions(self._source.tree.body, ""):
            if isinstance(node, cst.FunctionDef):
                self._check_action(node, inside)
            elif self._is_workflow(node):
                decorated += 1
                made = self._workflow(node, inside)
                if made is not None and made.name in found:
                    first_line = found[made.name].line
                    self._report(DuplicateWorkflow, node.name, name=made.name, first_line=first_line)
                elif made is not None:
                    found[made.name] = made
        for binding in self._module.bindings.get("*", ()):
            self._report(StarImport, binding.node, module=binding.module)
        if not decorated:
            self._no_workflow()
        return tuple(found.values())

    def _report(self, kind: type[Diagnostic], node: cst.CSTNode, **fields: object) -> None:
        self.problems.append(kind(path=self._source.path, span=self._source.span(node), **fields))

    def _no_workflow(self) -> None:
        undecorated = [
            node
            for node, _ in _definitions(self._source.tree.body, "")
            if isinstance(node, cst.ClassDef) and any(self._is_base(base.value) for base in node.bases)
        ]
        where = undecorated[0].name if undecorated else self._source.tree
        names = tuple(identifier(node.name.value) for node in undecorated)
        problem = NoWorkflow(path=self._source.path, span=self._source.span(where), undecorated=names)
        if not undecorated:
            problem = msgspec.structs.replace(problem, span=START)
        self.problems.append(problem)

    def _is_workflow(self, node: cst.ClassDef) -> bool:
        decorators = (decorator.decorator for decorator in node.decorators)
        return any(
            self._resolver.is_one_of(each.func if isinstance(each, cst.Call) else each, WORKFLOW, self._module)
            for each in decorators
        )

    def _is_base(self, node: cst.BaseExpression) -> bool:
        return self._resolver.is_one_of(node, BASE, self._module)

    def _workflow(self, node: cst.ClassDef, inside: str) -> Workflow | None:
        """Return the workflow that a decorated class defines; what does not fit is reported."""
        name = identifier(node.name.value)
        if inside:
            self._report(WorkflowInsideFunction, node.name, workflow=name, inside=inside)
            return None
        for decorator in node.decorators:
            if not self._resolver.is_one_of(decorator.decorator, WORKFLOW, self._module):
                self._unknown_decorator(decorator, f"the workflow `{name}`")
        if not any(self._is_base(base.value) for base in node.bases):
            self._report(WrongBase, node.name, workflow=name, missing=True)
        elif len(node.bases) > 1 or node.keywords:
            self._report(WrongBase, node.name, workflow=name, missing=False)
        run, registered = self._members(node, name)
        if run is None:
            return None
        return Workflow(registered, name, run, self._source.span(node.name).line)

    def _unknown_decorator(self, decorator: cst.Decorator, on: str) -> None:
        call = decorator.decorator
        shown = dotted(call.func if isinstance(call, cst.Call) else call) or "..."
        self._report(UnknownDecorator, decorator, decorator=f"@{shown}{'(...)' * isinstance(call, cst.Call)}", on=on)

    def _members(self, node: cst.ClassDef, name: str) -> tuple[cst.FunctionDef | None, str]:
        """Return `run` and the registered name."""
        runs: list[cst.FunctionDef] = []
        registered = name.lower()
        for member in block(node.body):
            if isinstance(member, cst.FunctionDef) and member.name.value == "run":
                runs.append(member)
            elif isinstance(member, cst.SimpleStatementLine | cst.SimpleStatementSuite):
                for small in member.body:
                    registered = self._variable(small) or registered
            else:
                self._report(ClassMember, getattr(member, "name", member), what=_member(member))
        if not runs:
            self._report(RunMissing, node.name, workflow=name)
            return None, registered
        run = runs[-1]
        for extra in runs[:-1]:
            self._report(ClassMember, extra.name, what="a second `run`")
        if run.asynchronous is None:
            self._report(RunNotAsync, run.name, workflow=name)
        for decorator in run.decorators:
            self._unknown_decorator(decorator, f"`{name}.run`")
        return run, registered

    def _variable(self, node: cst.BaseSmallStatement) -> str | None:
        """Return the text when the statement is `name = "text"`. Docstrings, `pass` and `version` are fine too."""
        if isinstance(node, cst.Pass) or (isinstance(node, cst.Expr) and isinstance(node.value, _DOCUMENTATION)):
            return None
        names, value = _assigned(node)
        if names not in (["name"], ["version"]):
            shown = f"the class variable `{names[0]}`" if names and names[0] else "this statement"
            self._report(ClassMember, node, what=shown)
            return None
        if value is None or (isinstance(value, cst.Name) and value.value == "None"):
            return None
        text = value.evaluated_value if isinstance(value, cst.SimpleString | cst.ConcatenatedString) else None
        if not isinstance(text, str) or not text:
            self._report(ClassMember, node, what=f"a `{names[0]}` that is not a text written out")
            return None
        return text if names == ["name"] else None

    def _check_action(self, node: cst.FunctionDef, inside: str) -> None:
        place = self._resolver.action_decorator(node, self._module)
        if place is None:
            return
        name = identifier(node.name.value)
        decorator = node.decorators[place]
        for above in node.decorators[:place]:
            self._unknown_decorator(above, f"the action `{name}`")
        if node.asynchronous is None:
            self._report(ActionShape, node.name, problem=f"the action `{name}` is not `async def`")
        if inside:
            problem = f"the action `{name}` is defined inside `{inside}`, where no worker can find it"
            self._report(ActionShape, node.name, problem=problem)
        call = decorator.decorator
        args = call.args if isinstance(call, cst.Call) else ()
        given = [arg for arg in args if arg.keyword is None or arg.keyword.value == "name"]
        if given and action_name(decorator) is None:
            self._report(ActionShape, given[0], problem=f"the name of the action `{name}` is not a text written out")


def _definitions(body: Sequence[cst.CSTNode], inside: str) -> Iterator[tuple[cst.FunctionDef | cst.ClassDef, str]]:
    """Every function and class of a file with what it stands in: "" at the top, else a name or `if`, `try` ..."""
    for node in body:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            yield node, inside
            yield from _definitions(block(node.body), inside or identifier(node.name.value))
        elif isinstance(node, COMPOUND):
            for part in compound_parts(node):
                yield from _definitions(block(part), inside or type(node).__name__.lower())


def _member(node: cst.CSTNode) -> str:
    if isinstance(node, cst.FunctionDef):
        return f"the method `{node.name.value}`"
    return f"the class `{node.name.value}`" if isinstance(node, cst.ClassDef) else "this statement"


def _assigned(node: cst.CSTNode) -> tuple[list[str | None], cst.BaseExpression | None]:
    if isinstance(node, cst.Assign):
        return [dotted(target.target) for target in node.targets], node.value
    if isinstance(node, cst.AnnAssign):
        return [dotted(node.target)], node.value
    return [], None
