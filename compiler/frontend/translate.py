"""From a file's workflows to one WRL module, still with sugar in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from waymark.grammar import tree

from ..check.import_effects import effects_of_program
from ..diagnostics import Diagnostic
from ..diagnostics.modules import StarImport
from ..fresh import FreshNames
from ..source import Source
from . import (
    attributes,
    calls,
    classes,
    comprehensions,
    displays,
    expressions,
    handlers,
    imports,
    matching,
    statements,
    texts,
)
from .chains import Use
from .context import Context
from .dispatch import filled_by
from .functions import translate_function
from .inits import translate_inits
from .meanings import Class, Function
from .program import Program
from .reached import Trail
from .resolve import Module, Resolver
from .slices import Slices
from .stars import listed_names
from .workflows import Workflow, translate_workflow, uses_of_workflow, workflow_declaration

__all__ = ["translate"]

# Who translates what is entered by their import.
filled_by(
    attributes,
    calls,
    classes,
    comprehensions,
    displays,
    expressions,
    handlers,
    imports,
    matching,
    statements,
    texts,
)


def _offered(module: Module, resolver: Resolver) -> Iterator[Function | Class]:
    """The functions and classes of a module that others may import."""
    for name in module.bindings:
        meaning = resolver.name(name, module)
        if isinstance(meaning, Function | Class) and meaning.module == module.name and not name.startswith("_"):
            yield meaning


def translate(
    source: Source,
    module: Module,
    resolver: Resolver,
    workflows: Sequence[Workflow],
    fresh: FreshNames,
    *,
    prelude: bool = False,
) -> tuple[tree.Module, list[Diagnostic], Trail]:
    """Return the module's tree, every problem on the way, and the ways through the program.

    The tree is good only if there are no problems. Of a module of the `prelude`, all functions and classes are wanted.
    """
    slices = Slices(resolver, module)
    wanted = [*_offered(module, resolver)] if prelude else []
    slices.need((Use(each.name) for each in wanted), module)
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
    problems += () if prelude else effects_of_program(module, resolver)
    entry = [translate_workflow(workflow, outer) for workflow in workflows]
    init = translate_inits(program, context_of)
    for each in wanted:
        if isinstance(each, Function):
            program.static_function(each)
    program.translate_functions(lambda node, owner, name: translate_function(node, context_of(owner.name), name=name))
    functions = (*entry, *program.functions)
    entries = tuple(
        workflow_declaration(workflow, function) for workflow, function in zip(workflows, entry, strict=True)
    )
    declared = (*program.declarations.all, *entries)
    trail = Trail({name: context.module for name, context in contexts.items()}, program.askers, resolver)
    made = tree.Module(name=module.name, declarations=declared, functions=functions, init=init)
    return made, trail.with_steps(problems), trail
