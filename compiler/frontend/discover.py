"""Find the workflows of a file, and check that they and the file's actions have the shape that Waymark asks for.

A workflow is a class at the top of the module with `@workflow` on it. Classes anywhere else are looked for too, only to
say that they cannot work there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst
import msgspec

from waymark.grammar.span import Span

from ..diagnostics import Diagnostic
from ..diagnostics.entry import RunMissing, RunNotAsync, RunParameters
from ..diagnostics.shapes import (
    ActionShape,
    DuplicateWorkflow,
    NoWorkflow,
    UnknownDecorator,
    WorkflowInsideFunction,
    WorkflowName,
    WrongBase,
)
from ..source import Source
from .bindings import COMPOUND, DEFINITIONS, block, compound_parts, dotted, identifier
from .constants import constant_value
from .lineage import Ancestor, assigned, is_workflow, lineage, methods, stranger, variable
from .meanings import Constant
from .modules import Module
from .resolve import BASE, WORKFLOW, Resolver, action_name
from .signatures import parameters_of
from .workflows import Workflow, is_plain

START = Span(1, 0, 1, 1)
_NO_METHODS = ("staticmethod", "classmethod", "property")


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
        if not decorated:
            self._no_workflow()
        return tuple(found.values())

    def _report(self, kind: type[Diagnostic], node: cst.CSTNode, **fields: Any) -> None:
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
        ancestors = lineage(node, self._module, self._resolver)
        self._check_bases(node, name, ancestors)
        registered = self._registered(name, ancestors)
        run = self._run(node, name, ancestors)
        if run is None:
            return None
        plain = is_plain(node, run, self._module, self._resolver)
        return Workflow(registered, name, node, run, plain, self._source.span(node.name).line)

    def _check_bases(self, node: cst.ClassDef, name: str, ancestors: tuple[Ancestor, ...]) -> None:
        other = stranger(node, self._module, self._resolver)
        if node.keywords:
            keyword = node.keywords[0].keyword
            base = "a metaclass" if keyword is not None and keyword.value == "metaclass" else "arguments by keyword"
            self._report(WrongBase, node.keywords[0], workflow=name, base=base)
        elif other is not None and any(self._is_base(base.value) for base in node.bases):
            self._report(WrongBase, other, workflow=name, base=f"the base `{dotted(other.value) or '...'}`")
        elif not is_workflow(ancestors, self._resolver):
            self._report(WrongBase, node.name, workflow=name, base="")

    def _unknown_decorator(self, decorator: cst.Decorator, on: str) -> None:
        call = decorator.decorator
        shown = dotted(call.func if isinstance(call, cst.Call) else call) or "..."
        self._report(UnknownDecorator, decorator, decorator=f"@{shown}{'(...)' * isinstance(call, cst.Call)}", on=on)

    # --- members -----------------------------------------------------------------------------------------------------

    def _run(self, node: cst.ClassDef, name: str, ancestors: tuple[Ancestor, ...]) -> cst.FunctionDef | None:
        """The `run` of the class, or the one that it inherits."""
        owner = next((each for each in ancestors if methods(each.node, "run")), None)
        if owner is None:
            self._report(RunMissing, node.name, workflow=name)
            return None
        run = methods(owner.node, "run")[-1]
        if owner.node is not node:
            return run  # what is wrong with it is told where it stands
        if run.asynchronous is None:
            self._report(RunNotAsync, run.name, workflow=name)
        for decorator in run.decorators:
            if self._changes_method(decorator):
                self._unknown_decorator(decorator, f"`{name}.run`")
        if not any(kind in ("positional", "either", "variadic") for _, kind in parameters_of(run.params)):
            problem = "`run` has no `self` to stand for the workflow object"
            self._report(RunParameters, run.name, problem=problem)
        return run

    def _changes_method(self, decorator: cst.Decorator) -> bool:
        """Whether it makes something else of `run` than a method. One from outside is refused where it is evaluated."""
        name = dotted(decorator.decorator)
        return name in _NO_METHODS and self._resolver.dotted(name, self._module) is None

    def _registered(self, name: str, ancestors: tuple[Ancestor, ...]) -> str:
        """The name that runs are stored under: the class variable `name`, inherited or not, or the class's own."""
        for version in (True, False):
            key = "version" if version else "name"
            for each in ancestors:
                found = variable(each.node, key)
                if found is None:
                    continue
                text = self._text(found, each.module)
                if text is None and each.node is ancestors[0].node:
                    self._report(WorkflowName, found, workflow=name, variable=key)
                if text and not version:
                    return text
                break
        return name.lower()

    def _text(self, node: cst.BaseSmallStatement, module: Module) -> str | None:
        """The text that the statement assigns; "" for None; None for what is neither."""

        def known(name: str) -> tuple[object] | None:
            meaning = self._resolver.dotted(name, module)
            return (meaning.value,) if isinstance(meaning, Constant) else None

        _, value = assigned(node)
        found = None if value is None else constant_value(value, known)
        if found is None or found == ("",):
            return None
        return "" if found == (None,) else found[0] if isinstance(found[0], str) else None

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


def _definitions(body: Sequence[Any], inside: str) -> Iterator[tuple[cst.FunctionDef | cst.ClassDef, str]]:
    """Every function and class of a file with what it stands in: "" at the top, else a name or `if`, `try` ..."""
    for node in body:
        kind = type(node)
        if kind in DEFINITIONS:
            yield node, inside
            yield from _definitions(block(node.body), inside or identifier(node.name.value))
        elif kind in COMPOUND:
            for part in compound_parts(node):
                yield from _definitions(block(part), inside or kind.__name__.lower())
