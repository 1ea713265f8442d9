"""From a file's workflows to one WRL module, still with sugar in it."""

from __future__ import annotations

from collections.abc import Sequence

from waymark.grammar import tree

from ..diagnostics import Diagnostic
from ..diagnostics.modules import StarImport
from ..fresh import FreshNames
from ..source import Source
from . import attributes as _attributes  # noqa: F401  # enters its translators, as do the next ones
from . import calls as _calls  # noqa: F401
from . import classes as _classes  # noqa: F401
from . import comprehensions as _comprehensions  # noqa: F401
from . import displays as _displays  # noqa: F401
from . import expressions as _expressions  # noqa: F401
from . import handlers as _handlers  # noqa: F401
from . import imports as _imports  # noqa: F401
from . import matching as _matching  # noqa: F401
from . import statements as _statements  # noqa: F401
from . import texts as _texts  # noqa: F401
from .context import Context
from .functions import translate_function
from .inits import translate_inits
from .program import Program
from .reached import Trail
from .resolve import Module, Resolver
from .slices import Slices
from .stars import listed_names
from .workflows import Workflow, translate_workflow, uses_of_workflow, workflow_declaration

__all__ = ["translate"]


def translate(
    source: Source, module: Module, resolver: Resolver, workflows: Sequence[Workflow], fresh: FreshNames
) -> tuple[tree.Module, list[Diagnostic], Trail]:
    """Return the module's tree, every problem on the way, and the ways through the program.

    The tree is good only if there are no problems.
    """
    slices = Slices(resolver, module)
    for workflow in workflows:
        slices.need(uses_of_workflow(workflow, module), module)
        slices.need_named(workflow.run, module)
    slices.settle()
    program = Program(module, resolver, slices, fresh)
    problems: list[Diagnostic] = []
    contexts: dict[str, Context] = {}

    def context_of(name: str) -> Context:
        """The context at the top of a module."""
        if name not in contexts:
            found = program.module(name)
            contexts[name] = Context(
                found.source, found, resolver, found.scopes, program.declarations, fresh, problems, program=program
            )
        return contexts[name]

    outer = context_of(module.name)
    for star in module.bindings.get("*", ()):
        if listed_names(module.absolute(star.module) or star.module, resolver) is None:
            problems.append(StarImport(path=source.path, span=source.span(star.node), module=star.module))
    entry = [translate_workflow(workflow, outer) for workflow in workflows]
    init = translate_inits(program, context_of)
    program.translate_functions(lambda node, owner, name: translate_function(node, context_of(owner.name), name=name))
    functions = (*entry, *program.functions)
    entries = tuple(
        workflow_declaration(workflow, function) for workflow, function in zip(workflows, entry, strict=True)
    )
    declared = (*program.declarations.all, *entries)
    trail = Trail({name: context.module for name, context in contexts.items()}, program.askers, resolver)
    made = tree.Module(name=module.name, declarations=declared, functions=functions, init=init)
    return made, trail.with_steps(problems), trail
