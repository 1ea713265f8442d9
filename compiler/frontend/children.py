"""Runs of other workflows: what the class of a workflow means where it is called.

    await Child().run(7)                  await ChildWorkflow("child").run(7)
    handle = await Child().start(7)   =>  handle = await ChildWorkflow("child").start(7)

The program names a workflow; which version of it runs is chosen when the run starts. So the class itself is no part of
this program, and of an object of it nothing is there but `run` and `start`.
"""

from __future__ import annotations

import libcst as cst

from waymark.grammar import tree

from .constants import constant_value
from .context import Context
from .dispatch import problem
from .lineage import Ancestor, assigned, lineage, methods, variable
from .meanings import Constant, WorkflowClass
from .modules import Module
from .resolve import Resolver
from .signatures import Kind, Signature, parameters_of

MODULE = "_children"
STARTED: Signature = (("id", "keyword", True), ("detached", "keyword", True), ("priority", "keyword", True))


def child(node: cst.Call, meaning: WorkflowClass, context: Context) -> tree.Expression:
    """`Child()` in a workflow."""
    span = context.span(node)
    if node.args:
        advice = f"give them to `run`: `await {meaning.name}().run(...)`"
        return context.refuse(
            problem(node, context, f"an object of the workflow `{meaning.name}` with arguments", advice)
        )
    name = tree.Constant(span=span, value=registered_name(meaning, context.resolver))
    program = context.program
    link = tree.Name(span=span, id=program.declarations.link(MODULE, "ChildWorkflow"))
    return tree.Call(span=span, callee=link, args=(tree.Argument(kind="positional", value=name),))


def child_signature(func: cst.BaseExpression, meaning: WorkflowClass, context: Context) -> Signature | None:
    """The parameters of `Child().run` or `Child().start`; None if something else of it is asked for, and refused."""
    assert isinstance(func, cst.Attribute)
    name = func.attr.value
    if name not in ("run", "start"):
        advice = "`run` and `start` of it start a run; write what both do as an `async def` at the top of the module"
        context.refuse(problem(func, context, f"`{name}` of the workflow class `{meaning.name}` in a run", advice))
        return None
    ancestors = _ancestors(meaning, context.resolver)
    run = next((found[-1] for each in ancestors if (found := methods(each.node, "run"))), None)
    if run is None or run.decorators:
        return (("args", "variadic", False), ("kwargs", "keywords", False))
    parameters: Signature = tuple(
        (param.name.value, kind, param.default is not None) for param, kind in parameters_of(run.params)
    )
    own = parameters[1:] if parameters and parameters[0][1] in ("positional", "either") else parameters
    if name == "run":
        return own
    taken = {option for option, _, _ in STARTED}
    several: Signature = tuple(each for each in own if each[1] == "keywords")
    single: list[tuple[str, Kind, bool]] = []
    for each, kind, optional in own:
        if kind != "keywords":
            single.append((each, "positional" if each in taken and kind == "either" else kind, optional))
    return (*single, *STARTED, *several)


def registered_name(meaning: WorkflowClass, resolver: Resolver) -> str:
    """The name that runs of the class are stored under: its class variable `name`, inherited or not, or its own."""
    for each in _ancestors(meaning, resolver):
        found = variable(each.node, "name")
        if found is not None:
            text = _text(found, each.module, resolver)
            if text:
                return text
            break
    return meaning.name.lower()


def _ancestors(meaning: WorkflowClass, resolver: Resolver) -> tuple[Ancestor, ...]:
    module = resolver.module(meaning.module)
    assert isinstance(module, Module), "a meaning stands in a module that was read"
    return lineage(meaning.node, module, resolver)


def _text(node: cst.BaseSmallStatement, module: Module, resolver: Resolver) -> str:
    def known(name: str) -> tuple[object] | None:
        meaning = resolver.dotted(name, module)
        return (meaning.value,) if isinstance(meaning, Constant) else None

    _, value = assigned(node)
    found = None if value is None else constant_value(value, known)
    return found[0] if found is not None and isinstance(found[0], str) else ""
