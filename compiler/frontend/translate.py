"""From a file's workflows to one WRL module, still with sugar in it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from waymark.grammar import tree

from ..diagnostics import Diagnostic
from ..diagnostics.entry import RunParameters
from ..fresh import FreshNames
from ..source import Source
from . import calls as _calls  # noqa: F401  # enters its translators, as do the next two
from . import expressions as _expressions  # noqa: F401
from . import statements as _statements  # noqa: F401
from .context import Context
from .declarations import Declarations
from .discover import Workflow
from .dispatch import expression, statements
from .resolve import Module, Resolver
from .scope import Scope, scope_of
from .signatures import parameters_of

__all__ = ["translate"]


def translate(
    source: Source, module: Module, resolver: Resolver, workflows: Sequence[Workflow], fresh: FreshNames
) -> tuple[tree.Module, list[Diagnostic]]:
    """Return the module's tree and every problem on the way. The tree is good only if there are none."""
    scopes = [scope_of(workflow.run, workflow.qualname) for workflow in workflows]
    taken = frozenset[str]().union(*(scope.locals for scope in scopes))
    declarations = Declarations(taken, fresh)
    problems: list[Diagnostic] = []
    functions = tuple(
        _function(workflow, Context(source, module, resolver, scope, declarations, problems))
        for workflow, scope in zip(workflows, scopes, strict=True)
    )
    entries = tuple(
        tree.WorkflowDecl(span=function.span, name=workflow.name, qualname=workflow.qualname, function=function.name)
        for workflow, function in zip(workflows, functions, strict=True)
    )
    declared = (*declarations.all, *entries)
    return tree.Module(name=module.name, declarations=declared, functions=functions), problems


def _function(workflow: Workflow, context: Context) -> tree.Function:
    run = workflow.run
    name = f"{workflow.qualname}.run"
    return tree.Function(
        span=context.span(run),
        name=name,
        parameters=_parameters(run, context.scope, context),
        body=statements(run.body, context),
        kind="coroutine",
    )


def _parameters(run: cst.FunctionDef, scope: Scope, context: Context) -> tuple[tree.Parameter, ...]:
    found = list(parameters_of(run.params))
    if not found or found[0][1] not in ("positional", "either"):
        problem = "`run` has no `self` to stand for the workflow object"
        context.refuse(RunParameters(path=context.path, span=context.span(run.name), problem=problem))
    made: list[tree.Parameter] = []
    for param, kind in found:
        name = scope.name(param.name.value)
        if kind in ("variadic", "keywords"):
            problem = f"`{'*' if kind == 'variadic' else '**'}{param.name.value}` in `run` is not compiled yet"
            context.refuse(RunParameters(path=context.path, span=context.span(param), problem=problem))
        default = None if param.default is None else _default(param.default, name, context)
        made.append(tree.Parameter(name=name, kind=kind, default=default))
    return tuple(made)


def _default(node: cst.BaseExpression, name: str, context: Context) -> tree.Expression:
    """Return a default, which must be a constant: a literal, a signed number, a tuple of such."""
    if not _is_constant(node):
        problem = f"the default of `{name}` is not a constant"
        return context.refuse(RunParameters(path=context.path, span=context.span(node), problem=problem))
    return expression(node, context)


def _is_constant(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Integer() | cst.Float() | cst.Imaginary() | cst.SimpleString():
            return True
        case cst.ConcatenatedString():
            return _is_constant(node.left) and _is_constant(node.right)
        case cst.Name(value=value):
            return value in ("None", "True", "False")
        case cst.UnaryOperation(operator=cst.Minus(), expression=cst.Integer() | cst.Float()):
            return True
        case cst.Tuple(elements=elements):
            return all(isinstance(element, cst.Element) and _is_constant(element.value) for element in elements)
        case _:
            return False
